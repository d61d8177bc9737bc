"""Our RAID against Linux md: what `mdadm` did in a small virtual machine, recorded as text.

The files and how to record them again are described in tests/transcripts/README.md. Where
md does something that our model leaves out, a test says what, and why.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from coursekit.sims.raid.layouts import Array, grid, parity_disks, places, row
from coursekit.sims.raid.losses import survives
from coursekit.sims.raid.parity import recover, syndromes, xor
from coursekit.sims.raid.planner import plan_read, plan_write, small_write
from coursekit.sims.raid.play import play
from coursekit.sims.raid.story import Action, Story

RECORDED = Path(__file__).parents[2] / "transcripts" / "raid"
COPIES = {
    "n2": {"near": 2},
    "f2": {"near": 1, "far": 2},
    "o2": {"near": 1, "far": 2, "offset": True},
}
PAGE = 4096
SECTORS = 8  # in one page of 4 KiB


@dataclass(frozen=True)
class Step:
    """A command and the lines it printed."""

    command: str
    lines: list[str]


def steps(name: str) -> list[Step]:
    """The commands of one recorded file; lines with a # are remarks."""
    found = []
    for line in (RECORDED / name).read_text().splitlines():
        if line.startswith("$ "):
            found.append(Step(line[2:], []))
        elif found and not line.startswith("#"):
            found[-1].lines.append(line)
    return found


def option(command: str, name: str, default: str = "") -> str:
    """The value of `--name=value` or of dd's `name=value`."""
    found = re.search(rf"(?:^|[ -]){name}=(\S+)", command)
    return found[1] if found else default


def array_of(command: str, rows: int = 12) -> Array:
    """The array that `mdadm --create` made, with md's defaults for what is not said."""
    level, layout = option(command, "level"), option(command, "layout")
    shape = {"level": level, "disks": int(option(command, "raid-devices"))}
    if level == "10":
        shape |= COPIES[layout or "n2"] | {"chunks_per_disk": rows}
    elif level in ("5", "6"):
        shape |= {"layout": layout or "left-symmetric"}
    return Array(chunk_kib=int(option(command, "chunk", "512")), **shape)


def layouts_recorded():
    return sorted(path.name for path in RECORDED.glob("layout-*.txt"))


# where every chunk is


def test_all_the_layouts_were_recorded():
    kinds = ["0-none-4", "4-none-4", "10-n2-4", "10-f2-4", "10-o2-4", "10-n2-5"]
    ways = ("left-symmetric", "left-asymmetric", "right-symmetric", "right-asymmetric")
    kinds += [f"{level}-{way}-{n}" for level, n in (("5", 4), ("6", 5)) for way in ways]
    assert layouts_recorded() == sorted(f"layout-{kind}.txt" for kind in kinds)


@pytest.mark.parametrize("name", layouts_recorded())
def test_every_raw_chunk_is_where_our_layout_puts_it_and_parity_is_true(name):
    """Chunk i had bit i set, alone; so a data chunk, and P as a sum, can be read in the bits."""
    made = steps(name)
    per_disk = next(int(step.lines[0]) // 4 for step in made if "component_size" in step.command)
    array = array_of(made[0].command, per_disk)
    marked = next(int(step.command.split()[1]) for step in made if step.command.startswith("mark"))
    tables = [line for step in made if step.command.startswith("table") for line in step.lines]
    seen = set()
    for line in tables:
        stripe, words = re.fullmatch(r"row (\d+): (.*)", line).groups()
        raw = [bytes.fromhex(word) for word in words.split()]
        cells = row(array, int(stripe))
        assert len(raw) == array.disks
        known = sorted(
            (cell.power or 0, held) for cell, held in zip(cells, raw, strict=True)
            if cell.kind == "data"
        )  # fmt: skip
        blocks = [np.frombuffer(held, dtype=np.uint8) for _, held in known]
        for disk, (cell, held) in enumerate(zip(cells, raw, strict=True)):
            if cell.chunk is not None:
                bits = 1 << cell.chunk if cell.chunk < marked else 0
                assert int.from_bytes(held, "little") == bits, f"row {stripe}, disk {disk}"
                seen |= {(cell.chunk, disk, int(stripe))} if bits else set()
            elif cell.kind == "P":
                assert held == xor(blocks).tobytes(), f"P in row {stripe}"
            else:
                assert held == syndromes(blocks)[1].tobytes(), f"Q in row {stripe}"
    assert seen == {(c, disk, at) for c in range(marked) for disk, at in places(array, c)}


def test_the_table_that_the_course_shows_for_raid_5_is_md_s():
    """The same once more, without our parser of arrays: which bits, row by row."""
    lines = next(s.lines for s in steps("layout-5-left-symmetric-4.txt") if "table" in s.command)
    words = [[int.from_bytes(bytes.fromhex(w), "little") for w in ln.split()[2:]] for ln in lines]
    labels = [
        " ".join("P" if word.bit_count() == 3 else str(word.bit_length() - 1) for word in line)
        for line in words
    ]
    assert " | ".join(labels) == grid(Array(disks=4), 8).text
    assert labels[:4] == ["0 1 2 P", "4 5 P 3", "8 P 6 7", "P 9 10 11"]


# P and Q, byte by byte


@pytest.mark.parametrize("name", ["bytes-6-left-symmetric-5.txt", "bytes-6-left-symmetric-8.txt"])
def test_p_and_q_are_md_s_byte_by_byte(name):
    made = steps(name)
    array = array_of(made[0].command)

    def dumps(source):
        chosen = [step for step in made if step.command.startswith(f"dd if={source}")]
        dumped = [bytes.fromhex("".join(s.lines)) for s in chosen if s.command.endswith("| hex")]
        return [np.frombuffer(block, dtype=np.uint8) for block in dumped]

    chunks, disks = dumps("/dev/md0"), dumps("/dev/sd")
    assert (len(chunks), len(disks)) == (array.disks - 2, array.disks)
    assert all(len(block) == 256 for block in (*chunks, *disks))
    cells = row(array, 0)
    for disk, cell in enumerate(cells):
        if cell.kind == "data":
            assert (disks[disk] == chunks[cell.chunk]).all()
    ordered = sorted((cell.power, disk) for disk, cell in enumerate(cells) if cell.kind == "data")
    data = [disks[disk] for _, disk in ordered]
    p_disk, q_disk = parity_disks(array, 0)
    p, q = syndromes(data)
    assert (p == disks[p_disk]).all()
    assert (q == disks[q_disk]).all()
    back = recover([None, None, *data[2:]], disks[p_disk], disks[q_disk])
    assert (back.data == np.array(data)).all(), "two lost blocks come back from md's own P and Q"


# how many accesses


@dataclass(frozen=True)
class Access:
    """One measured dd: the array, its dead disks, the chunks and what each disk did."""

    array: Array
    failed: frozenset[int]
    kind: str
    chunks: range
    reads: dict[int, int]
    writes: dict[int, int]


def numbers(step: Step) -> list[list[int]]:
    """Per disk: read requests, sectors read, write requests, sectors written."""
    groups = re.findall(r"(?:reads|writes|sectors)([\d ]+)", step.lines[0])
    return [[int(n) for n in group.split()] for group in groups]


def counted(step: Step) -> tuple[dict[int, int], dict[int, int]]:
    """Pages read and written per disk; only whole pages, one request for each."""
    reads, read, writes, written = numbers(step)
    assert read == [SECTORS * n for n in reads]
    assert written == [SECTORS * n for n in writes]
    return tuple({disk: n for disk, n in enumerate(each) if n} for each in (reads, writes))


def accesses(name: str) -> list[Access]:
    found, array, failed = [], None, frozenset()
    for step in steps(name):
        command = step.command
        if command.startswith("mdadm --create"):
            array, failed = array_of(command), frozenset()
        elif command.startswith("mdadm --fail"):
            failed |= {ord(command[-1]) - ord("a")}
        elif command.startswith("count"):
            units = int(option(command, "bs").rstrip("k")) // 4
            at = int(option(command, "seek") or option(command, "skip"))
            first = at // PAGE if "seek_bytes" in command else at
            kind = "write" if "of=/dev/md0" in command else "read"
            found.append(Access(array, failed, kind, range(first, first + units), *counted(step)))
    return found


def planned(access: Access) -> tuple[dict[int, int], dict[int, int]]:
    """The same numbers, from our planner."""
    if access.kind == "read":
        plan = plan_read(access.array, access.chunks[0], access.failed)
    else:
        plan = plan_write(access.array, access.chunks, access.failed)
    return tuple(
        dict(Counter(step.disk for step in plan.steps if step.kind == kind))
        for kind in ("read", "write")
    )


EVERY = [access for name in ("io-raid5.txt", "io-raid6.txt") for access in accesses(name)]


def name_of(access: Access) -> str:
    array, dead = access.array, "".join(f" without {disk}" for disk in sorted(access.failed))
    first, units = access.chunks[0], len(access.chunks)
    return f"RAID {array.level} n={array.disks}{dead}, {access.kind} {units} at {first}"


def dead_parity(access: Access) -> bool:
    stripe = places(access.array, access.chunks[0])[0][1]
    return access.kind == "write" and bool(access.failed & {*parity_disks(access.array, stripe)})


def reads_q_too(access: Access) -> bool:
    """RAID 6, one dead disk, and the chunk read is on it."""
    disk = places(access.array, access.chunks[0])[0][0]
    one_dead = access.array.level == "6" and len(access.failed) == 1
    return access.kind == "read" and one_dead and disk in access.failed


USUAL = [access for access in EVERY if not dead_parity(access) and not reads_q_too(access)]


@pytest.mark.parametrize("access", USUAL, ids=name_of)
def test_every_access_is_the_one_we_plan(access):
    """Disk by disk: small and full writes, reads, healthy and with one or two dead disks."""
    assert (access.reads, access.writes) == planned(access)


@pytest.mark.parametrize(
    ("level", "reads"),
    [("5", {3: 1, 4: 2, 5: 2, 6: 2}), ("6", {5: 2, 6: 3, 7: 3, 8: 3})],
)
def test_the_small_write_costs_what_the_course_says(level, reads):
    """The famous four accesses of RAID 5 need four disks; with three disks they are three."""
    parities = {"5": 1, "6": 2}[level]
    small = {
        access.array.disks: access
        for access in USUAL
        if access.array.level == level and access.kind == "write"
        and len(access.chunks) == 1 and not access.failed
    }  # fmt: skip
    assert {n: sum(access.reads.values()) for n, access in small.items()} == reads
    for n, access in small.items():
        plan = small_write(Array(level=level, disks=n))
        assert sum(access.writes.values()) == plan.writes == 1 + parities
        assert plan.reads == reads[n]


@pytest.mark.parametrize("access", [a for a in EVERY if dead_parity(a)], ids=name_of)
def test_md_reads_more_than_we_plan_when_a_parity_disk_is_dead(access):
    """The planner leaves this out, and says so: it writes the same, but reads the least.

    In handle_stripe_dirtying, a parity that cannot be read rules out read-modify-write,
    so md reads the other data, even to update the one parity left, or none. If one of
    those is dead too, all that live are read.
    """
    array, stripe = access.array, places(access.array, access.chunks[0])[0][1]
    target = places(array, access.chunks[0])[0][0]
    others = {*range(array.disks)} - {target, *parity_disks(array, stripe)}
    living = {*range(array.disks)} - access.failed
    assert access.reads == dict.fromkeys(living if others & access.failed else others, 1)
    ours, writes = planned(access)
    assert access.writes == writes
    assert sum(access.reads.values()) >= sum(ours.values())


@pytest.mark.parametrize("access", [a for a in EVERY if reads_q_too(a)], ids=name_of)
def test_md_reads_q_too_when_one_disk_of_raid_6_is_dead(access):
    """We read the n - 2 blocks that are enough, P among them; md reads all n - 1 survivors.

    fetch_block computes a block only when all others are in memory, or when two are dead.
    """
    array = access.array
    _, q_disk = parity_disks(array, places(array, access.chunks[0])[0][1])
    ours, writes = planned(access)
    assert access.reads == ours | {q_disk: 1}
    assert access.reads == dict.fromkeys({*range(array.disks)} - access.failed, 1)
    assert access.writes == writes == {}


def test_all_kinds_of_accesses_were_recorded():
    exceptional = Counter(
        (access.array.level, "parity" if dead_parity(access) else "Q")
        for access in EVERY
        if access not in USUAL
    )
    assert exceptional == {("5", "parity"): 4, ("6", "parity"): 20, ("6", "Q"): 4}
    assert {(access.array.level, access.array.disks) for access in USUAL} == {
        *(("5", n) for n in (3, 4, 5, 6)),
        *(("6", n) for n in (5, 6, 7, 8)),
    }
    assert {(access.array.level, len(access.failed), access.kind) for access in USUAL} == {
        *(("5", dead, kind) for dead in (0, 1) for kind in ("read", "write")),
        *(("6", dead, kind) for dead in (0, 1, 2) for kind in ("read", "write")),
    }


def test_what_else_md_reads_and_writes():
    """All that was kept out of the measures above, each once."""
    measured = [numbers(step) for step in steps("io-noise.txt") if "count" in step.command[:5]]
    opened, first, with_bitmap, again, unit, second_unit, ahead, cached = measured
    assert opened[1] == [SECTORS, 0, 0], "opening it read chunk 0, for a partition table"
    plan = small_write(Array(disks=3))
    for _, read, _, written in (first, with_bitmap):
        # Safe mode marks each superblock dirty before the first write after a pause, and the
        # bitmap each of its copies before the first write to a region: one sector a disk.
        assert sum(read) == SECTORS * plan.reads
        assert sum(written) == SECTORS * plan.writes + 3
        assert min(written) == 1
    assert sum(again[3]) == SECTORS * plan.writes, "the bit was set already"
    four = small_write(Array(disks=4))
    for _, read, _, written in (unit, second_unit):  # 4 KiB, though the chunk has 64
        assert (sum(read), sum(written)) == (SECTORS * four.reads, SECTORS * four.writes)
    asked = 2 * SECTORS
    assert sum(ahead[1]) > asked, "an ordinary read reads ahead"
    assert sum(cached[1]) == 0, "md still had the whole stripe in memory"
    assert cached[3] == unit[3]


# which losses are borne


@pytest.mark.parametrize(
    ("name", "arrays", "cases"),
    [
        ("survivors-raid5.txt", 1, 10),
        ("survivors-raid6.txt", 1, 25),
        ("survivors-raid10.txt", 4, 49),
    ],
)
def test_md_reads_everything_back_exactly_when_we_say_that_it_survives(name, arrays, cases):
    """Every subset of dead disks: the array was assembled from the rest and compared."""
    array, found, made = None, [], steps(name)
    for step, after in pairwise(made):
        if step.command.startswith("mdadm --create"):
            array = array_of(step.command)
        elif step.command.startswith("mdadm --assemble"):
            alive = {ord(letter) - ord("a") for letter in re.findall(r"/dev/sd(\w)", step.command)}
            dead = [disk not in alive for disk in range(array.disks)]
            assert after.command.startswith("cmp")
            found.append((array, tuple(dead), after.lines == ["same"]))
            assert ("has been started" in step.lines[-1]) == found[-1][-1]
    assert (len({array for array, _, _ in found}), len({*found})) == (arrays, cases)
    for array, dead, whole in found:
        ours = survives(array, np.array([dead]))[0]
        assert ours == whole, f"{array}: dead {[d for d, gone in enumerate(dead) if gone]}"


# a life


def phases(name: str, disks: int) -> list[tuple[str, str]]:
    """What /proc/mdstat said each time: our word for it, and its own letters."""
    found = []
    for step in steps(name):
        if step.command == "cat /proc/mdstat":
            text = "\n".join(step.lines)
            letters = re.search(r"\[([U_]+)\]", text)[1]
            gone = letters.count("_")
            phase = "RECOVERING" if "recovery" in text else ["OPTIMAL", "DEGRADED", "FAILED"][gone]
            assert len(letters) == disks
            found.append((phase, letters))
    return found


def played(actions: list[Action], spares: int) -> list[tuple[str, str]]:
    """The same from our simulation: the last state of each moment, without steps of a rebuild."""
    story = Story(array=Array(disks=3), spare="hot" if spares else "none", spares=spares)
    settled = {state.hours: state for state in play(story, actions).states}
    states = [
        (state.phase, "".join("U" if slot.status == "ok" else "_" for slot in state.slots))
        for state in settled.values()
    ]
    return [state for before, state in pairwise([None, *states]) if state != before]


def test_a_hot_spare_takes_over_and_then_two_more_disks_die():
    real = phases("spare-raid5.txt", 3)
    assert real == [
        ("OPTIMAL", "UUU"), ("RECOVERING", "U_U"), ("OPTIMAL", "UUU"), ("DEGRADED", "_UU"),
        ("FAILED", "_U_"),
    ]  # fmt: skip
    lives = [Action(1, "fail", 1), Action(1000, "fail", 0), Action(1001, "fail", 2)]
    assert played(lives, spares=1) == real
    fails = [step.lines for step in steps("spare-raid5.txt") if "--fail" in step.command]
    assert "faulty in /dev/md0" in fails[1][0]
    assert "Device or resource busy" in fails[2][0], (
        "md says no, and marks the disk (F) all the same"
    )
    sums = [step.lines[0] for step in steps("spare-raid5.txt") if "md5sum" in step.command]
    assert sums[0] == sums[1] == sums[2]
    assert "Input/output error" in sums[3]


def test_a_disk_is_pulled_out_and_a_new_one_plugged_in():
    """md sees that a disk is gone only when it next uses it; our array knows at once."""
    pulled, noticed, removed, *after = phases("hotplug-raid5.txt", 3)
    assert pulled == ("OPTIMAL", "UUU")
    assert noticed == removed == ("DEGRADED", "U_U")
    assert after == [("RECOVERING", "U_U"), ("OPTIMAL", "UUU")]
    actions = [Action(1, "pull", 1), Action(2, "plug", 1)]
    assert played(actions, spares=0) == [pulled, noticed, *after]
    sums = [step.lines[0] for step in steps("hotplug-raid5.txt") if "md5sum" in step.command]
    assert sums[0] == sums[1], "all is there again: the write put zeros where zeros were"


def test_the_excerpt_for_learners_is_a_shortened_recording():
    whole = iter((RECORDED / "spare-raid5.txt").read_text().splitlines())
    excerpt = (RECORDED / "for-real-excerpt.txt").read_text().splitlines()
    assert len(excerpt) <= 25
    assert all(line in whole for line in excerpt), "same lines, same order, none of our own"
