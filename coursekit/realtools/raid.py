"""Checks of the chapter on RAID: md in the virtual machine."""

from collections.abc import Sequence
from functools import partial

import numpy as np

from coursekit.i18n import mark
from coursekit.realtools import mdadm
from coursekit.realtools.check import DIFFERENT, SAME, Check, Fact
from coursekit.realtools.places import Place
from coursekit.realtools.source import Source
from coursekit.sims.message import Message
from coursekit.sims.raid import layouts, losses, planner
from coursekit.sims.raid.layouts import Array
from coursekit.sims.raid.play import play
from coursekit.sims.raid.story import Action, State, Story

VM = (Place("vm", (mdadm.MDADM,)),)
ONE = (Array(level="0", disks=4), Array(level="1", disks=3), Array(level="5", disks=4))
TWO = (Array(level="10", disks=4), Array(level="6", disks=5))
LAID_OUT = (
    Array(disks=4), Array(disks=4, layout="left-asymmetric"),
    Array(disks=4, layout="right-symmetric"), Array(disks=4, layout="right-asymmetric"),
    Array(level="6", disks=5), Array(level="10", disks=4), Array(level="10", disks=3),
    Array(level="10", disks=4, near=1, far=2, offset=True),
)  # fmt: skip
WRITES = (
    *((Array(disks=disks), chunks) for disks in (3, 4, 5) for chunks in (1, disks - 1)),
    (Array(disks=6), 2), (Array(level="6", disks=5), 1), (Array(level="6", disks=5), 3),
    (Array(level="6", disks=6), 1), (Array(level="1", disks=3), 1), (Array(level="10", disks=4), 1),
)  # fmt: skip
DISKS = 3  # of the RAID 5 with a spare


def _named(array: Array) -> Message:
    if array.level in ("5", "6"):
        return Message.of("RAID {level}, {disks} disks, {layout}", level=array.level, disks=array.disks, layout=array.layout)  # fmt: skip
    if array.level == "10":
        layout = "offset" if array.offset else "near"
        return Message.of("RAID {level}, {disks} disks, {layout}", level=array.level, disks=array.disks, layout=layout)  # fmt: skip
    return Message.of("RAID {level}, {disks} disks", level=array.level, disks=array.disks)


def _survived(array: Array) -> tuple[str, ...]:
    """The sets of dead disks that the simulation says it survives, in the tool's words."""
    every = mdadm.sets(array.disks)
    dead = np.array([[letter in each for letter in mdadm.LETTERS[: array.disks]] for each in every])
    alive = losses.survives(array, dead)
    return tuple(each for each, good in zip(every, alive, strict=True) if good)


def _survivor_facts(arrays: Sequence[Array]) -> tuple[Fact, ...]:
    return tuple(Fact(_named(array), _survived(array), SAME) for array in arrays)


def _ask_survivors(arrays: Sequence[Array], source: Source) -> tuple[tuple[str, ...], ...]:
    return tuple(mdadm.survivors(source, array) for array in arrays)


def _layout_facts() -> tuple[Fact, ...]:
    return tuple(
        Fact(_named(array), layouts.grid(array, mdadm.ROWS).text, SAME) for array in LAID_OUT
    )


def _ask_layouts(source: Source) -> tuple[str, ...]:
    return tuple(mdadm.layout(source, array) for array in LAID_OUT)


def _planned(array: Array, chunks: int) -> str:
    plan = planner.small_write(array, chunks)
    return mdadm.ios(plan.reads, plan.writes)


def _write_facts() -> tuple[Fact, ...]:
    return tuple(
        Fact(
            Message.of("RAID {level}, {disks} disks: a write of {chunks} of {data} chunks of a stripe",
                       level=array.level, disks=array.disks, chunks=chunks, data=layouts.data_disks(array)),
            _planned(array, chunks), SAME,
        )
        for array, chunks in WRITES
    )  # fmt: skip


def _ask_writes(source: Source) -> tuple[str, ...]:
    return mdadm.write_ios(source, WRITES)


def _seen(state: State) -> str:
    """A state of the simulation as `mdadm.state` tells one."""
    return f"{state.phase} {''.join('U' if slot.status == 'ok' else '_' for slot in state.slots)}"


def _at(story: Story, actions: tuple[Action, ...], *hours: float) -> list[str]:
    """What is seen at these hours."""
    states = play(story, actions).states
    return [_seen([state for state in states if state.hours <= hour][-1]) for hour in hours]


def _spare_facts() -> tuple[Fact, ...]:
    story = Story(array=Array(level="5", disks=DISKS), spare="hot", spares=1)
    fails = (Action(1, "fail", 1), Action(50, "fail", 0), Action(51, "fail", 2))
    start, rebuilding, rebuilt, second, third = _at(story, fails, 0, 2, 40, 50.5, 51.5)
    return (
        Fact(Message.of("RAID 5 with a hot spare, new"), start, SAME),
        Fact(Message.of("disk 1 fails: the spare takes its place"), rebuilding, SAME),
        Fact(Message.of("the rebuild is done"), rebuilt, SAME),
        Fact(Message.of("disk 0 fails, no spare is left"), second, SAME),
        Fact(Message.of("disk 2 fails too"), third, SAME),
        Fact(Message.of("after the rebuild, every byte is right"), True, SAME),
        *_plug_facts(),
    )


def _plug_facts() -> tuple[Fact, ...]:
    story = Story(array=Array(level="1", disks=2), spare="none")
    pulled, plugged = _at(story, (Action(1, "pull", 1), Action(5, "plug", 1)), 2, 60)
    why = Message.of("md hears of a missing disk when an I/O to it fails: until the next write it believes all is well. The simulation tells at once what is the case.")  # fmt: skip
    return (
        Fact(Message.of("RAID 1: a disk is pulled out of the running machine"), pulled, DIFFERENT, why=why),
        Fact(Message.of("after the next write"), pulled, SAME),
        Fact(Message.of("a new disk is plugged in and added"), plugged, SAME),
        Fact(Message.of("the new disk alone holds every byte"), True, SAME),
    )  # fmt: skip


def _ask_spare(source: Source) -> tuple[str | bool, ...]:
    return (*mdadm.spare_life(source, DISKS), *mdadm.hot_plug(source))


ABSENT = mark("Here a dead disk is one that is not there when the array starts. In the real world it is often one bad sector, found while rebuilding.")  # fmt: skip
CHECKS = (
    Check(
        name="raid-survivors",
        title=mark("Every set of dead disks, put to Linux’ own RAID"),
        question=mark("Which disks may die, all at once, and the array still gives back every byte?"),
        differs=ABSENT,
        facts=partial(_survivor_facts, ONE),
        ask=partial(_ask_survivors, ONE),
        places=VM,
    ),
    Check(
        name="raid-survivors2",
        title=mark("Two dead disks: RAID 6 and RAID 10, put to Linux’ own RAID"),
        question=mark("RAID 6 bears any two dead disks. And RAID 10: which two?"),
        differs=ABSENT,
        facts=partial(_survivor_facts, TWO),
        ask=partial(_ask_survivors, TWO),
        places=VM,
    ),
    Check(
        name="raid-layout",
        title=mark("Where Linux’ RAID puts every chunk, read from the raw disks"),
        question=mark("Chunks are written in their order: where on the disks are they, and where is the parity?"),
        differs=mark("On a true disk the first chunk lies behind 1 MiB that md keeps for itself."),
        facts=_layout_facts,
        ask=_ask_layouts,
        places=VM,
    ),
    Check(
        name="raid-writes",
        title=mark("What a write costs, counted by the disks"),
        question=mark("One write to the array: how many reads and writes do the disks do for it?"),
        differs=mark("Counted with nothing cached: what md has just read or written it need not read again. It also marks the array as in use before a first write, which is not counted here."),
        facts=_write_facts,
        ask=_ask_writes,
        places=VM,
    ),
    Check(
        name="raid-spare",
        title=mark("A hot spare and a hot plug"),
        question=mark("A disk dies, the spare takes over; another is pulled out with the machine running: what does the array say?"),
        differs=mark("The disks have 32 MiB, so a rebuild takes seconds and not hours; the order of events is that of a large array."),
        facts=_spare_facts,
        ask=_ask_spare,
        places=VM,
    ),
)  # fmt: skip
