"""What the labs on logs and on SQLite share: times and sizes for reading."""

from coursekit.i18n import _, number


def milliseconds(ms):
    """A time given in milliseconds, in a fitting unit; "∞" where it has no end."""
    if ms != ms or ms == float("inf"):  # noqa: PLR0124 (nothing but NaN differs from itself)
        return "∞"
    if ms >= 1000:
        return _("{n} s", n=number(ms / 1000))
    return _("{n} ms", n=number(ms)) if ms >= 1 or not ms else _("{n} µs", n=number(1000 * ms))


def octets(count):
    """A number of bytes, exactly."""
    return _("{n} B", n=number(count, 9))
