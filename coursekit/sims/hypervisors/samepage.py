"""Page sharing: pages of the same content become one, until somebody writes.

Modelled: the pace of the scanner; merging of equal pages, write-protected; a write that copies.
Left out: the two trees, checksums that leave out pages that change often, huge pages.
Source: Linux admin-guide/mm/ksm (pages_to_scan 100, sleep 20 ms, both "for demonstration";
pages_shared are kept, pages_sharing are saved).
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

from coursekit.sims.message import require

__all__ = ["PAGE", "Merged", "merge", "pace", "scan_seconds", "start", "write"]

PAGE = 4096  # bytes
PAGES_TO_SCAN, SLEEP_MS = 100, 20.0


def pace(pages_to_scan: int = PAGES_TO_SCAN, sleep_ms: float = SLEEP_MS) -> float:
    """The most pages a second that the scanner looks at."""
    for name, value in (("pages_to_scan", pages_to_scan), ("sleep_ms", sleep_ms)):
        require(value > 0, "{name}={value}: choose more than 0", name=name, value=value)
    return pages_to_scan / (sleep_ms / 1000)


def scan_seconds(
    size: int, pages_to_scan: int = PAGES_TO_SCAN, sleep_ms: float = SLEEP_MS
) -> float:
    """Seconds for one look at `size` bytes."""
    return size / PAGE / pace(pages_to_scan, sleep_ms)


@dataclass(frozen=True)
class Merged:
    """What each guest page holds, and which real page stands behind it."""

    contents: tuple[Hashable, ...]
    real: tuple[int, ...]

    @property
    def shared(self) -> int:
        """Real pages that stand behind several guest pages (pages_shared)."""
        return sum(count > 1 for count in Counter(self.real).values())

    @property
    def sharing(self) -> int:
        """Guest pages that need no page of their own (pages_sharing)."""
        return len(self.real) - len(set(self.real))

    @property
    def saved(self) -> int:
        """Bytes saved."""
        return self.sharing * PAGE


def start(contents: Sequence[Hashable]) -> Merged:
    """Each guest page has a real one of its own."""
    return Merged(tuple(contents), tuple(range(len(contents))))


def merge(before: Merged) -> Merged:
    """After a whole scan: equal pages stand on the first of them."""
    first: dict[Hashable, int] = {}
    for content, real in zip(before.contents, before.real, strict=True):
        first.setdefault(content, real)
    return replace(before, real=tuple(first[content] for content in before.contents))


def write(before: Merged, page: int, content: Hashable) -> tuple[Merged, bool]:
    """After a guest writes a page, and whether the page had to be copied first."""
    last = len(before.real) - 1
    require(0 <= page <= last, "page={page}: choose 0 to {last}", page=page, last=last)
    copied = before.real.count(before.real[page]) > 1
    real = list(before.real)
    if copied:
        real[page] = min(set(range(len(real))) - set(real))
    contents = (*before.contents[:page], content, *before.contents[page + 1 :])
    return Merged(contents, tuple(real)), copied
