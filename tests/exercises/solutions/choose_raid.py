"""A learner's answer, written from the task alone."""

from math import expm1, log1p


def choose_raid(n, tb, afr, mttr_h, read, disk_iops, need_tb, need_iops, max_p, years=5, ure=1e-15):
    rate = -log1p(-afr) / 8766
    again = rate * mttr_h

    def u(m):
        return -expm1(m * tb * 8e12 * log1p(-ure))

    fits = []
    for level, ok, disks, pen, m in (
        ("0", n >= 2, n, 1, 0),
        ("10", n >= 4 and n % 2 == 0, n / 2, 2, 1),
        ("5", n >= 3, n - 1, 4, n - 1),
        ("6", n >= 4, n - 2, 6, n - 2),
    ):
        if not ok:
            continue
        loss = n * rate
        if level != "0":
            loss *= u(m) + (1 - u(m)) * m * again
        if level == "6":
            loss *= (n - 1) * again
        p = -expm1(-years * 8766 * loss)
        iops = n * disk_iops / (read + (1 - read) * pen)
        if disks * tb >= need_tb and iops >= need_iops and p <= max_p:
            fits.append((disks * tb, -p, level))
    return max(fits)[2] if fits else None
