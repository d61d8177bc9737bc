"""A guest, an instruction at a time: where it is, who holds the CPU, what it has cost so far.

The record is that of `guest`: the same machine, advanced by one instruction and looked at.
"""

from dataclasses import dataclass

from coursekit.sims.hypervisors.cpu import State
from coursekit.sims.hypervisors.guest import Guest, Machine, Run
from coursekit.sims.hypervisors.monitor import Event
from coursekit.sims.message import Message, require

__all__ = ["LONGEST", "Told", "View", "tell"]

LONGEST = 2_000  # states in a record


@dataclass(frozen=True)
class View:
    """After `step` instructions. `line`: the one just done; `events`: those it caused."""

    step: int
    pc: int
    line: str
    state: State
    events: tuple[Event, ...]
    cycles: float
    why: tuple[Message, ...]

    @property
    def changed(self) -> bool:
        """The hypervisor came in, or should have."""
        return bool(self.events)


@dataclass(frozen=True)
class Told:
    """A state before the first instruction and one after each; `run`: all counts at the end."""

    guest: Guest
    states: tuple[View, ...]
    run: Run


def tell(guest: Guest) -> Told:
    """The whole record, to the end or to the guest's limit."""
    require(guest.limit <= LONGEST, "limit={limit}: a record holds {most} instructions at most", limit=guest.limit, most=LONGEST)  # fmt: skip
    teller, said = _Teller(guest), Message.of("Nothing has been executed yet: kernel mode, interrupts off.")  # fmt: skip
    states = [View(0, 0, "", teller.machine.cpu.state(), (), 0.0, (said,))]
    while states[-1].state.stop == "running":
        states.append(teller.next(len(states)))
    return Told(guest, tuple(states), teller.machine.result())


class _Teller:
    """Advances a machine by one instruction; `inside`: places left in the block that runs."""

    def __init__(self, guest: Guest) -> None:
        self.machine = Machine(guest)
        self.inside = range(0)

    def next(self, step: int) -> View:
        """The state after one more instruction."""
        machine = self.machine
        cpu, monitor, pc = machine.cpu, machine.monitor, machine.cpu.pc
        said, kernel, missed = self._translated(pc), cpu.kernel, cpu.misses
        events, told = len(monitor.events), len(monitor.told)
        machine.advance(1, whole=False)
        if monitor.told[told:] or cpu.misses != missed or cpu.pc not in self.inside:
            self.inside = range(0)  # the block was left
        said += monitor.told[told:]
        if cpu.kernel != kernel:
            said.append(_into(kernel=cpu.kernel))
        state = cpu.state()
        if state.stop != "running":
            said.append(state.why)
        return View(
            step, pc, machine.program.line(pc), state, tuple(monitor.events[events:]),
            machine.result().cycles, tuple(said or [_plain(machine)]),
        )  # fmt: skip

    def _translated(self, pc: int) -> list[Message]:
        """The block that begins here, the first time."""
        machine = self.machine
        if not machine.translating or pc in self.inside:
            return []
        new, block = pc not in machine.cache.blocks, machine.cache.at(pc)
        self.inside = range(pc + 1, pc + (block.length if block else 1))
        if not new or block is None:
            return []
        return [Message.of("Met for the first time: a block is translated and kept; its length is {length}.", length=block.length)]  # fmt: skip


def _into(*, kernel: bool) -> Message:
    if kernel:
        return Message.of("The guest is in its kernel mode now.")
    return Message.of("The guest is in its user mode now.")


def _plain(machine: Machine) -> Message:
    if machine.guest.way == "interp":
        return Message.of("Fetched, decoded and imitated by the emulator.")
    if machine.translating:
        return Message.of("Done inside a translated block.")
    return Message.of("The CPU does it directly: nobody looks.")
