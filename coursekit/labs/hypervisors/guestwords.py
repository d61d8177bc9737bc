"""How what happens to a guest is called: ways into the hypervisor, cycles, places that differ."""

from coursekit.i18n import _, mark, number

KINDS = {
    "trap": mark("trap"),
    "exit": mark("VM exit"),
    "hypercall": mark("hypercall"),
    "callout": mark("call out"),
    "silent": mark("no trap!"),
}
WHYS = {
    "page table": mark("page table"),
    "fault": mark("fault"),
    "system call": mark("system call"),
    "interrupt": mark("interrupt"),
}


def rounded(cycles):
    """Cycles to be read: no fractions."""
    return number(round(cycles), 7)


def says(event):
    """What brought the hypervisor in: an instruction, or what it met."""
    return _(WHYS[event.why]) if event.why in WHYS else event.why


def place_name(place):
    """Where two final states differ, in words."""
    name, _space, at = place.partition(" ")
    if at:
        texts = {"memory": mark("word {at} of memory"), "output": mark("output {at}"), "interrupted": mark("interrupted place {at}")}  # fmt: skip
        return _(texts[name], at=at)
    return _(_PLACES[name]) if name in _PLACES else name


_PLACES = {
    "pc": mark("the next instruction"),
    "kernel": mark("the mode"),
    "interrupts": mark("the interrupt flag"),
    "pending": mark("the waiting interrupt"),
    "stop": mark("how it ended"),
    "why": mark("why it ended"),
}
