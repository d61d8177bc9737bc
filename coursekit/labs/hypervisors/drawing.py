"""What the hypervisors labs share: names of techniques, widths."""

from coursekit.i18n import _, mark

TECHNIQUES = {  # name -> as long as a bar's label may be
    "native": mark("bare CPU"),
    "interp": mark("emulator"),
    "dbt": mark("emulator that translates"),
    "trap": mark("trap and emulate"),
    "bt": mark("binary translation"),
    "pv": mark("paravirtualization"),
    "hw_shadow": mark("hardware, shadow tables"),
    "hw_npt": mark("hardware, nested tables"),
    "hw_npt_virtio": mark("hardware, nested, virtio"),
    "container": mark("container"),
}
KEYBOARD = tuple(b"Bonjour, hypervisor!")  # what a guest's console sends, a letter a word


def technique_name(technique):
    """How a technique is called everywhere."""
    return _(TECHNIQUES[technique])
