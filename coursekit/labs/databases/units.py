"""Times and sizes for reading, in the labs on databases."""

from math import inf

from coursekit.i18n import _, mark, number

UNITS = ((86400.0, mark("{n} days")), (3600.0, mark("{n} h")), (60.0, mark("{n} min")))


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


def span(seconds):
    """A time in three figures, in the unit that suits it."""
    if seconds == inf:
        return _("never")
    for unit, text in UNITS:
        if seconds >= 2 * unit:
            return _(text, n=number(seconds / unit))
    return _("{n} s", n=number(seconds))


def count(n):
    """A whole number, as the language groups it."""
    return number(round(n), 9)
