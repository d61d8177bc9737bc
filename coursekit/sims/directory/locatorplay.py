"""The search for a controller told step by step, with a number that the learner draws.

Built on `srv`: four controllers in Paris, one in Lyon, a subnet for each; a client in one of them or
in no subnet at all. The first draw of each question takes the learner's number, the later ones 0.
A thousand clients are drawn beside it. Source: RFC 2782; [MS-ADTS] 6.3.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from coursekit.sims.directory import srv
from coursekit.sims.directory.srv import Draw, Location, Question, Record, Subnet, Tried
from coursekit.sims.message import Message, require

__all__ = ["ADDRESSES", "CLIENTS", "CONTROLLERS", "DEAD", "MOST", "Share", "State", "Story", "tell"]

DOMAIN = "lab.example"
PARIS = (Record("dc1", weight=60), Record("dc2", weight=20), Record("dc3", weight=20), Record("dc4", priority=10, weight=0))  # fmt: skip
LYON = (Record("lyon1"),)
SUBNETS = (Subnet("10.1.0.0/16", "Paris"), Subnet("10.1.64.0/18", "Lyon"))
ADDRESSES = {"paris": "10.1.2.3", "lyon": "10.1.70.8", "none": "192.168.7.7"}
CONTROLLERS = tuple(each.target for each in (*PARIS, *LYON))
DEAD = {
    "none": (), "dc1": ("dc1",), "dc1 dc2": ("dc1", "dc2"), "dc1 dc2 dc3": ("dc1", "dc2", "dc3"),
    "lyon1": ("lyon1",), "all": CONTROLLERS,
}  # fmt: skip
MOST, CLIENTS = 100, 1000


@dataclass(frozen=True)
class Share:
    """A controller's share of the first draws: expected, and counted over so many clients."""

    target: str
    expected: float
    counted: int


@dataclass(frozen=True)
class State:
    """A moment: the question asked last, the draws of its answer so far, who was tried."""

    question: Question | None
    draws: tuple[Draw, ...]
    tried: tuple[Tried, ...]
    asked: int
    why: Message
    done: bool = False


@dataclass(frozen=True)
class Story:
    """All states, where the client is, the whole search, the shares of the first question's draw."""

    states: tuple[State, ...]
    address: str
    subnet: Subnet | None
    location: Location
    shares: tuple[Share, ...]
    seconds: float


@cache
def _zone() -> dict[str, tuple[Record, ...]]:
    return srv.zone(DOMAIN, {"Paris": PARIS, "Lyon": LYON})


def tell(draw: int, site: str = "paris", dead: str = "none", seed: int = 1) -> Story:
    """The search of a client at a site while some controllers are dead."""
    require(0 <= draw <= MOST, "draw={draw}: choose 0 to {most}", draw=draw, most=MOST)
    address = ADDRESSES[site]
    found = srv.locate(DOMAIN, address, SUBNETS, _zone(), dead=DEAD[dead], numbers=(draw,))
    subnet = srv.site_of(address, SUBNETS)
    return Story(_states(found, draw, subnet), address, subnet, found, shares(found.questions[0].answer, seed), found.seconds)  # fmt: skip


def _states(found: Location, draw: int, subnet: Subnet | None) -> tuple[State, ...]:
    """One for the address, one for each question, draw by draw up to the one who answers."""
    where = Message.of("The longest subnet that holds the address is {prefix}: the site is {site}.", prefix=subnet.prefix, site=subnet.site) if subnet else Message.of("No subnet holds the address: the client has no site.")  # fmt: skip
    states, tried = [State(None, (), (), 0, where)], list[Tried]()
    for number, question in enumerate(found.questions, 1):
        states.append(State(question, (), tuple(tried), number, question.why))
        draws = srv.order(question.answer, (draw,))
        for at, each in enumerate(draws, 1):
            if each.chosen.target in {one.target for one in tried}:
                continue
            states.append(State(question, draws[:at], tuple(tried), number, each.why))
            tried.append(next(one for one in found.tried if one.target == each.chosen.target))
            states.append(State(question, draws[:at], tuple(tried), number, tried[-1].why))
            if tried[-1].answered:
                break
    return (*states, State(question, states[-1].draws, tuple(tried), number, found.why, done=True))


@cache
def shares(records: tuple[Record, ...], seed: int) -> tuple[Share, ...]:
    """Who comes first how often: by counting all numbers, and over a thousand clients."""
    chances = srv.chances(records)
    counted = srv.counted(records, CLIENTS, np.random.default_rng([seed, 53]))
    return tuple(Share(each.target, 100 * float(chances[each.target]), counted[each.target]) for each in records)  # fmt: skip
