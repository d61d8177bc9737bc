"""A learner's answer, written from the task alone."""


def smooth_wrr(weights, n, down):
    cur = [0] * len(weights)
    out = ""
    for request in range(n):
        total, best = 0, -1
        for i, weight in enumerate(weights):
            if any(j == i and k <= request for k, j in down):
                continue
            cur[i] += weight
            total += weight
            if best < 0 or cur[i] > cur[best]:
                best = i
        cur[best] -= total
        out += "abcdefgh"[best]
    return out
