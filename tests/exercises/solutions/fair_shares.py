"""A learner's answer, written from the task alone: the specification's bisection."""


def fair_shares(capacity, vms):
    caps = [v["demand"] if v["limit"] is None else min(v["demand"], v["limit"]) for v in vms]
    if sum(caps) <= capacity:
        return caps

    def given(level):
        return [
            min(cap, max(min(v["res"], cap), level * v["shares"]))
            for v, cap in zip(vms, caps, strict=True)
        ]

    low, high = 0.0, max(caps) * 1.0
    for _step in range(200):
        middle = (low + high) / 2
        if sum(given(middle)) < capacity:
            low = middle
        else:
            high = middle
    return given(high)
