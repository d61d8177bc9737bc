"""A task for LVM: change a failing disk without stopping, then give the root more room.

Built on `lvm`. Modelled: the learner's lines one after the other, what the task asks for, how much
was copied. Left out: as in `lvm`; whether the learner looked first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.message import Message, ParameterError
from coursekit.sims.volumes import lvm, lvmline
from coursekit.sims.volumes import pvmove as moving
from coursekit.sims.volumes.extents import lost_extents
from coursekit.sims.volumes.group import Group, Machine, machine
from coursekit.sims.volumes.lvm import Done

__all__ = ["FAILING", "GROUP", "MORE", "NEW", "Goal", "Judged", "begin", "judge"]

GIB = 1 << 30
GROUP, FAILING, NEW = "vg", "sdb", "sdc"
SIZES = {"root": 6, "home": 10}  # GiB at the beginning
MORE = 4  # GiB that the root is to get


@dataclass(frozen=True)
class Goal:
    """One thing the task asks for, and whether it is so."""

    text: Message
    reached: bool


@dataclass(frozen=True)
class Judged:
    """A state before the first line and one after each; the goals at the end; MiB copied so far."""

    states: tuple[Done, ...]
    numbers: tuple[int, ...]  # which line of the text made each state; 0 for the first
    goals: tuple[Goal, ...]
    moved_mib: float
    advice: tuple[Message, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the task is done."""
        return all(goal.reached for goal in self.goals)

    def seconds(self, mib_s: float) -> float:
        """How long the copying took."""
        return moving.seconds(1, self.moved_mib, mib_s) if self.moved_mib else 0.0


def begin() -> Machine:
    """The failing disk with the group on it, and a blank one beside it."""
    state = machine(**{FAILING: 20 * GIB, NEW: 40 * GIB})
    lines = [f"vgcreate {GROUP} {FAILING}"]
    lines += [f"lvcreate -L {size}G -n {name} {GROUP}" for name, size in SIZES.items()]
    for line in lines:
        state = lvm.apply(state, line).machine
    return state


def judge(text: str) -> Judged:
    """The learner's lines done; ParameterError names the line and the rule it breaks."""
    states, numbers, moved = [Done(begin(), "", (_start(),))], [0], 0.0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.split("#")[0].strip():
            continue
        before = states[-1].machine
        try:
            states.append(lvm.apply(before, line))
        except ParameterError as why:
            raise ParameterError("line={line}: {why}", line=number, why=why.message) from None
        numbers.append(number)
        moved += _moved_mib(before, line)
    return Judged(
        tuple(states),
        tuple(numbers),
        _goals([each.machine for each in states]),
        moved,
        _advice(states),
    )


def _start() -> Message:
    return Message.of("Group {group} lies on {old}, which makes noises. {new} is blank.", group=GROUP, old=FAILING, new=NEW)  # fmt: skip


def _moved_mib(before: Machine, line: str) -> float:
    parsed = lvmline.parse(line)
    if parsed.command != "pvmove":
        return 0.0
    group = before.holding(parsed.words[0])
    at = [pv.name for pv in group.pvs].index(parsed.words[0])
    extents = sum(lost_extents(volume, at) for volume in group.volumes)
    return extents * group.extent / (1 << 20)


def _group(now: Machine) -> Group:
    return next(each for each in now.groups if each.name == GROUP)  # no command takes it away


def _sizes(group: Group) -> dict[str, float]:
    """GiB of each volume."""
    return {each.name: each.shown * group.extent / GIB for each in group.volumes}


def _goals(machines: Sequence[Machine]) -> tuple[Goal, ...]:
    group = _group(machines[-1])
    names = [pv.name for pv in group.pvs]
    old = names.index(FAILING) if FAILING in names else None
    empty = old is None or not any(lost_extents(volume, old) for volume in group.volumes)
    ever = [_sizes(_group(each)) for each in machines]
    whole = all(sizes.get(name, 0) >= size for sizes in ever for name, size in SIZES.items())
    return (
        Goal(Message.of("{new} is in the group", new=NEW), NEW in names),
        Goal(Message.of("nothing lies on {old}", old=FAILING), empty),
        Goal(Message.of("{old} has left the group", old=FAILING), old is None),
        Goal(Message.of("root has {n} GiB", n=SIZES["root"] + MORE), ever[-1].get("root", 0) >= SIZES["root"] + MORE),
        Goal(Message.of("the volumes are whole"), whole),
    )  # fmt: skip


def _advice(states: Sequence[Done]) -> tuple[Message, ...]:
    """What was done and works, and would be done better."""
    lines = [lvmline.parse(state.line) for state in states[1:]]
    out = []
    if any(line.command == "lvextend" and not line.has("-r") for line in lines):
        out.append(Message.of("The file system of a volume that grew does not know it: lvextend -r tells it in the same line."))  # fmt: skip
    return tuple(out)
