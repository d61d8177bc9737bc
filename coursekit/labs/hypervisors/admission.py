"""HA admission control: would every machine find a place if hosts died?"""

from dataclasses import dataclass

from coursekit.i18n import _, mark, number, plural
from coursekit.sims.hypervisors.admission import (
    Guest,
    Headroom,
    Host,
    Slots,
    fits,
    headroom,
    slots,
)
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import CELL, facts, spots, width_of
from coursekit.ui.parts import GAP as BETWEEN
from coursekit.ui.scene import box, label, path
from coursekit.ui.table import Table

GHZ, GIB = 1000, 1024  # in the units of the simulation, MHz and MB
# The cluster of the vSphere Availability guide's example: GHz and GiB
HOSTS = ((9, 9), (9, 6), (6, 6))
GUESTS = ((2, 1), (2, 1), (1, 2), (1, 1), (1, 1))
POLICIES = {"slots": mark("slots: hosts that may die"), "percent": mark("a percentage kept free")}
HEAD = 54  # room above the slots of a host
BAR = 58  # height of a resource's bar


@dataclass(frozen=True)
class Asked:
    """The cluster, and what both policies say; `policy` is the one on the screen."""

    policy: str
    percent: int
    hosts: tuple[Host, ...]
    guests: tuple[Guest, ...]
    slots: Slots
    headroom: Headroom

    @property
    def ok(self):
        """Whether the machines are admitted."""
        return self.slots.ok if self.policy == "slots" else self.headroom.ok


class AdmissionLab(Lab):
    """Three hosts, five machines, and one more that reserves a lot."""

    name = "hypervisors-admission"
    title = mark("Admission: is there room if a host dies?")

    def controls(self):
        return (
            Pick("policy", mark("Policy"), "slots", POLICIES),
            Slider("failures", mark("Hosts that may die"), 1, 0, 3, when=lambda v: v["policy"] == "slots"),
            Slider("percent", mark("Kept free"), 25, 0, 100, 5, "%", when=lambda v: v["policy"] == "percent"),
            Slider("big", mark("VM 6 reserves"), 0, 0, 12, 1, mark("GiB")),
            Slider("big_cpu", mark("and of the CPU"), 1, 0, 9, 1, "GHz", when=lambda v: v["big"] > 0),
        )  # fmt: skip

    def run(self, policy, failures, percent, big, big_cpu):
        hosts = tuple(Host(id=_("host {n}", n=n), cpu_mhz=cpu * GHZ, mem_mb=mem * GIB) for n, (cpu, mem) in enumerate(HOSTS, 1))  # fmt: skip
        wanted = (*GUESTS, (big_cpu, big)) if big else GUESTS
        guests = tuple(Guest(id=_("VM {n}", n=n), res_cpu=cpu * GHZ, res_mem=mem * GIB) for n, (cpu, mem) in enumerate(wanted, 1))  # fmt: skip
        return Asked(policy, percent, hosts, guests, slots(hosts, guests, failures), headroom(hosts, guests, percent))  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    # Drawing

    def draw(self, asked):
        narrow, width = self.scene.narrow, width_of(self.scene)
        items = facts(self._facts(asked), narrow=narrow)
        cards, y = self._machines(asked, 96 if narrow else 58)
        picture = self._hosts if asked.policy == "slots" else self._pool
        body, y = picture(asked, y + 10)
        verdict = box(
            "verdict", 4, y + 4, width - 8, 36, text=self._sum(asked), size=12 if narrow else 14,
            tone="ok" if asked.ok else "bad", fill="paper" if asked.ok else "solid",
        )  # fmt: skip
        what = _("What machines reserve, and the room that hosts have for them")
        self.scene.show([*items, *cards, *body, verdict], width=width, height=y + 44, label=what)

    def _facts(self, asked):
        verdict = (_("admitted"), "ok") if asked.ok else (_("not admitted"), "bad")
        machines = (_("{n} machines", n=len(asked.guests)), "accent")
        if asked.policy == "percent":
            cpu, mem = asked.headroom.cpu_ok, asked.headroom.mem_ok
            return [
                machines,
                (_("CPU: {free} % free", free=number(100 * asked.headroom.cpu)), "ok" if cpu else "bad"),
                (_("memory: {free} % free", free=number(100 * asked.headroom.mem)), "ok" if mem else "bad"),
                verdict,
            ]  # fmt: skip
        left = asked.slots.left(asked.slots.failures)
        return [
            machines,
            (_("a slot: {size}", size=_size(asked.slots.slot.cpu, asked.slots.slot.mem)), "accent"),
            (_("slots left: {n}", n=left), "ok" if asked.slots.ok else "warn"),
            verdict,
        ]

    def _machines(self, asked, top):
        """What each machine reserves; under the slot policy the largest make the slot."""
        places, bottom = spots(len(asked.guests), 74, narrow=self.scene.narrow, top=top, least=120)
        items = []
        for i, (guest, spot) in enumerate(zip(asked.guests, places, strict=True)):
            why = self._largest(asked, guest)
            items += [
                box(
                    f"guest{i}", spot.x, spot.y, spot.w, 48, r=8, text=guest.id, sub=_size(guest.res_cpu, guest.res_mem),
                    hue=i, fill="paper" if why else "soft", glow=bool(why),
                ),
                label(f"why{i}", spot.x + spot.w / 2, spot.y + 64, why, size=12, anchor="middle", weight=600),
            ]  # fmt: skip
        return items, bottom

    def _largest(self, asked, guest):
        if asked.policy == "percent":
            return ""
        first = {
            _("most CPU"): next(g for g in asked.guests if g.res_cpu == asked.slots.slot.cpu),
            _("most memory"): next(g for g in asked.guests if g.res_mem == asked.slots.slot.mem),
        }
        return ", ".join(text for text, one in first.items() if one is guest)

    def _hosts(self, asked, top):
        """Hosts with their slots; those that are counted as dead crossed out."""
        most = max(1, *asked.slots.per_host)
        high = HEAD + most * (CELL + BETWEEN) + 6
        places, bottom = spots(len(asked.hosts), high + 40, narrow=self.scene.narrow, top=top, least=120, most=270)  # fmt: skip
        alive = (h for h in range(len(asked.hosts)) if h not in asked.slots.dead)
        seats = iter([h for h in alive for _slot in range(asked.slots.per_host[h])])
        seated = dict(zip(range(len(asked.guests)), seats, strict=False))
        items = []
        for h, (host, spot) in enumerate(zip(asked.hosts, places, strict=True)):
            mine = [g for g, seat in seated.items() if seat == h]
            items += self._host(asked, h, host, spot, high, mine)
        return self._homeless(asked, seated, items, bottom)

    def _host(self, asked, h, host, spot, high, mine):
        dead = h in asked.slots.dead
        by_cpu, by_mem = fits(host, asked.slots.slot)
        inner = []
        for k in range(asked.slots.per_host[h]):
            place = (8, HEAD + k * (CELL + BETWEEN), spot.w - 16, CELL)
            held = k < len(mine)
            look = {"hue": mine[k], "fill": "solid"} if held else {"fill": "none", "dash": True}
            text = asked.guests[mine[k]].id if held else "" if dead else _("free slot")
            inner.append(box(f"slot{h}:{k}", *place, r=6, text=text, size=12.5, faded=dead, **look))
        return [
            box(
                f"host{h}", spot.x, spot.y, spot.w, high, r=12, title=host.id, sub=_size(host.cpu_mhz, host.mem_mb),
                children=inner, strike=dead, led="bad" if dead else "ok", tone="bad" if dead else None,
            ),
            label(f"by-cpu{h}", spot.x + 12, spot.y + high + 16, _("by CPU: {n}", n=by_cpu), size=12, weight=700 if by_cpu <= by_mem else 400),
            label(f"by-mem{h}", spot.x + 12, spot.y + high + 33, _("by memory: {n}", n=by_mem), size=12, weight=700 if by_mem <= by_cpu else 400),
        ]  # fmt: skip

    def _homeless(self, asked, seated, items, top):
        """Machines without a slot, in red."""
        out = [g for g in range(len(asked.guests)) if g not in seated]
        a_line = 3 if self.scene.narrow else 6
        wide = (width_of(self.scene) - 8) / a_line
        for k, g in enumerate(out):
            text = _("{vm}: no slot", vm=asked.guests[g].id)
            items.append(box(f"out{g}", 6 + k % a_line * wide, top + k // a_line * 38, wide - 6, 32, r=8, text=text, tone="bad", fill="solid", size=12.5))  # fmt: skip
        return items, top + -(-len(out) // a_line) * 38

    def _pool(self, asked, top):
        """CPU and memory of the whole cluster: what is reserved, and the share that must stay free."""
        rows = (
            (_("CPU"), [h.cpu_mhz for h in asked.hosts], [g.res_cpu for g in asked.guests], asked.headroom.cpu, GHZ, "GHz"),
            (_("memory"), [h.mem_mb for h in asked.hosts], [g.res_mem for g in asked.guests], asked.headroom.mem, GIB, _("GiB")),
        )  # fmt: skip
        items, y = [], top + 6
        for name, have, taken, free, unit, word in rows:
            items += self._bar(asked, name, sum(have) / unit, [each / unit for each in taken], free, word, y)  # fmt: skip
            y += BAR + 62
        return items, y

    def _bar(self, asked, name, total, taken, free, word, y):
        width = width_of(self.scene) - 16
        unit, x, top = width / total, 8, y + 22
        head = _("{name}: {taken} of {total} {unit} reserved", name=name, taken=number(sum(taken)), total=number(total), unit=word)  # fmt: skip
        items = [
            label(f"{word}-head", 8, y + 10, head, weight=600),
            box(f"{word}-all", 8, top, width, BAR, r=6),
        ]
        for g, each in enumerate(taken):
            if each:
                items.append(box(f"{word}-{g}", x, top, each * unit, BAR, r=4, hue=g, fill="solid", text=asked.guests[g].id if each * unit > 44 else str(g + 1), size=12))  # fmt: skip
            x += each * unit
        limit = 8 + width * (100 - asked.percent) / 100
        text = _("{percent} % must stay free; {free} % is", percent=asked.percent, free=number(100 * free, 4))  # fmt: skip
        items += [
            path(f"{word}-limit", f"M{limit:g} {top - 8}V{top + BAR + 8}", tone="bad", dash=True),
            label(f"{word}-says", width + 8, top + BAR + 20, text, size=12.5, anchor="end"),
        ]
        return items

    # In words

    def _sum(self, asked):
        """The arithmetic in one line."""
        if asked.policy == "percent":
            worst = min(asked.headroom.cpu, asked.headroom.mem)
            sign = "≥" if asked.ok else "<"
            return _("the lesser share free: {free} % {sign} {percent} %", free=number(100 * worst, 4), sign=sign, percent=asked.percent)  # fmt: skip
        kept = [str(n) for h, n in enumerate(asked.slots.per_host) if h not in asked.slots.dead]
        left = asked.slots.left(asked.slots.failures)
        terms = f"{' + '.join(kept)} = {left}" if len(kept) > 1 else str(left)
        sign = "≥" if asked.ok else "<"
        return _("{terms} slots {sign} {n} machines", terms=terms, sign=sign, n=len(asked.guests))

    def describe(self, asked):
        verdict = _("Admitted.") if asked.ok else _("Refused.")
        if asked.policy == "percent":
            text = _(
                "Of the CPU {cpu} % is not reserved, of the memory {mem} %; {percent} % must stay free.",
                cpu=number(100 * asked.headroom.cpu), mem=number(100 * asked.headroom.mem), percent=asked.percent,
            )  # fmt: skip
            blind = _("Whether what is free lies on one host, this policy does not ask.")
            return f"{text} {verdict} {blind}"
        slot = asked.slots.slot
        text = _("A slot is as large as the largest reservations: {size}.", size=_size(slot.cpu, slot.mem))  # fmt: skip
        most = asked.slots.most
        if most < 0:
            bears = _("There are too few slots even if no host dies.")
        else:
            bears = plural("At most {count} host may die.", "At most {count} hosts may die.", most)
        return f"{text} {self._sum(asked)}. {verdict} {bears}"

    def tone(self, asked):
        return "ok" if asked.ok else "bad"

    def table(self, asked):
        if asked.policy == "percent":
            head = [_("resource"), _("not reserved"), _("must stay free"), _("verdict")]
            room, need = asked.headroom, f"{asked.percent} %"
            rows = [
                [name, f"{number(100 * free, 6)} %", need, _("enough") if ok else _("too little")]
                for name, free, ok in ((_("CPU"), room.cpu, room.cpu_ok), (_("memory"), room.mem, room.mem_ok))
            ]  # fmt: skip
            return Table(head, rows, caption=_("The cluster as one pool"))
        head = [_("host"), _("by CPU"), _("by memory"), _("slots")]
        rows = []
        for h, host in enumerate(asked.hosts):
            slots_of = asked.slots.per_host[h]
            told = _("{n}, counted as lost", n=slots_of) if h in asked.slots.dead else slots_of
            rows.append([host.id, *fits(host, asked.slots.slot), told])
        return Table(head, rows, caption=_("The slots of each host"))


def _size(cpu_mhz, mem_mb):
    return _("{cpu} GHz · {mem} GiB", cpu=number(cpu_mhz / GHZ), mem=number(mem_mb / GIB))
