"""Pieces that pictures of a design share: what lives and what not, machines on their hosts, reasons in words."""

from coursekit.i18n import _
from coursekit.labs.datacentre.chosen import component, service
from coursekit.sims.datacentre.why import groups
from coursekit.ui.fit import BOLD
from coursekit.ui.scene import box

CHIP, STEP = 19, 23  # a machine: its height, and from one line of them to the next


def sentence(text):
    """With a full stop, and a capital unless it begins with a name such as dc1."""
    first = text.split(" ", 1)[0]
    begun = text[:1].upper() + text[1:] if first.isalpha() else text
    return begun + ("" if text.endswith((".", "!", "?")) else ".")


def sentences(messages):
    """Several of them."""
    return " ".join(sentence(_(each)) for each in messages)


def listed(names):
    """Names in a row."""
    return ", ".join(names)


def looks(name, moment):
    """How a component looks: broken itself, dead by way of others, short of something, well."""
    if name in moment.why:
        return {"tone": "bad", "fill": "solid"} if name in moment.failed else {"tone": "bad", "fill": "soft", "dash": True}  # fmt: skip
    return {"tone": "warn", "fill": "soft"} if name in moment.strained else {"tone": "ok", "fill": "plain"}  # fmt: skip


def short(name):
    """A component where there is little room: its kind in short, or its name alone."""
    kind, _colon, rest = name.partition(":")
    if kind == "core":
        return _("core {n}", n=rest)
    return _("ctrl {n}", n=rest) if kind == "nasctrl" else rest


def cable(alive, *ends):
    """How a cable looks between two components: whole lines where both live."""
    whole = all(end in alive for end in ends)
    return {} if whole else {"tone": "bad", "dash": True, "faded": True}


def runs_on(state, host):
    """Machines that run on a host, on whichever side of a cut."""
    return [vm for side in state.sides for vm, at in side.runs.items() if at == host]


def machines_on(design, state, host):
    """Machines that run on a host or have their home there, each with how it looks."""
    here, running = set(runs_on(state, host)), set(state.running)
    found = []
    for vm in design.vms:
        if vm.id in here:
            looks_so = {"tone": "ok", "fill": "solid"} if vm.host == host else {"tone": "warn", "fill": "solid"}  # fmt: skip
        elif vm.host != host:
            continue
        elif vm.id in running:
            looks_so = {"tone": "idle", "fill": "none", "dash": True}
        else:
            looks_so = {"tone": "bad", "fill": "soft", "dash": True}
        found.append((vm.id, looks_so))
    return found


def per_line(wide, size=11):
    """How many machines stand beside each other in this width."""
    return max(1, int((wide - 4) // (4 + chip_width(size))))


def chip_width(size):
    return 5 * BOLD * size + 8


def chips(name, machines, wide, top, *, size=11, left=6):
    """Machines side by side in lines, `(id, look)` each; placed inside a box."""
    a_line = per_line(wide, size)
    step = (wide - 8) / a_line
    return [
        box(
            f"{name}-{vm}", left + (k % a_line) * step, top + (k // a_line) * STEP, min(step - 4, 64), CHIP,
            text=vm, size=size, r=4, **look,
        )
        for k, (vm, look) in enumerate(machines)
    ]  # fmt: skip


def legend():
    """What the colours of machines and boxes say, for `key`."""
    return [
        ("box", {"tone": "ok", "fill": "solid"}, _("runs at home")),
        ("box", {"tone": "warn", "fill": "solid"}, _("runs elsewhere")),
        ("box", {"tone": "idle", "fill": "none", "dash": True}, _("its home")),
        ("box", {"tone": "bad", "fill": "soft", "dash": True}, _("does not run")),
    ]


def causes(found):
    """Sentences on the services that are down: which, and the way to what is at the bottom."""
    said = []
    for names, path in groups(found):
        down = _("Down: {services}.", services=listed(map(service, names)))
        way = [each for each in path if not each.what.startswith("service:") or len(path) == 2]
        said.append(" ".join([down, *(sentence(_(each.text)) for each in way)]))
    return said


def split(state):
    """What a split brain is like here: both sides run, or one lacks the data to."""
    if sum(bool(side.runs) for side in state.sides) > 1:
        return _("Both sides run the same machines on the same data: split brain. What they write will never fit together again.")  # fmt: skip
    return _("No majority is asked for, so each side takes itself for the only one: split brain, worth nothing. Here one side cannot reach enough of the data to run, and nothing else stops it.")  # fmt: skip


def faults(names):
    """Components that have failed, in words."""
    return listed(component(each) for each in sorted(names)) or "–"
