"""A user logs on and opens a share, with one fault or none: what the ladder of messages shows.

Built on `kerberosplay` and the failure clinic; nothing here says what happens. A clock's fault is the
client's offset, 6 minutes where none is given. Source: RFC 4120 section 3.
"""

from dataclasses import dataclass
from functools import lru_cache

from coursekit.sims.directory.kerberoscard import Row, card
from coursekit.sims.directory.kerberosclinic import FILES, case
from coursekit.sims.directory.kerberosplay import packets, play
from coursekit.sims.directory.kerberosworld import Deed, State, lab, rings
from coursekit.sims.message import require

__all__ = ["FAULTS", "MOST", "READERS", "Story", "tell"]

FAULTS = {  # fault -> case of the clinic
    "none": "", "clock": "clock", "password": "password", "disabled": "disabled", "no_spn": "spn missing",
    "wrong_key": "spn elsewhere", "by_address": "address", "replay": "replay",
}  # fmt: skip
READERS = ("listener", "client", "KDC", FILES)
MOST, USUAL_OFFSET = 1200, 360
USUAL: tuple[Deed, ...] = (("log on",), ("open", FILES))


@dataclass(frozen=True)
class Story:
    """All states; the client's offset; how many messages there were."""

    states: tuple[State, ...]
    offset: int
    packets: int

    def sent(self, moment: int) -> tuple[State, ...]:
        """The states up to a moment in which a message is on its way."""
        return tuple(each for each in self.states[: moment + 1] if each.packet is not None)

    def card(self, moment: int) -> tuple[tuple[Row, ...], ...]:
        """For each message up to a moment, its sealed parts and who can read them."""
        sent = [each.packet for each in self.sent(moment) if each.packet]
        rows = iter(card(sent, rings(self.states[-1].world)))
        return tuple(tuple(next(rows) for _part in packet.parts) for packet in sent)


@lru_cache(maxsize=64)
def tell(fault: str = "none", offset: int = 0, *, again: bool = False) -> Story:
    """The day with this fault; `again`: the share is opened a second time."""
    require(fault in FAULTS, "fault={fault}: choose one of {faults}", fault=fault, faults=", ".join(FAULTS))  # fmt: skip
    require(abs(offset) <= MOST, "offset={offset}: choose -{most} to {most}", offset=offset, most=MOST)  # fmt: skip
    if fault == "clock":
        offset = offset or USUAL_OFFSET
    deeds = case(FAULTS[fault]).deeds if fault not in ("none", "clock") else USUAL
    more: tuple[Deed, ...] = (deeds[-1] if deeds[-1][0] == "open" else ("open", FILES),) if again else ()  # fmt: skip
    world = lab(clocks={"client": offset}) if offset else lab()
    states = play(world, (*deeds, *more))
    return Story(states, offset, packets(states))
