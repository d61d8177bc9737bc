"""pvmove: the extents of one disk are copied to others while the volumes stay in use.

Built on `pvplan`, which chooses the targets at the start. Modelled: piece after
piece becomes a mirror, is copied extent by extent, noted after each, and the map is switched
when the piece is whole. A crash loses what was copied of one extent; an abort keeps the pieces
already switched. A write to an extent already copied goes to both places, to any other one to
the source, and will be copied later (as dm-mirror does). Left out: the log on the disk.
Source: pvmove(8).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require
from coursekit.sims.volumes.extents import Volume, runs_of
from coursekit.sims.volumes.pvplan import Piece, Plan, moved, plan, seconds

__all__ = ["DEEDS", "Deed", "Moving", "Piece", "Plan", "Told", "lost_cells", "moved", "places", "plan", "read", "seconds", "start", "tell", "write"]  # fmt: skip

Kind = Literal["tick", "read", "write", "crash", "resume", "abort"]
DEEDS: tuple[Kind, ...] = get_args(Kind)
Stage = Literal["copying", "crashed", "aborted", "done"]
Cells = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Deed:
    """What happens: `mib` are copied (tick), cell `cell` of a volume is read or written, a crash …

    Cells are the extents of a volume in the order of its areas.
    """

    kind: Kind
    mib: float = 0.0
    volume: str = ""
    cell: int = 0


@dataclass(frozen=True)
class Moving:
    """A moment: the map as it is now, the piece under way, what lies in each extent (0: nothing).

    `copied` extents of piece `at` are noted as copied, `part_mib` of the next one are not yet.
    `work_mib` counts all that was copied, twice where it was copied twice.
    """

    volumes: tuple[Volume, ...]
    pieces: tuple[Piece, ...]
    cells: Cells
    extent_mib: float
    at: int = 0
    copied: int = 0
    part_mib: float = 0.0
    work_mib: float = 0.0
    stage: Stage = "copying"
    writes: int = 0
    deed: Deed | None = None
    value: int | None = None  # what a read found
    why: tuple[Message, ...] = field(default=())

    @property
    def piece(self) -> Piece | None:
        """The piece that is a mirror now."""
        under_way = self.stage in ("copying", "crashed") and self.at < len(self.pieces)
        return self.pieces[self.at] if under_way else None

    @property
    def done(self) -> int:
        """Extents that are noted as copied."""
        return sum(piece.source.count for piece in self.pieces[: self.at]) + self.copied


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[Moving, ...]


def start(sizes: Sequence[int], planned: Plan, extent_mib: float = 4.0) -> Moving:
    """Before the first extent is copied; every extent in use holds a number of its own."""
    require(extent_mib > 0, "extent_mib={n}: choose more than 0", n=extent_mib)
    cells = [[0] * size for size in sizes]
    number = 0
    for volume in planned.volumes:
        for run in runs_of(volume):
            for pe in range(run.first, run.first + run.count):
                number += 1
                cells[run.pv][pe] = number
    first = planned.pieces[0]
    why = Message.of("Extents to copy: {n}; pieces: {pieces}. The first piece, of {volume}, is now a mirror.", n=planned.extents, pieces=len(planned.pieces), volume=first.volume)  # fmt: skip
    return Moving(planned.volumes, planned.pieces, tuple(map(tuple, cells)), extent_mib, writes=number, why=(why,))  # fmt: skip


def tell(first: Moving, deeds: Sequence[Deed] = ()) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    states = [first]
    for deed in deeds:
        require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
        before = replace(states[-1], deed=deed, value=None, why=())
        states.append(_DO[deed.kind](before, deed))
    return Told(tuple(states))


def places(state: Moving, volume: str, cell: int) -> list[tuple[int, int]]:
    """Where a cell lies: the map's place first, then the mirror's copy if it is noted."""
    found = next((each for each in state.volumes if each.name == volume), None)
    if found is None:
        names = ", ".join(each.name for each in state.volumes)
        require(False, "volume={name}: choose one of {names}", name=volume, names=names)
        return []
    require(0 <= cell < found.extents, "cell={cell}: choose 0 to {last}", cell=cell, last=found.extents - 1)  # fmt: skip
    for run in runs_of(found):
        if cell < run.count:
            break
        cell -= run.count
    found_at = [(run.pv, run.first + cell)]
    piece = state.piece
    if piece and run == piece.source and cell < state.copied:
        found_at.append((piece.target.pv, piece.target.first + cell))
    return found_at


def read(state: Moving, volume: str, cell: int) -> tuple[int, ...]:
    """What each valid copy of a cell holds: they must all say the same."""
    return tuple(state.cells[pv][pe] for pv, pe in places(state, volume, cell))


def write(state: Moving, volume: str, cell: int, value: int) -> Moving:
    """A write goes to every valid copy."""
    cells = state.cells
    for pv, pe in places(state, volume, cell):
        cells = _put(cells, pv, pe, value)
    return replace(state, cells=cells)


def _put(cells: Cells, pv: int, pe: int, value: int) -> Cells:
    row = (*cells[pv][:pe], value, *cells[pv][pe + 1 :])
    return (*cells[:pv], row, *cells[pv + 1 :])


def lost_cells(state: Moving, pv: int) -> tuple[tuple[str, int], ...]:
    """(volume, cell) of all that has no copy left if a PV dies now."""
    return tuple(
        (volume.name, cell)
        for volume in state.volumes
        for cell in range(volume.extents)
        if all(at == pv for at, _pe in places(state, volume.name, cell))
    )


def _tick(state: Moving, deed: Deed) -> Moving:
    require(deed.mib > 0, "mib={n}: choose more than 0", n=deed.mib)
    _must_run(state, deed)
    rest, why = deed.mib, list[Message]()
    while rest > 0 and state.stage == "copying":
        step = min(rest, state.extent_mib - state.part_mib)
        rest -= step
        state = replace(state, part_mib=state.part_mib + step, work_mib=state.work_mib + step)
        if state.part_mib >= state.extent_mib:
            state, said = _noted(state)
            why += said
    if state.part_mib:
        why.append(Message.of("Of the next extent {mib:g} MiB are copied, not yet noted.", mib=state.part_mib))  # fmt: skip
    return replace(state, why=tuple(why))


def _must_run(state: Moving, deed: Deed) -> None:
    _must_be_up(state, deed)
    require(state.stage != "aborted", "deed={kind}: the move was given up", kind=deed.kind)
    require(state.stage != "done", "deed={kind}: the move is over", kind=deed.kind)


def _noted(state: Moving) -> tuple[Moving, list[Message]]:
    """One extent is whole: it is copied in one step with its note."""
    piece = state.pieces[state.at]
    source, target = piece.source, piece.target
    value = state.cells[source.pv][source.first + state.copied]
    cells = _put(state.cells, target.pv, target.first + state.copied, value)
    copied = state.copied + 1
    state = replace(state, cells=cells, copied=copied, part_mib=0.0)
    why = [Message.of("Extent {n} of {of} of this piece of {volume} is copied and noted.", n=copied, of=source.count, volume=piece.volume)]  # fmt: skip
    if copied < source.count:
        return state, why
    why.append(Message.of("The piece is whole: the map of {volume} is switched to PV {pv}, the old extents are free.", volume=piece.volume, pv=target.pv))  # fmt: skip
    over = state.at + 1 == len(state.pieces)
    if over:
        why.append(Message.of("PV {pv} is empty: it can leave the group.", pv=source.pv))
    return replace(
        state, volumes=moved(state.volumes, piece), at=state.at + 1, copied=0,
        stage="done" if over else "copying",
    ), why  # fmt: skip


def _read(state: Moving, deed: Deed) -> Moving:
    _must_be_up(state, deed)
    at = places(state, deed.volume, deed.cell)
    value = read(state, deed.volume, deed.cell)[0]
    if len(at) > 1:
        why = Message.of("The extent is copied already: PV {one} or PV {two} may answer, both hold the same.", one=at[0][0], two=at[1][0])  # fmt: skip
    else:
        why = Message.of("PV {pv} answers: the map points there.", pv=at[0][0])
    return replace(state, value=value, why=(why,))


def _write(state: Moving, deed: Deed) -> Moving:
    _must_be_up(state, deed)
    at = places(state, deed.volume, deed.cell)
    number = state.writes + 1
    if len(at) > 1:
        why = Message.of("The extent is copied already: the write goes to PV {one} and to PV {two}.", one=at[0][0], two=at[1][0])  # fmt: skip
    else:
        why = Message.of("The write goes to PV {pv}, where the map points.", pv=at[0][0])
    return replace(write(state, deed.volume, deed.cell, number), writes=number, why=(why,))


def _must_be_up(state: Moving, deed: Deed) -> None:
    require(state.stage != "crashed", "deed={kind}: the machine is down; resume first", kind=deed.kind)  # fmt: skip


def _crash(state: Moving, deed: Deed) -> Moving:
    _must_run(state, deed)
    why = Message.of("The machine stops. Extents noted as copied: {n}; of the next one {mib:g} MiB must be copied again.", n=state.done, mib=state.part_mib)  # fmt: skip
    return replace(state, stage="crashed", part_mib=0.0, why=(why,))


def _resume(state: Moving, deed: Deed) -> Moving:
    require(state.stage == "crashed", "deed={kind}: the machine is not down", kind=deed.kind)
    why = Message.of("LVM finds the unfinished move in its metadata and goes on behind extent {n}.", n=state.done)  # fmt: skip
    return replace(state, stage="copying", why=(why,))


def _abort(state: Moving, deed: Deed) -> Moving:
    _must_run(state, deed)
    why = Message.of("The mirror under way is dropped: its piece stays on the source, where all writes went too. Pieces already switched stay where they are: {n}.", n=state.at)  # fmt: skip
    return replace(state, stage="aborted", copied=0, part_mib=0.0, why=(why,))


_DO: dict[Kind, Callable[[Moving, Deed], Moving]] = {
    "tick": _tick, "read": _read, "write": _write, "crash": _crash, "resume": _resume, "abort": _abort,
}  # fmt: skip
