"""The messages of Kerberos as they travel, and who can read what part of them with which key.

Modelled: every actor hears every message, opens what his keys open, and finds more keys inside.
Nothing here knows what a message means: the card is worked out. Source: RFC 4120 section 5.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursekit.sims.directory.kerberos import Key, Sealed, learned
from coursekit.sims.message import Message

__all__ = ["Packet", "Row", "card"]


@dataclass(frozen=True)
class Packet:
    """A message: its name, from whom to whom, what is open, what is sealed."""

    name: str
    sender: str
    receiver: str
    clear: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Sealed, ...] = ()


@dataclass(frozen=True)
class Row:
    """A line of the card of messages: a part, its key, who can read it."""

    packet: str
    part: Message
    key: str
    readers: tuple[str, ...]


def card(packets: Iterable[Packet], rings: Mapping[str, Iterable[Key]]) -> tuple[Row, ...]:
    """Who can read what, worked out: each actor hears all packets and opens what his keys open."""
    heard = tuple(packets)
    every = [part for packet in heard for part in packet.parts]
    held = {name: learned(keys, every) for name, keys in rings.items()}
    return tuple(
        Row(packet.name, part.label, part.key.name, tuple(name for name, keys in held.items() if part.key in keys))
        for packet in heard for part in packet.parts
    )  # fmt: skip
