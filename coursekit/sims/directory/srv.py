"""How a client finds a domain controller: its site, the questions to DNS, the draw among records.

Modelled: RFC 2782's draw, every step of it; how often each target comes first, counted over all
random numbers; the site of an address by the longest prefix; the questions of the DC locator in
order, first for the site, then for the domain; a controller that is dead costs a wait and the next
one is tried. Lab rule: one second for a controller that does not answer. Left out: DNS's own caches,
the locator's 15-minute cache, sites that stand in for the empty ones.
Sources: RFC 2782; [MS-ADTS] 6.3.2 and 6.3.6.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from ipaddress import ip_address, ip_network

import numpy as np

from coursekit.sims.message import Message, ParameterError, require

__all__ = ["PING_SECONDS", "Draw", "Location", "Question", "Record", "Subnet", "Tried", "chances", "counted", "first_choice", "locate", "order", "questions", "site_of", "zone"]  # fmt: skip

PING_SECONDS = 1.0
PORTS = {"ldap": 389, "kerberos": 88, "gc": 3268}
MOST = 1 << 16


@dataclass(frozen=True)
class Record:
    """An SRV record: a lower priority is asked first, weights share among equals."""

    target: str
    priority: int = 0
    weight: int = 100
    port: int = 389

    def __post_init__(self) -> None:
        for name in ("priority", "weight", "port"):
            value = getattr(self, name)
            require(0 <= value < MOST, "{name}={value}: choose 0 to 65535", name=name, value=value)


@dataclass(frozen=True)
class Draw:
    """One step: who is left with running sums, the number drawn, who it takes."""

    priority: int
    left: tuple[Record, ...]
    sums: tuple[int, ...]
    number: int
    chosen: Record
    why: Message


def order(records: Sequence[Record], numbers: Sequence[int] = (), rng: np.random.Generator | None = None) -> tuple[Draw, ...]:  # fmt: skip
    """All records in the order of RFC 2782; `numbers` are the draws, then the generator, then 0.

    A number beyond the sum counts as the sum.
    """
    require(all(each >= 0 for each in numbers), "numbers={numbers}: choose 0 or more", numbers=list(numbers))  # fmt: skip
    given, found = iter(numbers), list[Draw]()
    for priority in sorted({each.priority for each in records}):
        left = _zeros_first([each for each in records if each.priority == priority])
        while left:
            total = sum(each.weight for each in left)
            drawn = int(rng.integers(0, total + 1)) if rng is not None else 0
            step = _draw(priority, left, min(next(given, drawn), total))
            found.append(step)
            left.remove(step.chosen)
    return tuple(found)


def _zeros_first(records: Sequence[Record]) -> list[Record]:
    return sorted(records, key=lambda each: each.weight > 0)  # a stable sort keeps the rest


def _draw(priority: int, left: Sequence[Record], number: int) -> Draw:
    sums, total = list[int](), 0
    for each in left:
        sums.append(total := total + each.weight)
    at = next(place for place, each in enumerate(sums) if each >= number)
    why = Message.of("{number} of 0 to {total}: {target} has the first running sum that is not below it, {sum}", number=number, total=total, target=left[at].target, sum=sums[at])  # fmt: skip
    return Draw(priority, tuple(left), tuple(sums), number, left[at], why)


def first_choice(records: Sequence[Record]) -> dict[str, int]:
    """How many of the whole numbers 0 to the sum take each target first."""
    require(bool(records), "records=0: give one or more")
    lowest = min(each.priority for each in records)
    left = _zeros_first([each for each in records if each.priority == lowest])
    before, found = -1, {each.target: 0 for each in left}
    total = 0
    for each in left:
        total += each.weight
        found[each.target] += total - before
        before = total
    return found


def chances(records: Sequence[Record]) -> dict[str, Fraction]:
    """The chance of each target to come first: 0 for those of a higher priority number."""
    found = first_choice(records)
    total = sum(found.values())
    return {each.target: Fraction(found.get(each.target, 0), total) for each in records}


def counted(records: Sequence[Record], times: int, rng: np.random.Generator) -> dict[str, int]:
    """How often each target came first in so many draws."""
    require(0 <= times <= 100_000, "times={times}: choose 0 to 100000", times=times)
    share = first_choice(records)
    total = sum(share.values())
    edges = np.cumsum(list(share.values()))
    names = list(share)
    seen = Counter(names[int(at)] for at in np.searchsorted(edges, rng.integers(0, total, times), side="right"))  # fmt: skip
    return {each.target: seen[each.target] for each in records}


@dataclass(frozen=True)
class Subnet:
    """A range of addresses and the site it belongs to."""

    prefix: str
    site: str

    def __post_init__(self) -> None:
        try:
            ip_network(self.prefix)
        except ValueError:
            raise ParameterError("prefix={prefix}: write a network such as 10.1.0.0/16, with zeros behind the prefix", prefix=self.prefix) from None  # fmt: skip


def site_of(address: str, subnets: Sequence[Subnet]) -> Subnet | None:
    """The subnet with the longest prefix that holds the address."""
    try:
        asked = ip_address(address)
    except ValueError:
        raise ParameterError("address={address}: write an address such as 10.1.2.3", address=address) from None  # fmt: skip
    holding = [each for each in subnets if asked in ip_network(each.prefix)]
    return max(holding, key=lambda each: ip_network(each.prefix).prefixlen, default=None)


def zone(domain: str, sites: Mapping[str, Sequence[Record]]) -> dict[str, tuple[Record, ...]]:
    """What the controllers of a domain write into DNS: each under its site and under the domain."""
    found: dict[str, tuple[Record, ...]] = {}
    for service, port in PORTS.items():
        if service == "gc":
            continue  # a matter of the forest
        for site, records in sites.items():
            own = tuple(replace(each, port=port) for each in records)
            near, far = questions(domain, site, service)
            found[near] = own
            found[far] = (*found.get(far, ()), *own)
    return found


@dataclass(frozen=True)
class Question:
    """A name asked of DNS for SRV records, what came, and why it was asked."""

    name: str
    answer: tuple[Record, ...]
    why: Message


@dataclass(frozen=True)
class Tried:
    """A controller asked: whether it answered, and the seconds gone since the begin."""

    target: str
    answered: bool
    at: float
    why: Message


@dataclass(frozen=True)
class Location:
    """The whole search: questions, controllers tried, the one found."""

    site: str
    questions: tuple[Question, ...]
    tried: tuple[Tried, ...]
    found: str
    seconds: float
    why: Message


def questions(domain: str, site: str = "", service: str = "ldap", forest: str = "") -> tuple[str, ...]:  # fmt: skip
    """The names of the records, the site's first."""
    require(service in PORTS, "service={service}: choose one of {choices}", service=service, choices=", ".join(PORTS))  # fmt: skip
    if service == "gc":
        names = [f"_gc._tcp.{site}._sites.{forest or domain}"] if site else []
        return (*names, f"_gc._tcp.{forest or domain}")
    within = f"dc._msdcs.{domain}"
    if service == "kerberos":
        near = [f"_kerberos._tcp.{site}._sites.{within}"] if site else []
        return (*near, f"_kerberos._tcp.{domain}")
    return (*([f"_ldap._tcp.{site}._sites.{within}"] if site else []), f"_ldap._tcp.{within}")


def locate(
    domain: str, address: str, subnets: Sequence[Subnet], zone: Mapping[str, Sequence[Record]],
    *, dead: Collection[str] = (), rng: np.random.Generator | None = None, service: str = "ldap",
    forest: str = "", numbers: Sequence[int] = (),
) -> Location:  # fmt: skip
    """From an address to a controller that answers, or to none; `numbers` as in `order`."""
    subnet = site_of(address, subnets)
    site = subnet.site if subnet else ""
    asked, tried, at = list[Question](), list[Tried](), 0.0
    for name in questions(domain, site, service, forest):
        answer = tuple(zone.get(name, ()))
        asked.append(Question(name, answer, _why_asked(name, site, answer)))
        known = {each.target for each in tried}
        for each in order(answer, numbers, rng):
            if each.chosen.target in known:
                continue  # it was silent a moment ago
            alive = each.chosen.target not in dead
            at += 0 if alive else PING_SECONDS
            tried.append(Tried(each.chosen.target, alive, at, _why_tried(each.chosen.target, alive)))  # fmt: skip
            if alive:
                why = Message.of("{target} answers: the client stays with it", target=each.chosen.target)  # fmt: skip
                return Location(site, tuple(asked), tuple(tried), each.chosen.target, at, why)
    return Location(site, tuple(asked), tuple(tried), "", at, _why_none(tried))


def _why_asked(name: str, site: str, answer: Sequence[Record]) -> Message:
    count = len(answer)
    if "._sites." in name:
        return Message.of("Is there a controller in the site {site}? Records found: {count}.", site=site, count=count)  # fmt: skip
    if site:
        return Message.of("Nobody in the site {site} answered: any controller? Records found: {count}.", site=site, count=count)  # fmt: skip
    return Message.of("No subnet holds this address, so it has no site: any controller? Records found: {count}.", count=count)  # fmt: skip


def _why_tried(target: str, alive: bool) -> Message:
    if alive:
        return Message.of("{target}: it answers", target=target)
    return Message.of("{target}: no answer within {seconds:.0f} s, the next one", target=target, seconds=PING_SECONDS)  # fmt: skip


def _why_none(tried: Sequence[Tried]) -> Message:
    if tried:
        return Message.of("The domain cannot be contacted: none of its controllers answers.")
    return Message.of("The domain cannot be contacted: DNS has no SRV record for it.")
