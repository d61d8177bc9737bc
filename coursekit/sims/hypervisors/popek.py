"""Popek and Goldberg's test: can a hypervisor keep a guest by trapping what it does?

Modelled: their theorem 1. If every sensitive instruction traps in user mode, a hypervisor may run
the whole guest in user mode and emulate what traps. Left out: timing, resources, theorems 2 and 3
(recursive and hybrid machines). Sources: Popek and Goldberg, CACM 1974; Robin and Irvine,
USENIX Security 2000, who count 17 such instructions in the Pentium.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from coursekit.sims.hypervisors.isa import OPERATIONS
from coursekit.sims.message import Message, require

__all__ = [
    "PENTIUM", "PENTIUM_COUNT", "TEACHING", "TOY", "Instruction", "Verdict", "repaired",
    "vmm_possible",
]  # fmt: skip


@dataclass(frozen=True)
class Instruction:
    """P: it traps in user mode; C: it changes mode or resources; B: its result depends on them."""

    name: str
    privileged: bool = False
    control: bool = False
    behaviour: bool = False

    def __post_init__(self) -> None:
        require(bool(self.name.strip()), "name={name}: an instruction needs a name", name=repr(self.name))  # fmt: skip

    @property
    def sensitive(self) -> bool:
        """Control- or behaviour-sensitive."""
        return self.control or self.behaviour

    @property
    def offends(self) -> bool:
        """A hypervisor should see it and does not."""
        return self.sensitive and not self.privileged


@dataclass(frozen=True)
class Verdict:
    """`offenders` by name; `why` says the rule for this set."""

    ok: bool
    offenders: tuple[str, ...]
    why: Message


def vmm_possible(instructions: Iterable[Instruction]) -> Verdict:
    """Whether trap and emulate is right for every program of this instruction set."""
    known = list(instructions)
    names = [each.name for each in known]
    twice = sorted({name for name in names if names.count(name) > 1})
    require(not twice, "name={name}: two instructions have this name", name=", ".join(twice))
    offenders = tuple(sorted(each.name for each in known if each.offends))
    if not offenders:
        why = Message.of("Every sensitive instruction traps: the hypervisor sees all it must see.")
    else:
        why = Message.of("Sensitive and no trap: {names}. In user mode they do something else, and nobody is told.", names=", ".join(offenders))  # fmt: skip
    return Verdict(not offenders, offenders, why)


def repaired(instructions: Iterable[Instruction]) -> tuple[Instruction, ...]:
    """The same set on a CPU where each sensitive instruction traps."""
    return tuple(
        Instruction(each.name, each.privileged or each.sensitive, each.control, each.behaviour)
        for each in instructions
    )


def _named(names: str) -> tuple[Instruction, ...]:
    kinds = {kind.name: kind for kind in OPERATIONS.values()}
    return tuple(
        Instruction(name, kinds[name].privileged, kinds[name].control, kinds[name].behaviour)
        for name in names.split()
    )


TEACHING = _named("ADD LOAD SYSCALL LOADCR HALT IN OUT RDMODE POPF SGDT")
TOY = _named(" ".join(kind.name for kind in OPERATIONS.values()))  # all that the toy CPU can do
PENTIUM_COUNT = 17
PENTIUM = ("SGDT", "SIDT", "SLDT", "SMSW", "PUSHF", "POPF", "LAR", "LSL", "VERR", "VERW", "STR")
