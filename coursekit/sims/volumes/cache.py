"""An SSD as cache of a slow volume: mean latency, and what dies with the cache device.

Modelled: the formula of the mean; a cache of whole blocks with least recently used
replacement; writethrough, where a write is acknowledged when both devices have it, and
writeback, where the fast one is enough and the block is dirty until it is evicted or flushed.
Left out: dm-cache's own policy (smq), promotion only of hot blocks, writes in parallel.
Source: lvmcache(7).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["Cache", "Played", "Request", "gain", "mean_ms", "miss_share", "play"]

Mode = Literal["writethrough", "writeback"]


@dataclass(frozen=True, kw_only=True)
class Cache:
    """Room for `blocks`; times of the two devices in ms."""

    blocks: int = 8
    mode: Mode = "writethrough"
    fast_ms: float = 0.1
    slow_ms: float = 12.69

    def __post_init__(self) -> None:
        require(self.blocks >= 1, "blocks={n}: choose 1 or more", n=self.blocks)
        require(self.mode in get_args(Mode), "mode={mode}: choose writethrough or writeback", mode=self.mode)  # fmt: skip
        require(0 < self.fast_ms <= self.slow_ms, "fast_ms={fast}: choose more than 0, at most {slow}, the slow device", fast=self.fast_ms, slow=self.slow_ms)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """A read or a write of one block."""

    block: int
    write: bool = False


@dataclass(frozen=True)
class Played:
    """Of each request whether it hit and its ms; blocks in the cache, oldest use first; dirty ones."""

    hits: tuple[bool, ...]
    ms: tuple[float, ...]
    cached: tuple[int, ...]
    dirty: tuple[int, ...]
    why: tuple[Message, ...]  # one a request

    @property
    def lost(self) -> tuple[int, ...]:
        """Blocks whose newest contents die with the cache device: the dirty ones."""
        return self.dirty

    @property
    def mean(self) -> float:
        """Mean ms a request."""
        return sum(self.ms) / len(self.ms) if self.ms else 0.0


def mean_ms(hit: float, fast_ms: float, slow_ms: float) -> float:
    """Mean latency: hit · fast + (1 - hit) · slow."""
    require(0 <= hit <= 1, "hit={hit}: choose 0 to 1", hit=hit)
    return hit * fast_ms + (1 - hit) * slow_ms


def gain(hit: float, fast_ms: float, slow_ms: float) -> float:
    """How many times faster than the slow device alone."""
    return slow_ms / mean_ms(hit, fast_ms, slow_ms)


def miss_share(hit: float, fast_ms: float, slow_ms: float) -> float:
    """Share of the time that is spent on misses."""
    return (1 - hit) * slow_ms / mean_ms(hit, fast_ms, slow_ms)


def play(cache: Cache, requests: Iterable[Request]) -> Played:
    """Requests one by one on an empty cache; a missed block is brought in."""
    held: dict[int, bool] = {}  # block -> dirty, oldest use first
    hits, times, why = [], [], []
    for request in requests:
        hit = request.block in held
        dirty = held.pop(request.block, False)
        evicted = next(iter(held)) if not hit and len(held) == cache.blocks else None
        flushed = evicted is not None and held.pop(evicted)
        held[request.block] = dirty or (request.write and cache.mode == "writeback")
        hits.append(hit)
        times.append(_time(cache, request, hit=hit) + (cache.slow_ms if flushed else 0.0))
        why.append(_said(cache, request, evicted if flushed else None, hit=hit))
    dirty_blocks = tuple(sorted(block for block, dirty in held.items() if dirty))
    return Played(tuple(hits), tuple(times), tuple(held), dirty_blocks, tuple(why))


def _time(cache: Cache, request: Request, *, hit: bool) -> float:
    if request.write:
        return cache.slow_ms if cache.mode == "writethrough" else cache.fast_ms
    return cache.fast_ms if hit else cache.slow_ms


def _said(cache: Cache, request: Request, flushed: int | None, *, hit: bool) -> Message:
    block = request.block
    if flushed is not None:
        return Message.of("Block {block} needs room: dirty block {flushed} is first written to the slow device.", block=block, flushed=flushed)  # fmt: skip
    if not request.write:
        return Message.of("Block {block} is read from the cache.", block=block) if hit else Message.of("Block {block} is read from the slow device and kept.", block=block)  # fmt: skip
    if cache.mode == "writethrough":
        return Message.of("Block {block} is acknowledged when both devices have it: the cache device may die.", block=block)  # fmt: skip
    return Message.of("Block {block} is acknowledged by the cache alone: until it is written back, it is dirty.", block=block)  # fmt: skip
