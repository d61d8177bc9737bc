"""Lists of rights worth reading, the people who ask, and a list in any order.

Modelled: a folder's list with what it inherits, the list of its share, its owner; orders of a list
are numbered as permutations are, 0 being the stored one. Everything is judged by `acl`.
Source: [MS-DTYP] 2.5.3; Microsoft Learn, "Order of ACEs in a DACL".
"""

from dataclasses import dataclass
from itertools import permutations
from math import factorial

from coursekit.sims.directory import acl
from coursekit.sims.directory.acl import FULL, READ, WRITE, Ace, Acl, Check
from coursekit.sims.message import Message, require

__all__ = ["LISTS", "MOST", "TOKENS", "WANTS", "Asked", "Folder", "ask", "moved_up", "ordered"]

WANTS = {"R": READ, "W": WRITE, "RW": READ | WRITE, "full": FULL}
TOKENS = {
    "alice": ("alice", "G_Sales", "Users", "Everyone"),
    "bob": ("bob", "G_Marketing", "Users", "Everyone"),
    "guest": ("guest", "Everyone"),
}
EVERYONE = (Ace("allow", "Everyone", FULL),)
MOST = 4  # entries of a list


@dataclass(frozen=True)
class Folder:
    """What the list shows, the list (None: there is none), that of the share, the owner."""

    lesson: Message
    ntfs: Acl | None
    share: Acl = EVERYONE
    owner: str = ""


LISTS = {
    "inherited": Folder(
        Message.of("What stands on the folder itself is read before what it inherits."),
        acl.inherited((Ace("allow", "alice", READ),), (Ace("deny", "Users", READ), Ace("allow", "G_Marketing", READ | WRITE))),
    ),
    "teams": Folder(
        Message.of("Several entries may grant together what is asked for."),
        (Ace("allow", "Users", READ), Ace("allow", "G_Sales", WRITE)),
    ),
    "deny first": Folder(
        Message.of("The order of tools: denials before permissions."),
        (Ace("deny", "G_Sales", WRITE), Ace("allow", "alice", READ | WRITE), Ace("allow", "Users", READ)),
    ),
    "deny last": Folder(
        Message.of("A denial that comes after everything was granted is not read any more."),
        (Ace("allow", "alice", READ | WRITE), Ace("deny", "G_Sales", WRITE), Ace("allow", "Users", READ)),
    ),
    "share": Folder(
        Message.of("Over the network both lists must allow it; at the machine only the folder’s counts."),
        (Ace("allow", "alice", FULL), Ace("allow", "Users", READ | WRITE)), (Ace("allow", "Everyone", READ),),
    ),
    "owner": Folder(
        Message.of("The owner may always read and change the list, and thereby help himself."),
        (Ace("deny", "alice", FULL),), owner="alice",
    ),
    "empty": Folder(Message.of("An empty list grants nothing to anybody."), ()),
    "none": Folder(Message.of("No list at all grants everything to everybody."), None),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A folder in this order of entries, both checks (that of the share only over the network), the answer."""

    folder: Folder
    ntfs: Acl | None
    share: Check | None
    check: Check
    rights: int

    @property
    def granted(self) -> bool:
        """Whether every list that counts has granted all."""
        return self.check.granted and (self.share is None or self.share.granted)

    @property
    def why(self) -> Message:
        """What decided: the first check that refused, else the last one."""
        return self.share.why if self.share and not self.share.granted else self.check.why


def ordered(entries: Acl, number: int) -> Acl:
    """The entries in order number so-and-so: 0 is as stored."""
    ways = factorial(len(entries))
    require(0 <= number < ways, "order={number}: choose 0 to {most}", number=number, most=ways - 1)
    return tuple(entries[at] for at in _orders(len(entries))[number])


def _orders(count: int) -> list[tuple[int, ...]]:
    return list(permutations(range(count)))


def moved_up(count: int, number: int, place: int) -> int:
    """The number of the order in which the entry at a place stands one higher."""
    require(0 < place < count, "place={place}: choose 1 to {most}", place=place, most=count - 1)
    ways = _orders(count)
    now = list(ways[number])
    now[place - 1], now[place] = now[place], now[place - 1]
    return ways.index(tuple(now))


def ask(name: str, user: str, want: str, *, network: bool = False, order: int = 0) -> Asked:
    """May this user do that?"""
    folder, token, wanted = LISTS[name], TOKENS[user], WANTS[want]
    entries = None if folder.ntfs is None else ordered(folder.ntfs, order)
    rights = acl.effective(token, entries, folder.owner)
    if not network:
        return Asked(folder, entries, None, acl.access(token, entries, wanted, folder.owner), rights)  # fmt: skip
    both = acl.network(token, folder.share, entries, wanted, folder.owner)
    return Asked(folder, entries, both.share, both.ntfs, rights & acl.effective(token, folder.share))  # fmt: skip
