"""Fresh RAID questions from a seed: direct ("where?", "how much?") and inverse ("which was it?").

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable
from typing import cast

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question, Scene
from coursekit.sims.message import Message
from coursekit.sims.raid.layouts import (
    LAYOUTS,
    Array,
    Layout,
    Level,
    data_disks,
    grid,
    locate,
    usable,
)
from coursekit.sims.raid.losses import tolerance
from coursekit.sims.raid.planner import small_write


def _array(level: str, disks: int, layout: str = "left-symmetric", chunk_kib: int = 512) -> Array:
    """The array of a drawn level and layout; an unknown one is refused by `Array` itself."""
    return Array(
        level=cast("Level", level), disks=disks, layout=cast("Layout", layout), chunk_kib=chunk_kib
    )


Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 8])
    make = MAKERS[seed % len(MAKERS)]
    return make(rng, f"raid-fresh-{seed}")


def _where(rng: np.random.Generator, name: str) -> Question:
    """Direct: on which disk is a chunk?"""
    disks, layout = int(rng.integers(4, 9)), LAYOUTS[rng.integers(len(LAYOUTS))]
    array = _array(level="5", disks=disks, layout=layout, chunk_kib=64)
    chunk = int(rng.integers(disks, 6 * disks))
    place = locate(array, chunk * 128)
    scene = Scene(
        lab="raid-layout",
        values={
            "level": "5",
            "disks": disks,
            "layout": layout,
            "row": place.row,
            "disk": place.disk,
            "rows": 8,
        },
    )
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=place.disk, scene=scene,
        prompt=Message.of("RAID 5, {disks} disks, {layout}: on which disk (counted from 0) is chunk {chunk}?", disks=disks, layout=layout, chunk=chunk),
        because=Message.of("It is in stripe {row}, whose parity is on disk {p}: chunk {chunk} is on disk {disk}.", row=place.row, p=place.parity[0], chunk=chunk, disk=place.disk),
        choices=tuple(
            Choice(value=value, why=why, scene=scene)
            for value, why in (
                (chunk % disks, _("That would be RAID 0: you divided by the number of disks. One block of every stripe is parity.")),
                (chunk % (disks - 1), _("That would be RAID 4: the parity of this stripe is not on the last disk.")),
            )
            if value != place.disk
        ),
        hints=(
            Message.of("Each stripe holds {width} data blocks.", width=data_disks(array)),
            Message.of("Stripe ⌊{chunk} / {width}⌋ = {row}.", chunk=chunk, width=data_disks(array), row=place.row),
            Message.of("The parity of that stripe is on disk {p}.", p=place.parity[0]),
        ),
    )  # fmt: skip


def _which_layout(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from a stripe back to the layout."""
    disks = int(rng.integers(4, 7))
    right = LAYOUTS[rng.integers(len(LAYOUTS))]
    drawn = {each: grid(_array(level="5", disks=disks, layout=each), 3).text for each in LAYOUTS}
    scene = Scene(lab="raid-layout", values={"level": "5", "disks": disks, "layout": right})
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("The first rows of a RAID 5 read {rows}. Which layout is it?", rows=drawn[right]),
        because=_("Left or right is the way parity walks; symmetric or not is where the row begins to count."),
        choices=tuple(
            Choice(
                text=each, right=each == right,
                why="" if each == right else Message.of("{layout} would read {rows}.", layout=each, rows=drawn[each]),
                scene=Scene(lab="raid-layout", values={"level": "5", "disks": disks, "layout": each}),
            )
            for each in LAYOUTS
        ),
        hints=(
            _("Does P walk from the last disk to the left, or from the first to the right?"),
            _("Left: P begins on the last disk. Right: on the first."),
            _("Symmetric: the row's first block stands just after P."),
        ),
    )  # fmt: skip


def _space(rng: np.random.Generator, name: str) -> Question:
    """Direct: how much space is left?"""
    level = str(rng.choice(["5", "6", "10"]))
    disks, size = 2 * int(rng.integers(2, 7)), int(rng.integers(1, 13))
    answer = usable(_array(level=level, disks=disks)) * size
    scene = Scene(lab="raid-layout", values={"level": level, "disks": disks})
    return Question(
        id=name, kind="numeric", tolerance=1e-6, answer=answer, unit=_("TB"), scene=scene,
        prompt=Message.of("RAID {level} of {disks} disks of {size} TB: how much space is left for data?", level=level, disks=disks, size=size),
        because=Message.of("{answer} TB: what is left when the redundancy has taken its share.", answer=f"{answer:g}"),
        choices=tuple(
            Choice(value=value, why=why, scene=scene)
            for value, why in (
                (disks * size, _("That is what was bought: you forgot the redundancy.")),
                ((disks - 1) * size, _("One disk's worth is the price of RAID 5.")),
                ((disks - 2) * size, _("Two disks' worth is the price of RAID 6.")),
                (disks * size / 2, _("Half is the price of keeping everything twice.")),
            )
            if value != answer
        ),
        hints=(
            _("Count disks first, terabytes afterwards."),
            _("RAID 5 gives one disk's worth to parity, RAID 6 two, RAID 10 half of all."),
            Message.of("{count} disks' worth is left.", count=f"{answer / size:g}"),
        ),
    )  # fmt: skip


def _survivors(rng: np.random.Generator, name: str) -> Question:
    """Inverse: which levels give this promise?"""
    disks, deaths = 2 * int(rng.integers(2, 5)), int(rng.integers(1, 3))
    levels = ("0", "1", "5", "6", "10")
    bears = {level: tolerance(_array(level=level, disks=disks)) for level in levels}
    return Question(
        id=name, kind="multiple",
        prompt=Message.of("{disks} disks. Which levels survive {deaths} dead disk(s), whichever they are?", disks=disks, deaths=deaths),
        because=_("“Whichever they are” counts the worst case: RAID 10 may survive two deaths, but not any two."),
        choices=tuple(
            Choice(
                text=f"RAID {level}", right=bears[level] >= deaths,
                why=Message.of("RAID {level} of {disks} disks bears any {count} failure(s), no more.", level=level, disks=disks, count=bears[level]),
                scene=Scene(lab="raid-pairs", values={"level": level, "disks": disks}),
            )
            for level in levels
        ),
        hints=(
            _("Think of the worst choice of disks."),
            _("In RAID 10 the worst second failure is the twin of the first."),
            _("RAID 1 with n disks keeps n copies."),
        ),
    )  # fmt: skip


def _by_space(rng: np.random.Generator, name: str) -> Question:
    """Direct: put levels in order."""
    disks = 2 * int(rng.integers(3, 7))
    levels = sorted(
        ("0", "1", "5", "6", "10"), key=lambda level: -usable(_array(level=level, disks=disks))
    )
    return Question(
        id=name, kind="order",
        prompt=Message.of("{disks} disks: put the levels in order, most space for data first.", disks=disks),
        because=_("Each step down buys more copies or more parity."),
        choices=tuple(
            Choice(
                text=f"RAID {level}",
                why=Message.of("RAID {level} leaves {count} of {disks} disks for data.", level=level, count=f"{usable(_array(level=level, disks=disks)):g}", disks=disks),
                scene=Scene(lab="raid-layout", values={"level": level, "disks": disks}),
            )
            for level in levels
        ),
        hints=(
            _("How many disks' worth does each level give away?"),
            _("None, one, two, half, all but one."),
            _("RAID 0 is first and RAID 1 last."),
        ),
    )  # fmt: skip


def _costs(rng: np.random.Generator, name: str) -> Question:
    """Match each level with the price of a small write."""
    disks = 2 * int(rng.integers(3, 6))
    pairs = []
    for level in ("0", "10", "5", "6"):
        plan = small_write(_array(level=level, disks=disks))
        cost = Message.of("{reads} reads and {writes} writes", reads=plan.reads, writes=plan.writes)
        pairs.append((f"RAID {level}", cost))
    return Question(
        id=name, kind="match", pairs=tuple(pairs),
        prompt=Message.of("{disks} disks: match each level with what one small write costs.", disks=disks),
        because=_("Copies are only written; parity must be computed from something that is read first."),
        hints=(
            _("How many blocks change on disk: one, two or three?"),
            _("Which levels must read before they write?"),
            _("RAID 5 reads and writes the block and P; RAID 6 Q as well."),
        ),
        scene=Scene(lab="raid-write", values={"level": "5", "disks": disks}, moment=0),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (_where, _which_layout, _space, _survivors, _by_space, _costs)
