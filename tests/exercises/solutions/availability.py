"""A learner's answer, written from the task alone."""


def availability(expr):
    if not isinstance(expr, dict):
        return expr
    if "series" in expr:
        total = 1
        for item in expr["series"]:
            total *= availability(item)
        return total

    def at_least(k, parts):
        if k <= 0:
            return 1
        if k > len(parts):
            return 0
        return parts[0] * at_least(k - 1, parts[1:]) + (1 - parts[0]) * at_least(k, parts[1:])

    return at_least(expr["kofn"]["k"], [availability(item) for item in expr["kofn"]["items"]])
