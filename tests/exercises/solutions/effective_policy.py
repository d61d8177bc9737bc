"""A learner's answer, written from the task alone."""


def effective_policy(chain, gpos):
    start = 0
    for i, level in enumerate(chain):
        if level["block"]:
            start = i
    first, last = [], []
    for i, level in enumerate(chain):
        here = sorted(level["links"], reverse=True)
        first += [
            name for _, name, enforced, on in here if on and not enforced and (i == 0 or i >= start)
        ]
        last = [name for _, name, enforced, on in here if on and enforced] + last
    result = {}
    for name in first + last:
        for setting, value in gpos[name].items():
            result[setting] = {"value": value, "gpo": name}
    return result
