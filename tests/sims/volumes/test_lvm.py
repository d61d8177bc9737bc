"""LVM's command lines: sizes, the scenarios of 9.10, sentences, and refusals that name the rule."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes import lvm, lvmline
from coursekit.sims.volumes.group import Machine, machine
from coursekit.values import from_plain, to_plain

MIB, GIB = 1 << 20, 1 << 30


def disks(count=3, size=10 * GIB):
    return machine(**{f"sd{'bcde'[n]}": size for n in range(count)})


def played(*lines, count=3):
    return lvm.tell(disks(count), lines).states[-1]


def group(*lines, count=3):
    return played(*lines, count=count).machine.groups[0]


BASE = ("vgcreate vg sdb sdc", "lvcreate -L 1G -n a vg")


@pytest.mark.parametrize(
    "text, size",
    [
        ("10.5M", 11_010_048), ("1g", GIB), ("1G", GIB), ("512", 512 * MIB), ("64K", 65_536), ("2T", 2 << 40),
        ("1GiB", GIB), ("4096b", 4096), ("0.001k", 2),
    ],
)  # fmt: skip
def test_sizes_are_base_two_whatever_the_case(text, size):
    assert lvmline.size_bytes(text) == size


@pytest.mark.parametrize("size, text", [(GIB, "1 GiB"), (1008 * MIB, "1008 MiB"), (10_737_418_240 - 5 * MIB, "10 GiB"), (512, "512 B"), (3 << 40, "3 TiB")])  # fmt: skip
def test_sizes_are_written_in_base_two(size, text):
    assert str(lvmline.written(size)) == text


def test_options_may_be_written_in_several_ways():
    want = lvmline.parse("lvcreate -L 1G -n a vg").options
    for line in ("lvcreate -L1G -na vg", "sudo lvcreate --size 1G --name=a /dev/vg", "lvcreate vg -n a -L 1G # a"):  # fmt: skip
        assert lvmline.parse(line).options == want
        assert lvmline.parse(line).words == ("vg",)


def test_changing_a_failing_disk_without_stopping():
    """9.10: pvcreate, vgextend, pvmove, vgreduce, pull; every volume is whole at each moment."""
    lines = [*BASE, "lvcreate -l 10 -i 2 -n s vg", "pvcreate sdd", "vgextend vg sdd", "pvmove sdb", "vgreduce vg sdb"]  # fmt: skip
    states = lvm.tell(disks(), lines).states
    for state in states[3:]:
        volumes = state.machine.groups[0].volumes
        assert [each.extents for each in volumes][:2] == [256, 10][: len(volumes)]
    last = states[-1].machine
    assert last.groups[0].lost_with(0) == ("a", "s")
    pulled = lvm.pull(last, "sdb")
    assert str(pulled.why[0]) == "sdb is pulled out: no group used it."
    assert last.groups[0].ranges(last.groups[0].volume("s")) == ("sdd:0-4 sdc:0-4",)


def test_a_pulled_disk_damages_what_stood_on_it():
    lines = (*BASE, "lvcreate -l 3 -n b vg", "lvcreate -s -L 8M -n sb vg/b", "lvcreate --type thin-pool -L 9G -n p vg", "lvcreate -V 1G --thinpool p -n t vg")  # fmt: skip
    done = lvm.pull(played(*lines).machine, "sdb")
    assert str(done.why[0]) == "sdb is pulled out. Damaged: a, b, sb, p, t."
    with pytest.raises(ParameterError, match="group=vg: sdb is missing; LVM changes nothing"):
        lvm.apply(done.machine, "lvcreate -L 1G -n c vg")
    spare = played("vgcreate vg sdb sdc", "lvcreate -l 1 -n a vg").machine
    assert "no volume had extents there" in str(lvm.pull(spare, "sdc").why[0])


def test_root_is_full():
    """9.10: one line, mounted."""
    state = played(*BASE, "lvextend -r -L +2G vg/a")
    assert state.machine.groups[0].volume("a").extents == 768
    assert "grows too, while it is mounted" in str(state.why[-1])
    assert "must follow" in str(played(*BASE, "lvextend -L +2G vg/a").why[-1])


def test_a_snapshot_takes_a_store_and_merge_gives_it_back():
    lines = (*BASE, "lvcreate -s -L 100M -n s vg/a")
    after = group(*lines)
    assert after.volume("s").extents == 25
    assert "25499 changed chunks of 4 KiB; a has 262144" in str(played(*lines).why[1])
    merged = group(*lines, "lvconvert --merge vg/s")
    assert [each.name for each in merged.volumes] == ["a"]
    assert merged.free_extents == group(*BASE).free_extents
    assert "again as s saw it" in str(played(*lines, "lvconvert --merge vg/s").why[0])


def test_a_store_larger_than_a_full_rewrite_is_cut():
    state = played("vgcreate vg sdb", "lvcreate -L 4M -n o vg", "lvcreate -s -L 100M -n s vg/o")
    assert state.machine.groups[0].volume("s").extents == 2
    assert str(state.why[1]).startswith("More than 8 MiB would never be used")


def test_thin_volumes_take_nothing_and_promise_much():
    lines = ("vgcreate vg sdb sdc", "lvcreate --type thin-pool -L 8G -n p vg", "lvcreate -V 20G --thinpool p -n t vg")  # fmt: skip
    before, state = group(*lines[:2]), played(*lines)
    after = state.machine.groups[0]
    assert after.free_extents == before.free_extents == 2 * 2559 - 2048 - 2  # 8 MiB of metadata
    assert [each.name for each in after.volumes] == ["p_tdata", "p_tmeta", "p", "t"]
    assert str(state.why[-1]) == "The volumes of p are promised 2.50 times what it has."
    snap = group(*lines, "lvcreate -s -n s vg/t", "lvextend -L +1G vg/p")
    assert snap.volume("s").origin == "t"
    assert snap.data_of("p").extents == 2048 + 256
    merged = group(*lines, "lvcreate -s -n s vg/t", "lvconvert --merge vg/s")
    assert [each.name for each in merged.volumes] == ["p_tdata", "p_tmeta", "p", "t"]
    assert group(*lines, "lvextend -L 30G vg/t").volume("t").shown == 30 * 256
    assert group(*lines, "lvreduce -r -L 10G vg/t").volume("t").shown == 10 * 256


def test_removal_takes_what_stands_on_it():
    lines = (*BASE, "lvcreate -s -L 8M -n s vg/a", "lvcreate --type thin-pool -L 1G -n p vg", "lvcreate -V 1G --thinpool p -n t vg", "lvcreate -s -L 8M -n ts vg/t")  # fmt: skip
    state = played(*lines, "lvremove vg/p")
    assert [each.name for each in state.machine.groups[0].volumes] == ["a", "s"]
    assert str(state.why[1]) == "What stood on it goes too: t, ts."
    gone = played(*lines, "lvremove vg/p", "lvremove -f vg/a").machine.groups[0]
    assert gone.volumes == ()
    assert gone.free_extents == sum(gone.sizes)


def test_reducing_warns_unless_the_file_system_goes_first():
    assert "it is broken" in str(played(*BASE, "lvreduce -L 500M vg/a").why[-1])
    state = played(*BASE, "lvreduce -r -L -500M vg/a")
    assert str(state.why[0]).startswith("-r: first the file system")
    assert state.machine.groups[0].volume("a").extents == 131


def test_extents_of_another_size():
    assert group("vgcreate -s 16M vg sdb").sizes == (639,)
    assert group("vgcreate vg sdb -s 32m", "lvcreate -l 100%FREE -n a vg").free == ()
    assert group("vgcreate vg sdb sdc", "lvcreate -l 100%FREE -i 2 -n a vg").free_extents == 0


def test_a_line_of_nothing_and_a_story():
    told = lvm.tell(disks(), ["", "# a remark", "pvcreate sdb", "pvcreate sdb"])
    assert len(told.states) == 3
    assert "becomes a physical volume" in str(told.states[1].why[0])
    assert "written anew" in str(told.states[2].why[0])


def test_a_machine_goes_to_json_and_back():
    state = played(*BASE, "lvcreate -s -L 8M -n s vg/a").machine
    assert from_plain(Machine, to_plain(state)) == state


@pytest.mark.parametrize(
    "line, says",
    [
        ("", "command=: choose one of pvcreate, vgcreate"),
        ("mkfs sdb", "command=mkfs: choose one of"),
        ('lvcreate -n "a', "line=.*quotation mark"),
        ("lvcreate -Q 1 vg", "option=-Q: lvcreate knows -L, -l, -n"),
        ("lvcreate vg -L", "option=-L: a value must follow"),
        ("lvcreate --snapshot=yes vg/a", "option=--snapshot=yes: it takes no value"),
        ("lvcreate -L 1G -l 5 -n b vg", "command=lvcreate: give a size, either -L SIZE or -l EXTENTS"),
        ("lvcreate -n b vg", "command=lvcreate: give a size"),
        ("lvcreate -L 1X -n b vg", "size=1X: write a number and K, M, G or T"),
        ("lvcreate -L 0 -n b vg", "size=0: choose more than 0"),
        ("lvcreate -l x -n b vg", "extents=x: write a number"),
        ("lvcreate -l 200%FREE -n b vg", "extents=200%FREE"),
        ("lvcreate -L +1G -n b vg", r"size=\+1G: a new volume has no size to add to"),
        ("lvcreate -L 1G -n b vg sdb", "line=lvcreate vg sdb: write it as lvcreate -L SIZE -n LV VG"),
        ("lvcreate -L 1G vg", "name=: give a name with -n"),
        ("lvcreate -L 1G -n snapshot9 vg", "name=snapshot9: LVM keeps such names"),
        ("lvcreate -L 1G -n a vg", "name=a: group vg has a volume of this name"),
        ("lvcreate -L 90G -n b vg", "extents=23040: group vg has 4860 free"),
        ("lvcreate -L 1G -i 3 -n b vg", "stripes=3: there are 2 PVs in group vg"),
        ("lvcreate -L 1G -i x -n b vg", "stripes=x: write a number"),
        ("lvcreate -L 1G -i 2 -I 3 -n b vg", "stripe=3072: choose a power of 2"),
        ("lvcreate -L 1G --type raid1 -n b vg", "type=raid1: choose linear, striped or thin-pool"),
        ("lvcreate --type thin-pool -L 1G -c 65k -n b vg", "chunk=66560: choose a multiple of 65536"),
        ("lvcreate -V 1G --thinpool a -n b vg", "thinpool=a: it is no thin pool"),
        ("lvcreate -V 1G --thinpool q -n b vg", "volume=q: group vg has a, s"),
        ("lvcreate -V 1G -n b vg", "write it as lvcreate -V SIZE --thinpool POOL"),
        ("lvcreate -s -n b vg/a", "command=lvcreate: give a size"),
        ("lvcreate -s -L 8M -n b vg/s", "volume=s: snapshots are taken of plain and of thin volumes"),
        ("lvcreate -s -L 8M -n b vg", "volume=vg: write it as VG/LV"),
        ("lvcreate -s -L 8M -c 5k -n b vg/a", "chunk=5120: choose a power of 2"),
        ("lvextend -L 2G vg/a", r"volume=a: it has snapshots \(s\); an origin in use keeps its size"),
        ("lvextend -L 4M vg/s", "extents=1: the volume has 2"),
        ("lvextend -L 2G vg/s", "extents=512: more than 258 would never be used"),
        ("lvextend -L -4M vg/s", "size=-4M: lvextend goes the other way"),
        ("lvextend -L 1G vg/x", "volume=x: group vg has a, s"),
        ("lvextend -L 1G no/x", "group=no: there is no such volume group; there are: vg"),
        ("lvreduce -L 4M vg/s", "volume=s: only plain and thin volumes can be made smaller"),
        ("lvremove a", "volume=a: write it as VG/LV"),
        ("lvconvert vg/s", "write it as lvconvert --merge VG/SNAP"),
        ("lvconvert --merge vg/a", "volume=a: it is no snapshot"),
        ("pvcreate", "line=pvcreate: write it as pvcreate DEV"),
        ("pvcreate sdz", "device=sdz: choose one of sdb, sdc, sdd"),
        ("pvcreate sdb", "device=sdb: it is in group vg already"),
        ("vgcreate vg sdd", "group=vg: there is a group of this name"),
        ("vgcreate w sdb", "device=sdb: it is in group vg already"),
        ("vgcreate -s 100k w sdd", "extent=102400: choose a power of 2"),
        ("vgextend w sdd", "group=w: there is no such"),
        ("vgreduce vg sdb", "device=sdb: still in use by a, s; pvmove it first"),
        ("vgreduce vg sdd", "device=sdd: group vg has sdb, sdc"),
        ("pvmove sdc", "device=sdc: no volume has extents there"),
        ("pvmove sdd", "device=sdd: it is in no volume group"),
        ("pvmove sdb sdb", "device=sdb: choose another target than the source"),
    ],
)  # fmt: skip
def test_a_refused_line_names_the_rule(line, says):
    state = played(*BASE, "lvcreate -s -L 8M -n s vg/a").machine
    with pytest.raises(ParameterError, match=says):
        lvm.apply(state, line)


def test_the_last_disk_stays():
    with pytest.raises(ParameterError, match="device=sdb: it is the last PV of group vg"):
        played("vgcreate vg sdb", "vgreduce vg sdb")


@pytest.mark.parametrize("line", ["lvextend -L +1G vg/p_tdata", "lvremove vg/p_tmeta"])
def test_the_parts_of_a_pool_are_named_by_the_pool(line):
    with pytest.raises(ParameterError, match="it is part of a pool; name the pool"):
        played("vgcreate vg sdb", "lvcreate --type thin-pool -L 1G -n p vg", line)


def test_blank_devices():
    with pytest.raises(ParameterError, match="devices=0"):
        machine()
    with pytest.raises(ParameterError, match="size=1: device sdb is too small"):
        machine(sdb=1)
