"""A learner's answer, written from the task alone."""


def locate(offset, bs):
    n = bs // 4
    b = offset // bs
    if b < 12:
        return {"level": "direct", "index": [b], "meta_reads": 0}
    b -= 12
    if b < n:
        return {"level": "single", "index": [b], "meta_reads": 1}
    b -= n
    if b < n * n:
        return {"level": "double", "index": [b // n, b % n], "meta_reads": 2}
    b -= n * n
    if b < n * n * n:
        return {"level": "triple", "index": [b // (n * n), b // n % n, b % n], "meta_reads": 3}
    return None
