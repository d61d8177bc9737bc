"""A learner's answer, written from the task alone."""


def choose_check(p, tau, min_mtbfa_s):
    fits = [
        (k * i + tau, k, i)
        for k in range(1, 11)
        for i in (0.5, 1, 2, 5, 10)
        if i * (p**-k - 1) / (1 - p) >= min_mtbfa_s
    ]
    _, k, i = min(fits)
    return {"interval": i, "fall": k}
