"""What the VM files labs share: widths, and how a version of a cluster is painted."""

from coursekit.i18n import _, number
from coursekit.sims.vmfiles.geometry import size_text


def paint(version):
    """The look of a cluster that holds this version: what was there from the start is pale."""
    if version is None:
        return {"fill": "none"}
    return {"fill": "solid", "hue": version - 1} if version else {"fill": "soft", "tone": "idle"}


def amount(size):
    """A number of bytes for reading: 64 KiB."""
    return _(size_text(size))


def whole(count):
    """A whole number with all its digits: 1,073,741,824."""
    millions, rest = divmod(count, 1_000_000)
    if not millions:
        return number(count, 6)
    thousands = number(1_000_000 + rest, 7)  # its first digit holds the zeros
    return whole(millions) + thousands[1:]
