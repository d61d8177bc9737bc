"""A unit in a unit in a domain, with policies at every place: which of them has the last word.

Built on `policy`, which decides everything. Modelled: one user and one PC, the policies that meet them,
the four things that an administrator does about them (block, enforce, turn the order of links round,
filter by a group), loopback at a PC in the hall, the account policy. Left out: as there.
Source: [MS-GPOL] 3.2.5.1.5; Microsoft Learn, "Group Policy processing", "Loopback processing".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from coursekit.sims.directory import policy
from coursekit.sims.directory.policy import (  # fmt: skip
    ANYBODY,
    Chain,
    Container,
    Gpo,
    Link,
    Loopback,
    Outcome,
    Setting,
    Step,
    Target,
)
from coursekit.sims.message import Message, require

__all__ = ["BLOCKS", "GPOS", "GROUP", "LENGTH", "LOOPBACKS", "ORDERS", "SETTINGS", "USER_CHAIN", "Asked", "Row", "ask", "lesson"]  # fmt: skip

Block = Literal["none", "ou", "leaf"]
Order = Literal["ddp_first", "sec_first"]
Mode = Literal["none", "merge", "replace"]
BLOCKS: tuple[Block, ...] = get_args(Block)
ORDERS: tuple[Order, ...] = get_args(Order)
LOOPBACKS: tuple[Mode, ...] = get_args(Mode)

WALL, LOCK, USB, PROXY = "wallpaper", "lock after", "USB sticks", "proxy"
LENGTH = "password length"
SETTINGS = (WALL, LOCK, USB, PROXY)
GROUP = "G_Managers"  # who alone may apply LEAF once it is filtered; the user is not in it
GPOS = (
    Gpo("LOCAL", user={WALL: "hills.jpg", PROXY: "direct"}),
    Gpo("SITE", user={PROXY: "paris:3128"}),
    Gpo("DDP", user={WALL: "logo.jpg", LOCK: "15 min"}, computer={LENGTH: 12}),
    Gpo("SEC", user={LOCK: "5 min", USB: "off"}),
    Gpo("UNIT", user={WALL: "staff.jpg", USB: "on"}),
    Gpo("LEAF", user={WALL: "sales.jpg", LOCK: "60 min"}, computer={LENGTH: 8}),
    Gpo("KIOSK", user={WALL: "map.jpg", USB: "off", PROXY: "hall:3128"}),
)
PC, SITE, DOMAIN, OU, LEAF, HALL = "PC-12", "Paris", "lab.example", "Staff", "Sales", "Hall"
USER_CHAIN = (PC, SITE, DOMAIN, OU, LEAF)


@dataclass(frozen=True)
class Row:
    """A link in its turn: what its policy would set, whether it counts, and whose list it is from."""

    step: Step
    sets: Mapping[str, Any]
    computer: bool  # from the PC's list (loopback)


@dataclass(frozen=True)
class Asked:
    """The containers, the links in the order of their turns, and what is in force."""

    own: Chain
    pc: Chain
    rows: tuple[Row, ...]
    outcome: Outcome
    accounts: Setting

    @property
    def applied(self) -> tuple[str, ...]:
        """Policies that count, the last of them with the last word."""
        return self.outcome.applied

    @property
    def rivals(self) -> tuple[str, ...]:
        """Policies that set the account policy too, at a place where that does not count."""
        return tuple(each.name for each in GPOS if LENGTH in each.computer and each.name != self.accounts.winner)  # fmt: skip


def ask(*, block: str = "none", enforce_domain: bool = False, enforce_ou: bool = False, order: str = "ddp_first", loopback: str = "none", filtered: bool = False) -> Asked:  # fmt: skip
    """What is in force for the user of the leaf unit, and by whom."""
    for name, value, choices in (("block", block, BLOCKS), ("order", order, ORDERS), ("loopback", loopback, LOOPBACKS)):  # fmt: skip
        require(value in choices, "{name}={value}: choose one of {choices}", name=name, value=value, choices=", ".join(choices))  # fmt: skip
    top = _top(order, enforced=enforce_domain)
    own = (
        *top,
        Container(OU, "ou", (Link(1, "UNIT", enforce_ou),), block == "ou"),
        Container(LEAF, "ou", (Link(1, "LEAF"),), block == "leaf"),
    )
    pc = (*top, Container(HALL, "ou", (Link(1, "KIOSK"),)))
    gpos = tuple(replace(each, apply=frozenset({GROUP})) if filtered and each.name == "LEAF" else each for each in GPOS)  # fmt: skip
    outcome = policy.loopback(own, pc, gpos, _mode(loopback), Target(frozenset({ANYBODY, "alice", "G_Sales"})))  # fmt: skip
    accounts = policy.account_policy(own, gpos).settings[LENGTH]
    return Asked(own, pc, _rows(outcome, own, loopback), outcome, accounts)


def _top(order: str, *, enforced: bool) -> Chain:
    """What user and PC have above them: local, site, domain."""
    first, second = ("DDP", "SEC") if order == "ddp_first" else ("SEC", "DDP")
    links = (Link(1, first, enforced), Link(2, second, enforced))
    return (
        Container(PC, "local", (Link(1, "LOCAL"),)),
        Container(SITE, "site", (Link(1, "SITE"),)),
        Container(DOMAIN, "domain", links),
    )


def _mode(loopback: str) -> Loopback:
    return "merge" if loopback == "merge" else "replace" if loopback == "replace" else "normal"


def _rows(outcome: Outcome, own: Chain, loopback: str) -> tuple[Row, ...]:
    """The steps; with loopback those of the PC's list are the later ones."""
    users = 0 if loopback == "replace" else sum(len(each.links) for each in own)
    sets = {each.name: each.user for each in GPOS}
    return tuple(Row(step, sets[step.link.gpo], at >= users) for at, step in enumerate(outcome.steps))  # fmt: skip


def lesson(asked: Asked) -> Message:
    """What decided about the first setting, in a sentence."""
    winner = asked.outcome.settings[WALL].winner
    step = next(each for each in reversed(asked.outcome.steps) if each.link.gpo == winner and each.counts)  # fmt: skip
    values = {"gpo": winner, "container": step.container}
    if step.link.enforced:
        return Message.of("{gpo} is enforced at {container}: it passes every block and comes after all that is not enforced.", **values)  # fmt: skip
    return Message.of("{gpo}, linked to {container}, is the last one that sets it.", **values)
