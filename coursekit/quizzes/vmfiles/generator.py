"""Fresh questions on VM files from a seed: direct ("which layer?", "how big?") and inverse.

Every right answer is computed by the simulations, never stored.
"""

from calendar import monthrange
from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Choice, Question, Said, Scene, wrong_numbers
from coursekit.quizzes.vmfiles import scenes as at
from coursekit.sims.message import Message
from coursekit.sims.vmfiles import chain
from coursekit.sims.vmfiles.chainstory import Deed, tell
from coursekit.sims.vmfiles.geometry import Geometry, size_text
from coursekit.sims.vmfiles.plans import Plan, changed_gb, items, rpo_h, survival, total_gb
from coursekit.sims.vmfiles.retention import Retention, gfs, span

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 5])
    return MAKERS[seed % len(MAKERS)](rng, f"vmfiles-fresh-{seed}")


def _history(rng: np.random.Generator, layers: int) -> list[at.Deed]:
    """Snapshots with a few writes after each, among the first eight clusters."""
    deeds: list[at.Deed] = []
    for _layer in range(layers):
        clusters = rng.choice(8, int(rng.integers(2, 5)), replace=False)
        deeds += [at.SNAPSHOT, *(("write", int(each)) for each in sorted(clusters))]
    return deeds


def _after(deeds: list[at.Deed]) -> chain.Disk:
    start = chain.full(64)
    return tell(start, [Deed(kind, place) for kind, place in deeds]).states[-1].disk  # type: ignore[arg-type]


def _said(deeds: list[at.Deed]) -> str:
    """S for a snapshot, a number for a write: `S 1 2 S 2 5`."""
    return " ".join("S" if kind == "snapshot" else str(place) for kind, place in deeds)


def _reader(rng: np.random.Generator, name: str) -> Question:
    """Direct: which layer answers a read?"""
    deeds = _history(rng, 3)
    disk, cluster = _after(deeds), int(rng.integers(8))
    found = chain.read(disk, cluster)
    scene = at.chain(*deeds, ("read", cluster))
    held = [layer for layer, held in enumerate(disk.layers) if cluster in held]

    def why(layer: int) -> Said:
        if layer not in held:
            return Message.of(
                "Layer {layer} does not have cluster {c}: nobody wrote it while that layer was on top.",
                layer=layer,
                c=cluster,
            )
        return Message.of(
            "Layer {layer} has it, but layer {newer} above has a newer one.",
            layer=layer,
            newer=found.layer,
        )

    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("A disk that was written all over, then (S is a snapshot, a number a write of that cluster): {deeds}. Layer 0 is the base. Which layer answers a read of cluster {c}?", deeds=_said(deeds), c=cluster),
        because=Message.of("Layer {layer}: from the top down, it is the first that has cluster {c}.", layer=found.layer, c=cluster),
        choices=tuple(
            Choice(text=Message.of("layer {layer}", layer=layer), right=layer == found.layer, scene=scene, why="" if layer == found.layer else why(layer))
            for layer in range(len(disk.layers))
        ),
        hints=(_("Each S begins a new layer. Write down what each holds."), _("Now look from the top down."), Message.of("Which is the last layer in which {c} was written?", c=cluster)),
    )  # fmt: skip


def _merged(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many clusters does deleting a snapshot copy?"""
    deeds = _history(rng, 2)
    disk = _after(deeds)
    up = bool(rng.integers(2))
    answer = chain.delete(disk, 1, "up" if up else "down")[1].copied
    own, both = disk.layers[1], set(disk.layers[1]) & set(disk.layers[2])
    scene = at.chain(*deeds, ("pull" if up else "commit", 1))
    wrong = [
        (len(own), _("Layer 2 has some of them itself, newer ones: those need not move.")),
        (len(own) - len(both), _("Merged down, all of them replace what the base has, whatever layer 2 holds.")),
        (len(own) + len(disk.layers[2]), _("Only the layer that is deleted moves.")),
        (64, _("That would be flattening the whole chain.")),
    ]  # fmt: skip
    where = _("pulled up into the layer above") if up else _("merged down into the base")
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("clusters"), scene=scene,
        prompt=Message.of("A disk that was written all over, then (S is a snapshot, a number a write of that cluster): {deeds}. The first snapshot is deleted, and its layer {where}. How many clusters are copied?", deeds=_said(deeds), where=Message(where)),
        because=Message.of("Clusters in layer 1: {own}. Of these, also in layer 2: {both}. Copied: {answer}.", own=len(own), both=len(both), answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Which clusters does layer 1 hold?"), _("Those written between the first S and the second."), _("Up: those that layer 2 has not. Down: all of them.")),
    )  # fmt: skip


def _pieces(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many pieces does a restore need?"""
    types = "F" + "".join(rng.choice(list("IIIDF"), 6))
    target = int(rng.integers(3, 7))
    needed = items(Plan(types=types))[target].chain
    last_full = max(i for i in range(target + 1) if types[i] == "F")
    wrong = {
        target + 1: _("Not everything since the beginning: look for the last full, and for differentials that jump back to it."),
        target - last_full + 1: _("A differential jumps over all that lies between it and the full."),
        1: _("Only a full stands by itself."),
    }  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=len(needed), tolerance=1e-9, unit=_("pieces"), scene=at.week(types, target),
        prompt=Message.of("A week of backups: {types} (F full, I incremental, D differential; the first is item 0). How many pieces does restoring item {target} need?", types=types, target=target),
        because=Message.of("From item {target} backwards: items {chain}.", target=target, chain=", ".join(map(str, needed))),
        choices=wrong_numbers(len(needed), 1e-9, tuple(wrong.items())),
        hints=(_("Begin at the item itself and go back."), _("I needs the item before it, D the last full."), _("Stop at the first F.")),
    )  # fmt: skip


def _differential(rng: np.random.Generator, name: str) -> Question:
    """Direct: the size of a differential backup."""
    full, change = 100 * int(rng.integers(5, 21)), 10 * int(rng.integers(2, 9))
    days = int(rng.integers(3, 15))
    answer = changed_gb(full, change, days)
    wrong = (
        (days * change, _("Some data change twice and count once: it is less than the sum.")),
        (change, _("That is one day's change, an incremental.")),
        (full, _("Even after a long time some data have not changed.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=5e-3, unit=_("GB"), scene=at.plan("differential", days + 1, full=full, change=change),
        prompt=Message.of("{full} GB of data, of which {change} GB, drawn at random, change each day. How big is a differential backup {days} days after the full, in GB?", full=full, change=change, days=days),
        because=Message.of("What has never changed in {days} days: (1 − {change}/{full})^{days} of all. The rest, {answer:.1f} GB, differs.", days=days, change=change, full=full, answer=answer),
        choices=wrong_numbers(answer, 5e-3, wrong),
        hints=(_("What is the chance that a piece of data does not change in a day?"), _("And in all those days?"), _("The rest of the data differ from the full.")),
    )  # fmt: skip


def _how_long(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the chance of a restore back to the length of the chain."""
    pieces, readable = int(rng.integers(4, 31)), float(rng.choice([0.98, 0.99, 0.995]))
    chance = 100 * survival(readable, pieces)
    return Question(
        id=name, kind="numeric", answer=pieces, tolerance=1e-9, unit=_("pieces"), scene=at.plan("incremental", pieces, readable=100 * readable),
        prompt=Message.of("Each piece of a restore chain is readable with {each:g} %, the whole chain with {all:.2f} %. How many pieces has it?", each=100 * readable, all=chance),
        because=Message.of("{each:g} to the power of {pieces} is {all:.4f}.", each=readable, pieces=pieces, all=chance / 100),
        choices=(Choice(value=pieces - 1, why=_("Count the full too: it is a piece of the chain.")),),
        hints=(_("All pieces must be readable: their chances multiply."), _("Look for the power."), _("The logarithm of the one chance, divided by that of the other.")),
    )  # fmt: skip


def _table(rng: np.random.Generator, name: str) -> Question:
    """Direct: entries of the L1 table."""
    bits, tables = int(rng.choice([14, 15, 16, 17])), int(rng.integers(3, 40))
    covers = Geometry(size=1 << 30, cluster_bits=bits).l2_covers
    geometry = Geometry(size=max(1 << 30, tables * covers >> 30 << 30), cluster_bits=bits)
    answer, gib = geometry.l1_entries, geometry.size >> 30
    wrong = {
        geometry.clusters: _(
            "That is the number of clusters: the L2 tables have an entry for each."
        ),
        geometry.l2_entries: _("That is how many entries one L2 table has: cluster size by 8."),
    }
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, scene=at.geometry(gib, bits, 0),
        prompt=Message.of("A qcow2 disk of {gib} GiB with clusters of {cluster}; an entry has 8 bytes, an L2 table is one cluster. How many entries has the L1 table?", gib=gib, cluster=size_text(geometry.cluster)),
        because=Message.of("An L2 table maps {covers}; {gib} GiB need {answer} of them.", covers=size_text(covers), gib=gib, answer=answer),
        choices=wrong_numbers(answer, 1e-9, tuple(wrong.items())),
        hints=(_("How many entries has an L2 table?"), _("One cluster by 8 bytes. How much of the disk does it map?"), _("Each entry maps one cluster.")),
    )  # fmt: skip


def _kept(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many backups does a retention rule keep?"""
    month, days = int(rng.integers(3, 13)), int(rng.integers(3, 11))
    weeks, months = int(rng.integers(2, 7)), int(rng.integers(1, 4))
    rule = Retention(days=days, weeks=weeks, months=months, years=0)
    last = f"2024-{month:02}-{monthrange(2024, month)[1]}"
    answer = sum(each.kept for each in gfs(span("2024-01-01", last), rule))
    wrong = {
        days + weeks + months: _(
            "Some serve several classes: the newest one is daily, weekly and monthly at once."
        ),
        days: _("Those are the dailies; weeklies and monthlies reach further back."),
    }
    values = {**at.retention(days, weeks, months, 0).values, "first": 1, "last": month}
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("backups"), scene=Scene(lab="vmfiles-retention", values=values),
        prompt=Message.of("A backup every day from 2024-01-01 to {last}. Kept are {days} daily, {weeks} weekly and {months} monthly ones, each the newest of its day, week (Monday to Sunday) or month. How many are left?", last=last, days=days, weeks=weeks, months=months),
        because=Message.of("{answer}: {days} dailies, then the weeklies and monthlies that are not among them already.", answer=answer, days=days),
        choices=wrong_numbers(answer, 1e-9, tuple(wrong.items())),
        hints=(_("Write down the dailies first."), _("Which of them is a Sunday, or the last day of a month?"), _("Only those weeklies and monthlies count that are not kept already.")),
    )  # fmt: skip


def _how_often(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from the worst loss back to the period."""
    period, duration = int(rng.choice([1, 2, 4, 6, 8, 12, 24])), float(rng.choice([0.25, 0.5, 1]))
    worst = rpo_h(period, duration)
    return Question(
        id=name, kind="numeric", answer=period, tolerance=1e-9, unit=_("hours"), scene=at.rpo(period, duration),
        prompt=Message.of("A backup takes {duration:g} h. At most {worst:g} h of work may be lost. How many hours may lie between the starts of two backups?", duration=duration, worst=worst),
        because=Message.of("The worst case is a period and the time a backup takes: {worst:g} − {duration:g} = {period}.", worst=worst, duration=duration, period=period),
        choices=(
            Choice(value=worst, why=_("The backup that is running does not count yet: its time comes on top.")),
            Choice(value=worst + duration, why=_("The time a backup takes is lost too; it makes the period shorter, not longer.")),
        ),
        hints=(_("When is most work lost?"), _("Just before a backup is whole."), _("Then the last good one began a period and its duration ago.")),
    )  # fmt: skip


def _by_size(rng: np.random.Generator, name: str) -> Question:
    """Order plans by what they store."""
    full, change = 100 * int(rng.integers(5, 21)), 10 * int(rng.integers(1, 5))
    kinds: dict[str, Said] = {
        "FIIIIIIIIIIIII": _("one full, then incremental ones"),
        "FIIIIIIFIIIIII": _("a full each week, incremental ones between"),
        "FDDDDDDDDDDDDD": _("one full, then differential ones"),
        "F" * 14: _("a full each day"),
    }
    sizes = {types: total_gb(Plan(types=types, full_gb=full, change_gb=change)) for types in kinds}
    scenes = {
        "FIIIIIIIIIIIII": at.plan("incremental", 14), "FIIIIIIFIIIIII": at.OWN,
        "FDDDDDDDDDDDDD": at.plan("differential", 14), "F" * 14: at.plan("fulls", 14),
    }  # fmt: skip
    return Question(
        id=name, kind="order", scene=at.plan("differential", 14, full=full, change=change),
        prompt=Message.of("{full} GB, of which {change} GB change each day. Put these plans for two weeks in order of what they store, the smallest first.", full=full, change=change),
        because=_("Increments store each change once, differentials again every day, fulls everything every day."),
        choices=tuple(
            Choice(text=kinds[types], why=Message.of("It stores {gb:.0f} GB.", gb=sizes[types]), scene=scenes[types])
            for types in sorted(kinds, key=sizes.__getitem__)
        ),
        hints=(_("How often is one and the same change stored?"), _("By increments once, by differentials every day until the next full."), Message.of("A full is {times} days of change.", times=full // change)),
    )  # fmt: skip


def _lengths(rng: np.random.Generator, name: str) -> Question:
    """Match each plan with the pieces its last item needs."""
    wanted = sorted(int(each) for each in rng.choice(np.arange(1, 8), 4, replace=False))
    pairs = tuple((types, str(pieces)) for pieces in wanted if (types := _week_of(rng, pieces)))
    return Question(
        id=name, kind="match", pairs=pairs, scene=at.week(pairs[-1][0]),
        prompt=_("Match each week of backups with the number of pieces that its last item needs."),
        because=_("From the end backwards: I needs the one before, D the last full, F nothing."),
        hints=(_("Start at the last letter."), _("I: one step back. D: jump to the last F."), _("Count the letters where you stopped.")),
    )  # fmt: skip


def _week_of(rng: np.random.Generator, pieces: int) -> str:
    """A week of letters whose last item needs so many pieces."""
    while True:
        types = "F" + "".join(rng.choice(list("IIDF"), 6))
        if len(items(Plan(types=types))[6].chain) == pieces:
            return types


MAKERS: tuple[Maker, ...] = (
    _reader,
    _pieces,
    _merged,
    _differential,
    _table,
    _lengths,
    _kept,
    _how_long,
    _by_size,
    _how_often,
)
