"""Numbers as sentences say them: whole where they are whole, else two decimals."""

__all__ = ["tidy"]


def tidy(value: float) -> float:
    """25.0 becomes 25, 33.333333 becomes 33.33; what rounds to nothing keeps two digits."""
    if value and abs(value) < 0.01:
        return float(f"{value:.2g}")
    short = round(value, 2)
    return int(short) if short == int(short) else short
