"""Containers from chroot to Kubernetes: events to put in order, and who started Docker's containers.

Modelled: dates by month, and a line on which a card is put between two that lie there. Left out:
everything that led nowhere here (OpenVZ, rkt, Solaris zones), and who was first on paper.
Sources: release notes and announcements of Docker, Linux (kernel.org, man pages), LXC, OCI,
Kubernetes, FreeBSD.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from coursekit.sims.message import Message, require

__all__ = ["EVENTS", "Event", "Line", "Put", "drivers", "play"]


@dataclass(frozen=True)
class Event:
    """Something that happened; `month` 0 where only the year matters."""

    slug: str
    year: int
    month: int
    name: Message
    why: Message

    @property
    def when(self) -> tuple[int, int]:
        """For comparing."""
        return self.year, self.month


@dataclass(frozen=True)
class Put:
    """The learner puts this card into gap `gap`: before the card that lies at this place."""

    slug: str
    gap: int


@dataclass(frozen=True)
class Line:
    """The cards on the line, in order; the one put last, whether it fitted, and the count right."""

    cards: tuple[Event, ...]
    last: Event | None = None
    fitted: bool = True
    right: int = 0


# fmt: off
EVENTS: tuple[Event, ...] = (
    Event("chroot", 1979, 0, Message.of("chroot"), Message.of("Unix lets a process see another folder as its root: the first wall around files.")),
    Event("jails", 2000, 3, Message.of("FreeBSD jails"), Message.of("Files, processes, users and network set apart together, in one system.")),
    Event("mnt", 2002, 8, Message.of("first Linux namespace"), Message.of("The mount namespace, in Linux 2.4.19; the others followed until 2013 and later.")),
    Event("cgroups", 2008, 1, Message.of("cgroups"), Message.of("Budgets for groups of processes enter Linux 2.6.24.")),
    Event("lxc", 2008, 8, Message.of("LXC"), Message.of("Tools that put namespaces and cgroups together into a container of a whole system.")),
    Event("docker", 2013, 3, Message.of("Docker"), Message.of("Images in layers, a registry and one command; the containers themselves are started by LXC.")),
    Event("libcontainer", 2014, 3, Message.of("Docker without LXC"), Message.of("Docker 0.9 speaks to the kernel by itself, through libcontainer; LXC stays as a choice.")),
    Event("kubernetes", 2014, 6, Message.of("Kubernetes"), Message.of("Google announces a program that keeps containers running on many machines.")),
    Event("oci", 2015, 6, Message.of("OCI and runc"), Message.of("Docker and others agree on one form of images and of starting containers; runc comes out of libcontainer.")),
    Event("no_lxc", 2016, 2, Message.of("LXC driver removed"), Message.of("Docker 1.10 can no longer use LXC at all.")),
    Event("cgroup2", 2016, 3, Message.of("cgroup v2"), Message.of("One tree for all budgets becomes official with Linux 4.5.")),
    Event("containerd", 2016, 4, Message.of("containerd"), Message.of("Docker 1.11 is cut in parts: its daemon asks containerd, which starts runc.")),
    Event("swarm", 2016, 7, Message.of("Swarm mode"), Message.of("Docker 1.12 joins several Engines into a cluster: one Engine is one host, Docker is more.")),
    Event("dockershim", 2022, 5, Message.of("Kubernetes without Docker"), Message.of("Kubernetes 1.24 speaks to containerd or CRI-O directly; images are the same.")),
)
# fmt: on
_BY_SLUG = {event.slug: event for event in EVENTS}


def play(start: Sequence[str], puts: Sequence[Put]) -> tuple[Line, ...]:
    """The line at the start and after each card; a card put wrongly goes to its own place."""
    lines = [Line(tuple(sorted((_event(slug) for slug in start), key=lambda each: each.when)))]
    for put in puts:
        lines.append(_after(lines[-1], put))
    return tuple(lines)


def _after(line: Line, put: Put) -> Line:
    event = _event(put.slug)
    require(event not in line.cards, "card={name}: it lies on the line already", name=event.name)
    most = len(line.cards)
    require(0 <= put.gap <= most, "gap={gap}: choose 0 to {most}", gap=put.gap, most=most)
    fitted = fits(line.cards, event, put.gap)
    cards = tuple(sorted((*line.cards, event), key=lambda each: each.when))
    return Line(cards, event, fitted, line.right + fitted)


def fits(cards: Sequence[Event], event: Event, gap: int) -> bool:
    """Put into this gap, the card keeps the order."""
    before, after = cards[:gap], cards[gap:]
    return all(each.when <= event.when for each in before) and all(
        event.when <= each.when for each in after
    )


def drivers(year: int, month: int) -> Message:
    """What starts a container of Docker in this month."""
    when = (year, month)
    if when < _BY_SLUG["docker"].when:
        return Message.of("there is no Docker yet")
    if when < _BY_SLUG["libcontainer"].when:
        return Message.of("LXC")
    if when < _BY_SLUG["no_lxc"].when:
        return Message.of("libcontainer; LXC if asked for")
    if when < _BY_SLUG["containerd"].when:
        return Message.of("libcontainer")
    return Message.of("containerd and runc")


def _event(slug: str) -> Event:
    require(slug in _BY_SLUG, "card={slug}: choose one of {slugs}", slug=slug, slugs=", ".join(_BY_SLUG))  # fmt: skip
    return _BY_SLUG[slug]
