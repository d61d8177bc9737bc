"""Page sharing, step by step: a scan merges, a write parts again.

Built on `samepage`; nothing is decided here but the sentences. Left out: as there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.hypervisors.samepage import Merged, merge, start, write
from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "Deed", "Stage", "Told", "guests", "tell"]


Kind = Literal["scan", "write"]
DEEDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class Deed:
    """The scanner looks at every page once, or a guest writes `content` to a page.

    Pages are numbered over all guests.
    """

    kind: Kind
    page: int = 0
    content: str = ""

    def __post_init__(self) -> None:
        require(self.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=self.kind, deeds=", ".join(DEEDS))  # fmt: skip
        require(self.kind == "scan" or bool(self.content), "content={content}: a write needs one", content=repr(self.content))  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """After a deed: who stands on what, and what it took."""

    memory: Merged
    deed: Deed | None
    copied: bool
    why: Message


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[Stage, ...]


def guests(count: int, pages: int, alike: int) -> tuple[str, ...]:
    """The pages of `count` guests: the first `alike` of each hold the same (A, B …), the rest do not."""
    require(count >= 1, "guests={n}: choose 1 or more", n=count)
    require(0 <= alike <= pages, "alike={alike}: choose 0 to {pages}", alike=alike, pages=pages)
    own = iter(range(count * pages))
    return tuple(
        chr(ord("A") + page) if page < alike else chr(ord("a") + next(own))
        for _guest in range(count)
        for page in range(pages)
    )


def tell(contents: Sequence[str], deeds: Sequence[Deed]) -> Told:
    """The whole record; ParameterError names a write that cannot be done."""
    said = Message.of("{n} pages of the guests, {n} real pages: each has its own.", n=len(contents))
    states = [Stage(start(contents), None, False, said)]
    for deed in deeds:
        before = states[-1].memory
        states.append(_scan(before) if deed.kind == "scan" else _write(before, deed))
    return Told(tuple(states))


def _scan(before: Merged) -> Stage:
    after = merge(before)
    freed = after.sharing - before.sharing
    if not freed:
        said = Message.of("The scan finds nothing new to merge.")
    else:
        said = Message.of("The scan compares all pages: {freed} become free. The pages that stay behind them are write-protected.", freed=freed)  # fmt: skip
    return Stage(after, Deed("scan"), False, said)


def _write(before: Merged, deed: Deed) -> Stage:
    after, copied = write(before, deed.page, deed.content)
    if copied:
        said = Message.of("The page is shared, so the write traps: the hypervisor copies it to a free real page first, and the others keep theirs.")  # fmt: skip
    else:
        said = Message.of("The page is nobody else's: the write goes straight to it. If others hold the same now, only the next scan will know.")  # fmt: skip
    return Stage(after, deed, copied, said)
