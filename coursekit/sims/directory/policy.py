"""Group policy: the order in which policies are applied, and which one has the last word.

Modelled: the chain Local, Site, Domain, OU … OU; link order, links that are off, block inheritance,
enforced links (the highest container wins, the reverse of the usual); what a policy is filtered by:
rights to read and apply it, a WMI condition, a half that is off, local policy turned off; loopback;
account policy, which counts from the domain's own links only; the time to the next refresh. Every
link says what became of it and why. Lab rule: a WMI condition compares one fact of the computer.
Left out: preferences, client-side extensions, slow links, fine-grained password policies.
Sources: [MS-GPOL] 3.2.5.1.5; Microsoft Learn, "Group Policy processing", "Loopback processing".
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["ANYBODY", "Chain", "Container", "Gpo", "Half", "Link", "Loopback", "Outcome", "Setting", "Step", "Target", "account_policy", "effective", "loopback", "order", "refresh"]  # fmt: skip

Kind = Literal["local", "site", "domain", "ou"]
Half = Literal["user", "computer"]
Loopback = Literal["normal", "merge", "replace"]
ANYBODY = "Authenticated Users"
EVERY, SPREAD, CONTROLLER = 90, 30, 5  # minutes


@dataclass(frozen=True)
class Link:
    """A policy linked to a container; order 1 has the last word there."""

    order: int
    gpo: str
    enforced: bool = False
    enabled: bool = True

    def __post_init__(self) -> None:
        require(self.order >= 1, "order={order}: choose 1 or more", order=self.order)


@dataclass(frozen=True)
class Container:
    """A place in the chain with its links."""

    name: str
    kind: Kind
    links: tuple[Link, ...] = ()
    block: bool = False

    def __post_init__(self) -> None:
        require(self.kind in get_args(Kind), "kind={kind}: choose one of {choices}", kind=self.kind, choices=", ".join(get_args(Kind)))  # fmt: skip
        orders = [each.order for each in self.links]
        require(len(set(orders)) == len(orders), "order={orders}: a number twice in {name}", orders=orders, name=self.name)  # fmt: skip
        if self.kind == "local":
            require(not any(each.enforced for each in self.links), "enforced: a local policy is linked to nothing and cannot be enforced")  # fmt: skip
            require(not self.block, "block: the local policy inherits nothing")

    @property
    def falling(self) -> tuple[Link, ...]:
        """Links from the highest number to 1, as they are applied."""
        return tuple(sorted(self.links, key=lambda each: -each.order))


Chain = tuple[Container, ...]


@dataclass(frozen=True)
class Gpo:
    """A policy: settings for users and for computers, whom it applies to.

    `apply` names those who may read and apply it, `refuse` those who are denied to apply it;
    `wmi` is a fact and the value it must have.
    """

    name: str
    user: Mapping[str, Any] = field(default_factory=dict)
    computer: Mapping[str, Any] = field(default_factory=dict)
    apply: frozenset[str] = frozenset({ANYBODY})
    refuse: frozenset[str] = frozenset()
    wmi: tuple[str, Any] | None = None
    off: frozenset[Half] = frozenset()

    def settings(self, half: Half) -> Mapping[str, Any]:
        """What it sets in one half."""
        return self.user if half == "user" else self.computer


@dataclass(frozen=True)
class Target:
    """Who is being configured: the names in the token, facts of the computer, whether local policy counts."""

    token: frozenset[str] = frozenset({ANYBODY})
    facts: Mapping[str, Any] = field(default_factory=dict)
    local: bool = True


@dataclass(frozen=True)
class Step:
    """A link in its turn: whether its policy counts, why, and the winners after it."""

    container: str
    link: Link
    counts: bool
    why: Message
    sets: Mapping[str, Any] = field(default_factory=dict)
    winners: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Setting:
    """Who won a setting, with which value; who lost, the strongest first."""

    winner: str
    value: Any
    losers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """The resultant set: what is in force, and every link with what became of it."""

    settings: Mapping[str, Setting]
    steps: tuple[Step, ...]

    @property
    def applied(self) -> tuple[str, ...]:
        """Policies that count, in the order in which they are applied."""
        return tuple(each.link.gpo for each in self.steps if each.counts)


def checked(chain: Sequence[Container]) -> Chain:
    """The chain, if it can be one."""
    require(len(chain) > 0 and chain[0].kind == "local", "chain: the local policy comes first")
    require(all(each.kind != "local" for each in chain[1:]), "chain: there is one local policy only")  # fmt: skip
    return tuple(chain)


def order(chain: Sequence[Container]) -> tuple[tuple[Container, Link], ...]:
    """Links that count before any filter, in the order in which they are applied."""
    return tuple((each, link) for each, link, dropped in _turns(checked(chain)) if dropped is None)


def _turns(chain: Chain) -> Iterator[tuple[Container, Link, Message | None]]:
    """Every link once: those that stay out first (with the reason), then those that are applied."""
    first = max((at for at, each in enumerate(chain) if each.block), default=0)
    normal = list[tuple[Container, Link, Message | None]]()
    for at, each in enumerate(chain):
        for link in each.falling:
            if not link.enabled:
                yield each, link, Message.of("The link is off.")
            elif link.enforced:
                continue
            elif 0 < at < first:
                yield each, link, Message.of("{blocker} blocks inheritance.", blocker=chain[first].name)  # fmt: skip
            else:
                normal.append((each, link, None))
    yield from normal
    for each in reversed(chain):
        yield from ((each, link, None) for link in each.falling if link.enforced and link.enabled)


def effective(chain: Sequence[Container], gpos: Iterable[Gpo], half: Half = "user", target: Target | None = None) -> Outcome:  # fmt: skip
    """What is in force for one half, step by step."""
    return _played(_turns(checked(chain)), gpos, half, target or Target())


def loopback(
    own: Sequence[Container], computer: Sequence[Container], gpos: Iterable[Gpo], mode: Loopback, target: Target | None = None,
) -> Outcome:  # fmt: skip
    """User settings of somebody whose chain is `own`, at a computer whose chain is `computer`."""
    require(mode in get_args(Loopback), "mode={mode}: choose one of {choices}", mode=mode, choices=", ".join(get_args(Loopback)))  # fmt: skip
    turns = list[tuple[Container, Link, Message | None]]()
    if mode != "replace":
        turns += _turns(checked(own))
    if mode != "normal":
        turns += _turns(checked(computer))
    return _played(turns, gpos, "user", target or Target())


def _played(turns: Iterable[tuple[Container, Link, Message | None]], gpos: Iterable[Gpo], half: Half, target: Target) -> Outcome:  # fmt: skip
    by_name = {each.name: each for each in gpos}
    found, steps = dict[str, Setting](), list[Step]()
    for container, link, dropped in turns:
        if link.gpo not in by_name:
            raise ParameterError("gpo={gpo}: there is no such policy", gpo=link.gpo)
        gpo = by_name[link.gpo]
        out = dropped or _filtered(container, gpo, half, target)
        sets = {} if out else gpo.settings(half)
        for name, value in sets.items():
            found[name] = _won(found.get(name), gpo.name, value)
        why = out or _why(container, link, sets)
        steps.append(Step(container.name, link, out is None, why, dict(sets), {name: each.winner for name, each in found.items()}))  # fmt: skip
    return Outcome(found, tuple(steps))


def _won(before: Setting | None, gpo: str, value: Any) -> Setting:
    if before is None:
        return Setting(gpo, value)
    losers = (before.winner, *before.losers)
    return Setting(gpo, value, tuple(dict.fromkeys(each for each in losers if each != gpo)))


def _filtered(container: Container, gpo: Gpo, half: Half, target: Target) -> Message | None:
    """Why a policy does not count for a target, if it does not."""
    if container.kind == "local" and not target.local:
        return Message.of("Local policy is turned off.")
    if half in gpo.off:
        return Message.of("This half of {gpo} is off.", gpo=gpo.name)
    refused = sorted(gpo.refuse & target.token)
    if refused:
        return Message.of("{who} is denied to apply {gpo}.", who=refused[0], gpo=gpo.name)
    if container.kind != "local" and not gpo.apply & target.token:
        return Message.of("Nobody in the token may read and apply {gpo}.", gpo=gpo.name)
    if gpo.wmi is not None and target.facts.get(gpo.wmi[0]) != gpo.wmi[1]:
        return Message.of("The WMI condition does not hold: {fact} is not {value}.", fact=gpo.wmi[0], value=gpo.wmi[1])  # fmt: skip
    return None


def _why(container: Container, link: Link, sets: Mapping[str, Any]) -> Message:
    values = {"gpo": link.gpo, "container": container.name, "order": link.order}
    if not sets:
        return Message.of("{gpo} is applied and sets nothing here.", **values)
    if link.enforced:
        return Message.of("{gpo} is enforced at {container}: after all that is not, and after what is enforced below.", **values)  # fmt: skip
    if len(container.links) > 1:
        return Message.of("{gpo} is linked to {container} with order {order}: 1 comes last there.", **values)  # fmt: skip
    return Message.of("{gpo} is linked to {container}.", **values)


def account_policy(chain: Sequence[Container], gpos: Iterable[Gpo], target: Target | None = None) -> Outcome:  # fmt: skip
    """Password and lockout rules of domain accounts: only what is linked to the domain itself."""
    domain = [each for each in checked(chain) if each.kind == "domain"]
    require(len(domain) == 1, "domains={count}: the chain needs one", count=len(domain))
    alone = Container(domain[0].name, "domain", domain[0].links)
    return effective((Container("local", "local"), alone), gpos, "computer", target)


def refresh(rng: np.random.Generator, *, controller: bool = False) -> float:
    """Minutes to the next refresh: 90 and up to 30 at random; 5 for a domain controller."""
    return float(CONTROLLER) if controller else EVERY + float(rng.uniform(0, SPREAD))
