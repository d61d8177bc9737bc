"""Seven machines on a few hosts: do they fit, and do they still when a host dies?"""

from coursekit.i18n import _, mark, number
from coursekit.labs.datacentre.chosen import service
from coursekit.labs.datacentre.machines import chip_width, listed, sentence
from coursekit.sims.datacentre.catalogue import HOSTS
from coursekit.sims.datacentre.headroom import LEAST, MOST, cluster, headroom
from coursekit.sims.datacentre.samples import D1, VMS
from coursekit.sims.message import Message
from coursekit.ui.controls import Check, Pick, Slider, as_it_is, as_named
from coursekit.ui.fit import boxed, clipped, heading
from coursekit.ui.lab import Lab
from coursekit.ui.parts import facts, width_of
from coursekit.ui.scene import box, label
from coursekit.ui.table import Table

NAMES = [vm.id for vm in VMS]
RAM = {vm.id: vm.ram for vm in VMS}
HUES = {"dir": 3, "db": 0, "web": 5, "file": 4}  # of services
HUE = {vm.id: HUES[vm.service] for vm in VMS}
HOMES = {vm.id: int(vm.host.removeprefix("h")) for vm in D1.vms}
WHERE = {n: as_it_is(f"h{n}") for n in range(1, MOST + 1)}
NOBODY = 0
CHIP, STEP, BAR = 22, 26, 20


class PlacementLab(Lab):
    """Cards of hosts with bars of memory and vCPUs; press a machine, then a host, to move it."""

    name = "datacentre-placement"
    title = mark("Which machine on which host?")

    def controls(self):
        models = {name: Message.of("{model}: {cores} cores, {ram} GB of memory", model=name, cores=each.cores, ram=each.ram_gb) for name, each in HOSTS.items()}  # fmt: skip
        homes = [Pick(f"at_{vm}", Message.of("home of {vm}", vm=vm), HOMES[vm], WHERE, more=True) for vm in NAMES]  # fmt: skip
        return [
            Slider("hosts", mark("Hosts"), 2, LEAST, MOST), Pick("model", mark("Model"), "H2", models),
            Pick("vm", mark("Machine to move"), "file1", as_named(NAMES)),
            Pick("dies", mark("Host that dies"), NOBODY, {NOBODY: mark("none"), **WHERE}),
            Check("apart", mark("twins are kept apart"), True, more=True), *homes,
        ]  # fmt: skip

    def run(self, hosts, model, apart, **values):
        return headroom(
            cluster(hosts, model, {vm: values[f"at_{vm}"] for vm in NAMES}, apart=apart)
        )

    def _press(self, name):
        kind, _dash, rest = name.partition("-")
        if self.locked:
            return
        if kind == "vm":
            self.set(vm=rest)
        elif kind == "put":
            self.set(**{f"at_{self.values['vm']}": int(rest.removeprefix("h"))})
        elif kind == "death":
            n = int(rest.removeprefix("h"))
            self.set(dies=NOBODY if n == self.values["dies"] else n)

    def death(self, room):
        """The death that is looked at, if that host is there."""
        return next((each for each in room.deaths if each.host == f"h{self.values['dies']}"), None)

    # Drawing

    def pictures(self):
        self.scene = self.new_scene(self._press)
        return [self.scene]

    def draw(self, room):
        width, death = width_of(self.scene), self.death(room)
        items = facts(self._facts(room), narrow=self.scene.narrow)
        loads, top = death.loads if death else room.loads, 96 if self.scene.narrow else 54
        a_line = 2 if self.scene.narrow else len(loads)
        wide = (width - 8 + 10) / a_line - 10
        high = self._high(wide)
        for k, load in enumerate(loads):
            spot = (4 + (k % a_line) * (wide + 10), top + (k // a_line) * (high + 10), wide, high)
            items += self._card(room, death, load, spot)
        y = top + -(-len(loads) // a_line) * (high + 10)
        tray, y = self._tray(death, y + 14, width)
        self.scene.show(items + tray, width=width, height=y + 6, label=_("The hosts, their machines, the memory and the vCPUs that these take"))  # fmt: skip

    def _facts(self, room):
        fits = (_("too small"), "bad") if room.short else (_("everything fits"), "ok")
        ram = sum(load.ram for load in room.loads)
        most = sum(load.ram_most for load in room.loads)
        known = (_("N+1: ?"), "idle") if self.locked else (_("N+1 holds"), "ok") if room.n_plus_1 else (_("N+1 does not hold"), "bad")  # fmt: skip
        return [fits, (_("memory: {ram} of {most} GB", ram=ram, most=most), "idle"), known]

    def _lines(self, wide):
        a_line = max(1, int((wide - 6) // (chip_width(11) + 40)))
        return a_line, -(-len(NAMES) // a_line)

    def _high(self, wide):
        return 34 + self._lines(wide)[1] * STEP + 2 * (BAR + 20) + 42

    def _card(self, room, death, load, spot):
        x, y, wide, high = spot
        dead = death is not None and load.host == death.host
        frame = box(f"card-{load.host}", *spot, r=8, tone="bad" if dead or not load.fits else "idle", fill="soft" if dead else "plain", dash=dead)  # fmt: skip
        moving = self.values["vm"]
        name = f"✕ {load.host}" if dead else load.host
        put = None if self.locked else _("put {vm} on {host}", vm=moving, host=load.host)
        head = box(f"put-{load.host}", x + 5, y + 5, wide - 10, 24, text=boxed(_("{host}: put {vm} here", host=name, vm=moving), wide - 10, 12), size=12, r=5, press=put)  # fmt: skip
        low = y + 34 + self._lines(wide)[1] * STEP
        bars = [
            *self._bar(load, "ram", x, low, wide, _("memory {n} of {most} GB", n=load.ram, most=load.ram_most)),
            *self._bar(load, "vcpu", x, low + BAR + 20, wide, _("vCPU {n} of {most}", n=load.vcpu, most=load.vcpu_most)),
        ]  # fmt: skip
        return [frame, head, *self._chips(death, load, x, y + 34, wide), *bars, self._verdict(room, load, x, y + high - 32, wide)]  # fmt: skip

    def _chips(self, death, load, x, y, wide):
        a_line, _lines = self._lines(wide)
        step = (wide - 10) / a_line
        items = []
        for k, vm in enumerate(load.vms):
            moved = death is not None and vm in death.moved
            text = f"→ {vm} {RAM[vm]}" if moved else f"{vm} {RAM[vm]}"
            items.append(box(
                f"vm-{vm}", x + 5 + (k % a_line) * step, y + (k // a_line) * STEP, min(step - 4, 110), CHIP, text=boxed(text, min(step, 114), 11),
                size=11, r=5, hue=HUE[vm], fill="solid", glow=moved, selected=vm == self.values["vm"],
                press=None if self.locked else _("choose {vm}", vm=vm),
            ))  # fmt: skip
        return items

    def _bar(self, load, kind, x, y, wide, text):
        """What each machine takes of a host, side by side; red if it is more than there is."""
        most, taken = (load.ram_most, load.ram) if kind == "ram" else (load.vcpu_most, load.vcpu)
        name, full = f"{kind}-{load.host}", wide - 12
        items = [
            label(f"{name}-text", x + 6, y + 12, clipped(text, full, 11.5), size=11.5),
            box(name, x + 6, y + 17, full, BAR - 4, r=3, tone="bad" if taken > most else "idle", fill="none"),
        ]  # fmt: skip
        at, scale = x + 6, full / max(most, taken)
        for vm in (each for each in VMS if each.id in load.vms):
            part = (vm.ram if kind == "ram" else vm.vcpu) * scale
            items.append(box(f"{name}-{vm.id}", at, y + 17, max(1, part - 1), BAR - 4, r=2, hue=HUE[vm.id], fill="solid"))  # fmt: skip
            at += part
        return items

    def _verdict(self, room, load, x, y, wide):
        """Whether the death of this host is borne; pressed, the death is looked at."""
        death = next(each for each in room.deaths if each.host == load.host)
        if self.locked:
            look = {"text": boxed(_("if {host} dies: ?", host=load.host), wide - 10, 11.5), "tone": "idle", "fill": "none"}  # fmt: skip
        else:
            said = _("if {host} dies: ✓ borne", host=load.host) if death.holds else _("if {host} dies: ✗ not borne", host=load.host)  # fmt: skip
            look = {
                "text": boxed(said, wide - 10, 11.5), "tone": "ok" if death.holds else "bad", "fill": "soft" if death.holds else "solid",
                "press": _("let {host} die, or live again", host=load.host), "selected": self.values["dies"] == int(load.host[1:]),
            }  # fmt: skip
        return box(f"death-{load.host}", x + 5, y, wide - 10, 26, size=11.5, r=5, **look)

    def _tray(self, death, y, width):
        """Machines that are not started again; the sentence says why."""
        if death is None or not death.left:
            return [], y - 14
        items = [heading("left", 6, y, _("Not started again"), width - 8)]
        y += 10
        items += [
            box(f"left-{vm}", 6 + k * 64, y, 58, CHIP, text=vm, size=11.5, r=5, tone="bad", fill="soft", dash=True)
            for k, vm in enumerate(death.left)
        ]  # fmt: skip
        return items, y + CHIP

    # In words

    def describe(self, room):
        if self.locked:
            return _("Seven machines on two hosts. Each chip says how many GB of memory its machine takes.")  # fmt: skip
        said = [sentence(_(each)) for each in room.short]
        death = self.death(room)
        if death:
            said.append(_("{host} dies.", host=death.host))
            said += self._after(death)
        else:
            said.append(self._verdict_in_words(room))
        return "\n".join(said)

    def _after(self, death):
        if death.moved:
            yield _("Started elsewhere: {machines}.", machines=listed(f"{vm} → {host}" for vm, host in death.moved.items()))  # fmt: skip
        if not death.moved and not death.left:
            yield _("Nothing ran there.")
        yield from (sentence(_(why)) for why in death.left.values())
        if death.down:
            yield _("Down: {services}.", services=listed(map(service, death.down)))
        elif death.room:
            yield _("Every service stays up, and no machine is left out for want of room: this death is borne.")  # fmt: skip
        else:
            yield _("Every service stays up, but a machine is left out for want of room: this death is not borne.")  # fmt: skip

    def _verdict_in_words(self, room):
        if room.n_plus_1:
            return _("N+1 holds: whichever host dies, the others have room for its machines.")
        if room.short:
            return _("N+1 does not hold: there is too little room even while all hosts live.")
        bad = listed(death.host for death in room.deaths if not death.holds)
        return _("N+1 does not hold: the death of {hosts} is not borne. Press there to see why.", hosts=bad)  # fmt: skip

    def tone(self, room):
        if self.locked:
            return "accent"
        death = self.death(room)
        good = death.holds and not room.short if death else room.n_plus_1
        return "ok" if good else "bad"

    def table(self, room):
        rows = []
        for load, death in zip(room.loads, room.deaths, strict=True):
            moved = listed(f"{vm} → {host}" for vm, host in death.moved.items()) or "–"
            left = listed(death.left) or "–"
            memory = _("{n} of {most} GB", n=number(load.ram), most=number(load.ram_most))
            cpus = _("{n} of {most}", n=number(load.vcpu), most=number(load.vcpu_most))
            rows.append([load.host, listed(load.vms) or "–", memory, cpus, *(("?", "?") if self.locked else (moved, left))])  # fmt: skip
        head = [_("host"), _("its machines"), _("memory"), "vCPU", _("if it dies: started elsewhere"), _("not started")]  # fmt: skip
        return Table(head, rows, caption=_("The hosts, and what becomes of their machines"))
