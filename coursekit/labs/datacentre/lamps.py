"""The services of a board: a lamp each, beside the one that it needs."""

from coursekit.i18n import _
from coursekit.labs.datacentre.chosen import service
from coursekit.ui.fit import boxed, clipped
from coursekit.ui.scene import box, path

LAMP = 46  # height


def lamps(moment, width):
    """Services, each beside the one that it needs; and the bottom of the row."""
    order, narrow = _ordered(moment.design.services), width < 600
    a_line = 2 if narrow else max(4, len(order))
    gap = 34
    wide = (width - 8 - gap * (a_line - 1)) / a_line
    spots, items = {}, []
    for k, each in enumerate(order):
        x, y = 4 + (k % a_line) * (wide + gap), 4 + (k // a_line) * (LAMP + 8)
        spots[each.name] = (x, y)
        items.append(_lamp(each, moment, x, y, wide))
    for each in order:
        items += [_needs(each.name, dep, spots, wide) for dep in each.deps]
    return items, 4 + -(-len(order) // a_line) * (LAMP + 8)


def _ordered(services):
    """Each after the first that it needs."""
    found = []

    def add(each):
        found.append(each)
        for other in services:
            if other.deps[:1] == (each.name,):
                add(other)

    for each in services:
        if not each.deps:
            add(each)
    return found


def _lamp(each, moment, x, y, wide):
    own = [vm for vm in moment.design.vms if vm.service == each.name]
    count = sum(vm.id in moment.state.places for vm in own)
    up, worn = moment.state.up[each.name], f"service:{each.name}" in moment.strained
    tone = "bad" if not up else "warn" if worn else "ok"
    word = _("down") if not up else _("up")
    sub = _("{word}, machines {n}/{all}", word=word, n=count, all=len(own))
    return box(
        f"service-{each.name}", x, y, wide, LAMP, title=boxed(service(each.name), wide - 24, 13.5), sub=clipped(sub, wide - 16),
        led=tone, tone=tone, fill="plain" if up and not worn else "soft", dash=not up,
    )  # fmt: skip


def _needs(name, dep, spots, wide):
    """An arrow from a service to what it needs."""
    (x, y), (to, low) = spots[name], spots[dep]
    if y == low and abs(x - to) < wide + 60:
        d = f"M{x - 3} {y + LAMP / 2}H{to + wide + 4}"
    else:
        d = f"M{x + wide / 2} {y}Q{(x + to + wide) / 2} {min(y, low) - 3} {to + wide / 2} {low}"
    return path(f"needs-{name}-{dep}", d, tone="idle", arrow=True)
