"""Replace the contents A of a file f by B: what a crash can leave, for each order of calls.

Every call has effects: M on metadata (a link, a truncation, a rename, an unlink), D on the data of
a file, with its new size. A crash keeps some of them; which ones may be missing is the mode:

- posix: any that no fsync has forced; fsync(file) forces its data and its truncation, fsync of the
  directory all M before it.
- delalloc (ext4 ordered with delayed allocation): M survive as a prefix, each D by itself; any
  fsync of a file forces its D and all M before it, there is one journal.
- auto_da_alloc (ext4's default): as delalloc, but a rename over an existing name survives only with
  the data of its source.
- ordered (nodelalloc): any M that survives has all D before it.

Names become inodes at the call; surviving effects are applied in the order of the program. Left
out: partial writes (a file is empty, A or B), times, other directories. Sources: fsync(2),
rename(2), ext4(5) `auto_da_alloc`; Pillai et al., All File Systems Are Not Created Equal, 2014.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

from coursekit.sims.message import Message, require

Mode = Literal["posix", "delalloc", "auto_da_alloc", "ordered"]
MODES: tuple[Mode, ...] = get_args(Mode)
Op = tuple[str, ...]
Program = tuple[Op, ...]
OPS = {"creat": 1, "write": 2, "fsync": 1, "fsyncdir": 0, "rename": 2, "unlink": 1}
MOST = 12  # effects: two to that power sets are looked at
Outcome = Literal["A", "B", "empty", "absent"]

_WRITE: Program = (("creat", "t"), ("write", "t", "B"))
_OVER: Program = (("rename", "t", "f"),)
PROTOCOLS: dict[str, Program] = {
    "P1": (("creat", "f"), ("write", "f", "B")),
    "P1s": (("creat", "f"), ("write", "f", "B"), ("fsync", "f")),
    "P2": (*_WRITE, *_OVER),
    "P3": (*_WRITE, ("fsync", "t"), *_OVER),
    "P4": (*_WRITE, ("fsync", "t"), *_OVER, ("fsyncdir",)),
    "P5": (("unlink", "f"), ("creat", "f"), ("write", "f", "B"), ("fsync", "f")),
}


@dataclass(frozen=True)
class Effect:
    """What one call changes, of number `at` in the program; `needs` are D it cannot outrun."""

    kind: Literal["link", "truncate", "rename", "unlink", "data"]
    at: int
    inode: int
    names: tuple[str, ...] = ()
    over: bool = False  # a rename onto a name that was there

    @property
    def metadata(self) -> bool:
        return self.kind != "data"


@dataclass(frozen=True)
class Crash:
    """One possible crash: `at` calls are done, `kept` effects are on the disk, `lost` are not."""

    at: int
    kept: tuple[Effect, ...]
    lost: tuple[Effect, ...]
    content: Outcome


def outcomes(program: Sequence[Sequence[str]], mode: Mode, *, finished: bool) -> tuple[Outcome, ...]:  # fmt: skip
    """What f can hold after a crash at any moment, or after the program has finished."""
    return tuple(sorted({each.content for each in crashes(program, mode, finished=finished)}))


def crashes(program: Sequence[Sequence[str]], mode: Mode, *, finished: bool = False) -> Iterator[Crash]:  # fmt: skip
    """Every crash: each moment, each set of effects that the mode may leave."""
    require(mode in MODES, "mode={mode}: choose one of {modes}", mode=mode, modes=", ".join(MODES))
    ops = tuple(tuple(op) for op in program)
    effects = effects_of(ops)
    require(len(effects) <= MOST, "program={count}: at most {most} calls that change something", count=len(effects), most=MOST)  # fmt: skip
    for at in (len(ops),) if finished else range(len(ops) + 1):
        done = tuple(each for each in effects if each.at < at)
        forced = _forced(ops[:at], done, mode)
        for kept in _survivals(done, forced, mode):
            lost = tuple(each for each in done if each not in kept)
            yield Crash(at, kept, lost, content(kept))


def effects_of(program: Program) -> tuple[Effect, ...]:
    """The effects of the calls; ParameterError names a call that cannot be made."""
    names, made, found, written = {"f": 0}, 0, list[Effect](), {0}
    for at, op in enumerate(program):
        _require_call(op, names)
        match op:
            case ("creat", name):
                made += name not in names
                kind: Literal["link", "truncate"] = "truncate" if name in names else "link"
                found.append(Effect(kind, at, names.setdefault(name, made), (name,)))
                written.discard(names[name])
            case ("write", name, _):
                require(names[name] not in written, "write={name}: call creat on it before, and write once", name=name)  # fmt: skip
                written.add(names[name])
                found.append(Effect("data", at, names[name], (name,)))
            case ("rename", old, new):
                found.append(Effect("rename", at, names[old], (old, new), new in names))
                names[new] = names.pop(old)
            case ("unlink", name):
                found.append(Effect("unlink", at, names.pop(name), (name,)))
    return tuple(found)


def content(kept: Sequence[Effect]) -> Outcome:
    """What f holds when these effects alone are applied."""
    names, inside = {"f": 0}, dict[int, Outcome]({0: "A"})
    for each in kept:
        if each.kind == "data":
            inside[each.inode] = "B"
        elif each.kind == "truncate":
            inside[each.inode] = "empty"
        else:
            names.pop(each.names[0], None)
            if each.kind != "unlink":
                names[each.names[-1]] = each.inode
    return inside.get(names["f"], "empty") if "f" in names else "absent"


def _require_call(op: Op, names: dict[str, int]) -> None:
    require(bool(op) and op[0] in OPS, "op={op}: choose one of {ops}", op=op[0] if op else "", ops=", ".join(OPS))  # fmt: skip
    require(
        len(op) == OPS[op[0]] + 1,
        "op={op}: values that it takes: {count}",
        op=op[0],
        count=OPS[op[0]],
    )
    if op[0] in {"write", "fsync", "rename", "unlink"}:
        require(op[1] in names, "{op}={name}: no such name at this moment", op=op[0], name=op[1])
    if op[0] == "rename":
        require(op[1] != op[2], "rename={name}: give two different names", name=op[1])
    if op[0] == "write":
        require(op[2] == "B", "write={text}: the new contents are B", text=op[2])


def _forced(ops: Program, effects: tuple[Effect, ...], mode: Mode) -> frozenset[Effect]:
    """Effects that an fsync has brought to the disk, with all that the mode ties to them."""
    names: dict[str, int] = {"f": 0}
    sure: set[Effect] = set()
    for at, op in enumerate(ops):
        before = [each for each in effects if each.at < at]
        if op[0] == "fsyncdir":
            sure |= {each for each in before if each.metadata}
        elif op[0] == "fsync":
            inode = names[op[1]]
            sure |= {e for e in before if e.inode == inode and e.kind in {"data", "truncate"}}
            if mode != "posix":
                sure |= {each for each in before if each.metadata}
        names = _renamed(names, effects, at)
    return frozenset(sure | {need for each in sure for need in needs(each, effects, mode)})


def _renamed(names: dict[str, int], effects: tuple[Effect, ...], at: int) -> dict[str, int]:
    for each in effects:
        if each.at == at and each.kind in {"link", "rename", "unlink"}:
            names = {name: inode for name, inode in names.items() if name != each.names[0]}
            if each.kind != "unlink":
                names[each.names[-1]] = each.inode
    return names


def needs(effect: Effect, effects: Sequence[Effect], mode: Mode) -> tuple[Effect, ...]:
    """Data without which an effect on metadata cannot survive."""
    data = [each for each in effects if not each.metadata and each.at < effect.at]
    if effect.metadata and mode == "ordered":
        return tuple(data)
    if effect.over and mode == "auto_da_alloc":
        return tuple(each for each in data if each.inode == effect.inode)
    return ()


def _survivals(done: tuple[Effect, ...], forced: frozenset[Effect], mode: Mode) -> Iterator[tuple[Effect, ...]]:  # fmt: skip
    metadata = tuple(each for each in done if each.metadata)
    for size in range(len(done) + 1):
        for kept in combinations(done, size):
            have = set(kept)
            if not forced <= have:
                continue
            if mode != "posix" and not _prefix(metadata, have):
                continue
            if all(have.issuperset(needs(each, done, mode)) for each in kept):
                yield kept


def _prefix(metadata: tuple[Effect, ...], have: set[Effect]) -> bool:
    kept = [each in have for each in metadata]
    return kept == sorted(kept, reverse=True)


def why(crash: Crash) -> tuple[Message, ...]:
    """What survived and what did not, call by call."""
    said = [Message.of("The crash comes after call {at}.", at=crash.at)]
    said += [Message.of("On the disk: {kind} {names}.", kind=_KINDS[e.kind], names=" → ".join(e.names)) for e in crash.kept]  # fmt: skip
    said += [Message.of("Lost: {kind} {names}.", kind=_KINDS[e.kind], names=" → ".join(e.names)) for e in crash.lost]  # fmt: skip
    return (*said, _CONTENTS[crash.content])


_KINDS = {
    "link": Message.of("the name"),
    "truncate": Message.of("the emptying of"),
    "rename": Message.of("the renaming"),
    "unlink": Message.of("the removal of"),
    "data": Message.of("the data of"),
}
_CONTENTS: dict[Outcome, Message] = {
    "A": Message.of("f holds the old contents, A."),
    "B": Message.of("f holds the new contents, B."),
    "empty": Message.of("f is empty: neither the old contents nor the new ones are there."),
    "absent": Message.of("There is no f any more."),
}
