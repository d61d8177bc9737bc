"""An access list read entry by entry, as Windows reads it.

Modelled: the access check of [MS-DTYP] 2.5.3.2: entries in stored order, only those that name
somebody in the token, a deny ends it, an allow takes bits off what remains; no list grants all, an
empty one nothing; the owner always may read and change the list. The canonical order, and the list
that a child inherits. Over the network the share's list counts too: both must allow. Left out:
object types and property sets, claims, integrity levels, audit, OWNER RIGHTS, privileges, entries
for children only. Sources: [MS-DTYP] 2.4.3, 2.4.4, 2.5.3.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from coursekit.sims.message import Message, require

__all__ = ["CHANGE", "FULL", "READ", "READ_CONTROL", "RIGHTS", "WRITE", "WRITE_DAC", "Ace", "Acl", "Check", "Step", "access", "canonical", "effective", "inherited", "is_canonical", "named", "network"]  # fmt: skip

READ, WRITE, EXECUTE, DELETE = 1, 2, 4, 8
READ_CONTROL, WRITE_DAC, WRITE_OWNER = 0x20000, 0x40000, 0x80000
RIGHTS = {"read": READ, "write": WRITE, "execute": EXECUTE, "delete": DELETE, "read the list": READ_CONTROL, "change the list": WRITE_DAC, "take ownership": WRITE_OWNER}  # fmt: skip
WORDS = {
    READ: Message.of("to read"), WRITE: Message.of("to write"), EXECUTE: Message.of("to execute"),
    DELETE: Message.of("to delete"), READ_CONTROL: Message.of("to read the list"),
    WRITE_DAC: Message.of("to change the list"), WRITE_OWNER: Message.of("to take ownership"),
}  # fmt: skip
CHANGE = READ | WRITE | EXECUTE | DELETE
FULL = sum(RIGHTS.values())
OWNERS = READ_CONTROL | WRITE_DAC


@dataclass(frozen=True)
class Ace:
    """An entry; `level` 0 is explicit, 1 comes from the parent, 2 from the grandparent …"""

    kind: Literal["allow", "deny"]
    who: str
    mask: int
    level: int = 0

    def __post_init__(self) -> None:
        require(self.kind in ("allow", "deny"), "kind={kind}: choose allow or deny", kind=self.kind)
        require(0 < self.mask <= FULL and not self.mask & ~FULL, "mask={mask}: choose among the bits of {full}", mask=self.mask, full=FULL)  # fmt: skip
        require(self.level >= 0, "level={level}: choose 0 or more", level=self.level)


Acl = tuple[Ace, ...]


@dataclass(frozen=True)
class Step:
    """An entry read: what was left to grant before and after it."""

    ace: Ace | None  # None: the owner's own right, before the list
    counts: bool
    before: int
    after: int
    denied: int
    why: Message


@dataclass(frozen=True)
class Check:
    """The answer, the steps up to it, and what was never granted."""

    granted: bool
    wanted: int
    missing: int
    steps: tuple[Step, ...]
    unread: Acl
    why: Message


def named(mask: int) -> Message:
    """Bits as words, each of them translated by who shows them."""
    words = {f"r{bit}": WORDS[bit] for bit in RIGHTS.values() if mask & bit}
    text = ", ".join(f"{{{name}}}" for name in words) or "–"
    return Message(text, words)


def access(token: Collection[str], acl: Acl | None, wanted: int, owner: str = "") -> Check:
    """Whether all the wanted bits are granted; `acl` None is an object without a list."""
    require(wanted > 0 and not wanted & ~FULL, "wanted={wanted}: choose among the bits of {full}", wanted=wanted, full=FULL)  # fmt: skip
    if acl is None:
        return Check(True, wanted, 0, (), (), Message.of("There is no list: everybody may do everything."))  # fmt: skip
    steps, left = list[Step](), wanted
    if owner in token and wanted & OWNERS:
        left = wanted & ~OWNERS
        steps.append(Step(None, True, wanted, left, 0, Message.of("The owner may always read and change the list.")))  # fmt: skip
    for at, ace in enumerate(acl):
        if not left:
            return _granted(wanted, steps, acl[at:])
        step = _read(ace, token, left)
        steps.append(step)
        left = step.after
        if step.denied:
            return Check(False, wanted, left, tuple(steps), acl[at + 1 :], Message.of("Denied by the entry for {who}.", who=ace.who))  # fmt: skip
    if not left:
        return _granted(wanted, steps, ())
    why = Message.of("The end of the list, and not granted: {rights}. Denied.", rights=named(left))
    return Check(False, wanted, left, tuple(steps), (), why)


def _granted(wanted: int, steps: Sequence[Step], unread: Acl) -> Check:
    return Check(True, wanted, 0, tuple(steps), unread, Message.of("Everything asked for is granted."))  # fmt: skip


def _read(ace: Ace, token: Collection[str], left: int) -> Step:
    bits = ace.mask & left
    if ace.who not in token:
        return Step(
            ace, False, left, left, 0, Message.of("{who} is not in the token.", who=ace.who)
        )
    if not bits:
        return Step(ace, True, left, left, 0, Message.of("{who} is in the token, but these bits are not asked for any more.", who=ace.who))  # fmt: skip
    if ace.kind == "deny":
        return Step(ace, True, left, left, bits, Message.of("{who} is in the token; denied: {rights}. The reading ends.", who=ace.who, rights=named(bits)))  # fmt: skip
    return Step(ace, True, left, left & ~bits, 0, Message.of("{who} is in the token; granted: {rights}.", who=ace.who, rights=named(bits)))  # fmt: skip


def effective(token: Collection[str], acl: Acl | None, owner: str = "") -> int:
    """All bits that a token would be granted, each asked for alone."""
    return sum(bit for bit in RIGHTS.values() if access(token, acl, bit, owner).granted)


def canonical(acl: Acl) -> Acl:
    """Explicit before inherited, nearer before farther, deny before allow; else as stored."""
    return tuple(sorted(acl, key=lambda ace: (ace.level, ace.kind == "allow")))


def is_canonical(acl: Acl) -> bool:
    """Whether tools would leave the order alone."""
    return canonical(acl) == acl


def inherited(own: Acl, *above: Acl) -> Acl:
    """The list of an object whose own entries are `own`, its parent's `above[0]`, and so on."""
    levels = [own, *above]
    return canonical(tuple(replace(ace, level=level) for level, acl in enumerate(levels) for ace in acl))  # fmt: skip


@dataclass(frozen=True)
class Network:
    """Both checks of an access over the network; each must grant."""

    share: Check
    ntfs: Check

    @property
    def granted(self) -> bool:
        """Only what both lists allow."""
        return self.share.granted and self.ntfs.granted


def network(token: Collection[str], share: Acl | None, ntfs: Acl | None, wanted: int, owner: str = "") -> Network:  # fmt: skip
    """An access through a share; who sits at the machine meets the second list alone."""
    return Network(access(token, share, wanted), access(token, ntfs, wanted, owner))
