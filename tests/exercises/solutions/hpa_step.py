from fractions import Fraction


def hpa_step(current, ready, unready, missing, target, tol, minR, maxR):  # noqa: N803
    def clamp(n):
        return max(minR, min(maxR, n))

    def close(x):
        return 1 - Fraction(str(tol)) <= x <= 1 + Fraction(str(tol))

    def up(x):
        return -((-x.numerator) // x.denominator)

    ratio = Fraction(sum(ready) // len(ready), target)
    if missing == 0 and not (unready > 0 and ratio > 1):
        return clamp(current if close(ratio) else up(ratio * len(ready)))
    values = list(ready)
    if ratio < 1:
        values += [100] * missing
    if ratio > 1:
        values += [0] * (missing + unready)
    second = Fraction(sum(values) // len(values), target)
    if close(second) or (ratio - 1) * (second - 1) < 0:
        return clamp(current)
    wanted = up(second * len(values))
    if (second < 1 and wanted > current) or (second > 1 and wanted < current):
        return clamp(current)
    return clamp(wanted)
