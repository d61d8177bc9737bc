"""Where a written line is: page cache, drive cache, disk; and what a power cut leaves of it.

Each line is one block of data and a change of the inode (the size, without which nobody sees the
line). write puts both into memory. Data go to the drive when they are `EXPIRE` old (looked at every
`TICK`), or at fsync; the inode with the commit of the journal, `COMMIT` after the transaction began,
or at fsync. With barriers a commit makes the drive empty its cache; else the drive does so by
itself, `DRIVE` after a block came. Modes:

- delalloc (ext4 as it comes): a block gets its place at write-back; until then its size is in no
  transaction.
- ordered (nodelalloc): a commit brings the data of its lines to the disk first.
- writeback: a commit takes the inode alone.
- journal: the data go into the journal with the inode.

Left out: several files, a full cache, times of transfers, a drive cache that loses only a part (it
loses all). Sources: kernel documentation, sysctl/vm (dirty_expire_centisecs 3000,
dirty_writeback_centisecs 500); ext4(5), `commit=`, `barrier=`, `delalloc`; fsync(2), close(2).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.message import Message, require

EXPIRE, TICK, COMMIT, DRIVE = 30, 5, 5, 2  # seconds
MOST = 8  # lines
LONGEST = 60  # seconds of one wait
Kind = Literal["write", "close", "fsync", "wait", "power_cut"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Mode = Literal["delalloc", "ordered", "writeback", "journal"]
MODES: tuple[Mode, ...] = get_args(Mode)
Place = Literal["memory", "drive", "disk", "gone"]
Fate = Literal["there", "garbage", "lost"]


@dataclass(frozen=True)
class Deed:
    """What is done; `seconds` of a wait."""

    kind: Kind
    seconds: int = 0


@dataclass(frozen=True)
class Line:
    """A line of the file: where its data are and where its size is."""

    number: int
    written: int
    data: Place = "memory"
    size: Place = "memory"
    joined: bool = True  # its size belongs to the running transaction
    sent: int = 0  # when it came to the drive

    @property
    def fate(self) -> Fate:
        """What there would be of it after a power cut now."""
        if self.size != "disk":
            return "lost"
        return "there" if self.data == "disk" else "garbage"


@dataclass(frozen=True)
class State:
    """After a deed; `began` is when the running transaction began."""

    t: int
    deed: Deed | None
    lines: tuple[Line, ...] = ()
    began: int | None = None
    flushes: int = 0
    cut: bool = False  # the power has just failed
    why: tuple[Message, ...] = field(default=())

    def count(self, fate: Fate) -> int:
        """Lines of this fate, were the power to fail now."""
        return sum(each.fate == fate for each in self.lines)


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def tell(deeds: Sequence[Deed], *, mode: Mode = "delalloc", barriers: bool = True) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    require(mode in MODES, "mode={mode}: choose one of {modes}", mode=mode, modes=", ".join(MODES))
    system = _System(mode, barriers)
    states = [State(0, None, why=(Message.of("The file is open and empty."),))]
    for deed in deeds:
        require(deed.kind in KINDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(KINDS))  # fmt: skip
        do: dict[Kind, Callable[[State, Deed], State]] = {
            "write": system.write, "close": system.close, "fsync": system.fsync, "wait": system.wait,
            "power_cut": system.power_cut,
        }  # fmt: skip
        before = replace(states[-1], deed=deed, cut=False, why=())
        states.append(do[deed.kind](before, deed))
    return Told(tuple(states))


@dataclass(frozen=True)
class _System:
    """The kernel and the drive, in a mode."""

    mode: Mode
    barriers: bool

    # Deeds

    def write(self, state: State, _deed: Deed) -> State:
        count = len(state.lines) + 1
        require(count <= MOST, "lines={count}: the picture has room for {most}", count=count, most=MOST)  # fmt: skip
        joined = self.mode != "delalloc"
        line = Line(count, state.t, joined=joined)
        began = state.t if joined and state.began is None else state.began
        said = Message.of("write copies line {line} into the page cache and returns. Nothing goes to the drive.", line=count)  # fmt: skip
        return replace(state, lines=(*state.lines, line), began=began, why=(said,))

    def close(self, state: State, _deed: Deed) -> State:
        said = Message.of("close gives the handle back and moves nothing.")
        return replace(state, why=(said,))

    def fsync(self, state: State, _deed: Deed) -> State:
        waiting = [each.number for each in state.lines if "memory" in (each.data, each.size)]
        said = Message.of("fsync: data first, then the commit of the journal. Lines that it takes along: {count}.", count=len(waiting))  # fmt: skip
        state = self._write_back(state, waiting)
        return self._committed(_say(state, said))

    def wait(self, state: State, deed: Deed) -> State:
        require(1 <= deed.seconds <= LONGEST, "seconds={seconds}: choose 1 to {most}", seconds=deed.seconds, most=LONGEST)  # fmt: skip
        state = _say(state, Message.of("{seconds} s go by.", seconds=deed.seconds))
        for _ in range(deed.seconds):
            state = self._second(replace(state, t=state.t + 1))
        if len(state.why) == 1:
            state = _say(state, Message.of("Nothing moves: nothing is due yet."))
        return state

    def power_cut(self, state: State, _deed: Deed) -> State:
        there, garbage, lost = (state.count(fate) for fate in get_args(Fate))
        said = [Message.of("The power fails: the page cache and the cache of the drive are empty. Lines that are there: {there}; lost: {lost}.", there=there, lost=lost)]  # fmt: skip
        if garbage:
            said.append(Message.of("Lines whose size is there and whose data are not: {count}. There the file shows old bytes of others.", count=garbage))  # fmt: skip
        lines = tuple(_after_cut(each) for each in state.lines)
        return replace(state, lines=lines, began=None, cut=True, why=tuple(said))

    # What goes on by itself

    def _second(self, state: State) -> State:
        arrived = [each.number for each in state.lines if "drive" in (each.data, each.size) and state.t - each.sent >= DRIVE]  # fmt: skip
        if arrived:
            state = _emptied(state, arrived)
            state = _say(state, Message.of("{t} s: the drive has emptied its cache by itself.", t=state.t))  # fmt: skip
        old = [each.number for each in state.lines if each.data == "memory" and state.t - each.written >= EXPIRE]  # fmt: skip
        if old and state.t % TICK == 0:
            state = self._write_back(state, old)
            state = _say(state, Message.of("{t} s: write-back. Data older than {age} s go to the drive; lines: {count}.", t=state.t, age=EXPIRE, count=len(old)))  # fmt: skip
        if state.began is not None and state.t - state.began >= COMMIT:
            state = self._committed(_say(state, Message.of("{t} s: the transaction is {age} s old and is committed.", t=state.t, age=COMMIT)))  # fmt: skip
        return state

    def _write_back(self, state: State, numbers: Sequence[int]) -> State:
        """Data to the drive; a block that gets its place only now brings its size into a transaction."""
        lines = tuple(
            replace(each, data="drive", joined=True, sent=state.t) if each.number in numbers and each.data == "memory" else each
            for each in state.lines
        )  # fmt: skip
        waiting = any(each.size == "memory" and each.joined for each in lines)
        began = state.t if waiting and state.began is None else state.began
        return replace(state, lines=lines, began=began)

    def _committed(self, state: State) -> State:
        taken = [each.number for each in state.lines if each.size == "memory" and each.joined]
        if self.mode in ("ordered", "journal"):  # before the commit, or with it
            state = self._write_back(state, taken)
        lines = tuple(replace(each, size="drive", sent=state.t) if each.number in taken else each for each in state.lines)  # fmt: skip
        state = replace(state, lines=lines, began=None)
        if not self.barriers:
            return _say(state, Message.of("No barrier: it is called done while the drive holds it in its cache."))  # fmt: skip
        said = Message.of("Barrier: the drive empties its cache and says so.")
        return _say(_emptied(replace(state, flushes=state.flushes + 1), range(1, MOST + 1)), said)


def _say(state: State, said: Message) -> State:
    return replace(state, why=(*state.why, said))


def _emptied(state: State, numbers: Sequence[int]) -> State:
    lines = tuple(_settled(each) if each.number in numbers else each for each in state.lines)
    return replace(state, lines=lines)


def _settled(line: Line) -> Line:
    data: Place = "disk" if line.data == "drive" else line.data
    size: Place = "disk" if line.size == "drive" else line.size
    return replace(line, data=data, size=size)


def _after_cut(line: Line) -> Line:
    """What was not on the disk is gone; data that no size leads to are as good as gone."""
    data: Place = "disk" if line.data == line.size == "disk" else "gone"
    return replace(line, data=data, size="disk" if line.size == "disk" else "gone", joined=False)
