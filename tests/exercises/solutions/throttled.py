"""A learner's answer, written from the task alone: the clock goes on by hand."""


def throttled(C, Q, P, T):  # noqa: N803  (the task’s letters)
    left, clock, stops = C, 0, 0
    while True:
        can = min(Q, T * P)
        if left <= can:
            return {"wall_ms": clock + left / T, "throttles": stops}
        left -= can
        clock += P
        if Q < T * P:
            stops += 1
