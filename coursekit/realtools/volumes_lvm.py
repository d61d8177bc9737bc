"""Checks of the chapter on partitions and LVM: LVM in the virtual machine."""

from coursekit.i18n import mark
from coursekit.realtools import lvm
from coursekit.realtools.check import DIFFERENT, SAME, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.volumes import cow, extents
from coursekit.sims.volumes import lvm as simulated
from coursekit.sims.volumes.group import Machine, machine

VM = (Place("vm", (lvm.LVM,)),)
MAKE = ("vgcreate vg /dev/sda /dev/sdb", "lvcreate -n data -L 40M vg")
MORE = ("vgextend vg /dev/sdc /dev/sdd", "lvextend -L +24M vg/data")
FAST = ("lvcreate -n fast -i 2 -I 64k -L 8M vg",)
AGAIN = ("lvextend -L +24M vg/data",)
MIB = 2**20
ORIGIN, STORE = 16, 4  # MiB
MARKS = (5 * MIB, 29 * MIB + 12_345)  # one on each of the first disks


def _machine(*lines: str) -> Machine:
    disks = {f"sd{letter}": lvm.MIB * MIB for letter in lvm.LETTERS}
    prepared = ("pvcreate /dev/sda /dev/sdb /dev/sdc /dev/sdd", *lines)
    return simulated.tell(machine(**disks), prepared).states[-1].machine


def _table(there: Machine, name: str) -> tuple[str, ...]:
    """The segments of a volume, as the kernel's table tells them."""
    group = there.group("vg")
    sectors = group.extent // lvm.SECTOR
    lines = []
    for each in group.volume(name).segments:
        areas = " ".join(
            f"sd{lvm.LETTERS[run.pv]} {extents.PE_START // lvm.SECTOR + run.first * sectors}"
            for run in each.areas
        )
        many = len(each.areas)
        kind = "linear" if many == 1 else f"striped {many} {each.stripe // lvm.SECTOR}"
        lines.append(f"{each.start * sectors} {each.count * sectors} {kind} {areas}")
    return tuple(lines)


def _place(there: Machine, byte: int) -> str:
    pv, at = extents.place(there.group("vg").volume("data"), byte)
    return f"sd{lvm.LETTERS[pv]} {at}"


def _grow() -> tuple[Fact, ...]:
    first, grown = _machine(*MAKE), _machine(*MAKE, *MORE)
    striped, again = _machine(*MAKE, *MORE, *FAST), _machine(*MAKE, *MORE, *FAST, *AGAIN)
    group = grown.group("vg")
    size = group.volume("data").extents * group.extent / MIB
    marks = ", ".join(str(byte) for byte in MARKS)
    why = Message.of("Where the place behind the volume is taken, LVM looks for one disk that can give all of it; the lab takes the rest of the same disk first.")  # fmt: skip
    return (
        Fact(Message.of("extents that each disk of {mib} MiB gives", mib=lvm.MIB), group.sizes, SAME),
        Fact(Message.of("the volume of 40 MiB: start, sectors, kind, disk, first sector"), _table(first, "data"), SAME),
        Fact(Message.of("after two more disks and 24 MiB more"), _table(grown, "data"), SAME),
        Fact(Message.of("its file system, grown in use"), size, SAME, unit=mark("MiB")),
        Fact(Message.of("is its file still right?"), True, SAME),
        Fact(Message.of("a striped volume of 8 MiB"), _table(striped, "fast"), SAME),
        Fact(Message.of("the first volume grown again, with the other in its way"), _table(again, "data"), DIFFERENT, why=why),
        Fact(Message.of("bytes {marks} of the volume: disk and byte", marks=marks), tuple(_place(grown, byte) for byte in MARKS), SAME),
    )  # fmt: skip


def _ask_grow(source: Source) -> tuple[object, ...]:
    found = lvm.grow(source, (MAKE, MORE, FAST, AGAIN), MARKS)
    return (found.extents, found.first, found.grown, found.files_mib, found.kept, found.striped, found.again, found.marks)  # fmt: skip


def _capacity() -> int:
    return cow.capacity(cow.Store.of(STORE * MIB))


def _snapshot() -> tuple[Fact, ...]:
    store, most = cow.Store.of(STORE * MIB), _capacity()
    full, over = cow.run(store, range(most)), cow.run(store, range(most + 1))
    return (
        Fact(Message.of("the origin has changed; what the snapshot says"), "before", SAME),
        Fact(Message.of("chunks copied to a store of {mib} MiB", mib=STORE), full.used, SAME),
        Fact(Message.of("how full the store is then"), "100.00", SAME, unit="%"),
        Fact(Message.of("one chunk more: is the snapshot still valid?"), over.valid, SAME),
        Fact(Message.of("can it still be read?"), over.valid, SAME),
        Fact(Message.of("what the origin says"), "after", SAME),
    )


def _ask_snapshot(source: Source) -> tuple[object, ...]:
    found = lvm.fill(source, ORIGIN, STORE, _capacity())
    valid = found.at_next != "Invalid"
    return found.before, found.fits, found.percent, valid, found.readable, found.origin


CHECKS = (
    Check(
        name="volumes-lvm",
        title=mark("A volume over several disks, grown in use"),
        question=mark("Which extents of which disk does the volume get, and where is a byte of it?"),
        differs=mark("Where several free places would do, LVM chooses by rules of its own; the lab takes the first."),
        facts=_grow,
        ask=_ask_grow,
        places=VM,
    ),
    Check(
        name="volumes-lvmsnapshot",
        title=mark("A snapshot whose store is full"),
        question=mark("How many chunks may change before the snapshot is lost, and what of the origin?"),
        differs=mark("A true LVM can be told to make the store grow in time; here it is not."),
        facts=_snapshot,
        ask=_ask_snapshot,
        places=VM,
    ),
)  # fmt: skip
