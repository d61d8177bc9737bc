"""A learner's answer, written from the task alone."""


def raid_map(level, layout, n, chunk_kib, lba):
    sectors = 2 * chunk_kib
    c, offset = divmod(lba, sectors)
    d = n - {"0": 0, "4": 1, "5": 1, "6": 2}[level]
    s, k = divmod(c, d)
    parity = []
    if level == "4":
        parity = [n - 1]
    if level in "56":
        parity = [n - 1 - s % n if layout.startswith("left") else s % n]
    if level == "6":
        parity.append((parity[0] + 1) % n)
    if level in "04":
        disk = k
    elif layout.endswith("-symmetric"):
        disk = (parity[-1] + 1 + k) % n
    else:
        disk = [i for i in range(n) if i not in parity][k]
    return {"disk": disk, "disk_lba": s * sectors + offset, "parity": parity}
