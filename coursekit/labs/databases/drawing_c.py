"""What the labs on copies and backups share: times as one says them."""

from math import inf

from coursekit.i18n import _, mark, number

UNITS = ((86400.0, mark("{n} days")), (3600.0, mark("{n} h")), (60.0, mark("{n} min")))


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
