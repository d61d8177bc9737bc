"""A learner's answer, written from the task alone."""


def migrate(M, B, D, W, Td, R):  # noqa: N803  (the task's names)
    sizes = [M]
    while sizes[-1] / B > Td and len(sizes) <= R:
        sizes.append(min(W, D * sizes[-1] / B))
    copied, last = sizes[:-1], sizes[-1]
    return {
        "rounds": len(copied),
        "precopy_s": sum(size / B for size in copied),
        "downtime_s": last / B,
        "sent_mb": sum(sizes),
        "why": "converged" if last / B <= Td else "max_rounds",
    }
