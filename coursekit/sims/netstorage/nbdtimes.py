"""How long one request to a block server takes when bytes wait on their way and segments are lost.

Modelled: one request at a time on a connection that is there: a delay each way, the server's memory,
the processors; a lost segment costs `RESEND_S` once for all bytes that were sent together, the
shortest wait after which Linux sends again. Left out: the wire itself, losses of what is sent again.
Source: RFC 6298; the constant is Linux's TCP_RTO_MIN.
"""

from dataclasses import dataclass

from coursekit.sims.message import require
from coursekit.sims.netstorage import nbd
from coursekit.sims.netstorage.latency import CPU_S, DEVICES

__all__ = ["RESEND_S", "SEGMENT", "Law", "law", "lost_share"]

RESEND_S = 0.2
SEGMENT = 1448  # bytes of data in a full segment, with timestamps


def lost_share(loss: float, size: int) -> float:
    """The chance that at least one segment of so many bytes is lost: 1 − (1 − p)^segments."""
    require(0 <= loss < 1, "loss={loss}: choose 0 or more, less than 1", loss=loss)
    require(size >= 0, "size={size}: choose 0 bytes or more", size=size)
    return 1 - (1 - loss) ** -(-size // SEGMENT)


@dataclass(frozen=True)
class Law:
    """The times that can come, in seconds, each with its chance; the shortest first."""

    times: tuple[tuple[float, float], ...]

    @property
    def mean_s(self) -> float:
        return sum(seconds * share for seconds, share in self.times)


def law(delay_s: float, loss: float = 0.0, size: int = 4096) -> Law:
    """A read of `size` bytes: nothing lost, one way, both ways."""
    require(delay_s >= 0, "delay_s={s}: choose 0 s or more", s=delay_s)
    there, back = lost_share(loss, nbd.REQUEST), lost_share(loss, nbd.SIMPLE + size)
    shares = ((1 - there) * (1 - back), there * (1 - back) + back * (1 - there), there * back)
    alone = 2 * delay_s + CPU_S + DEVICES["ram"].time_s(size)
    return Law(tuple((alone + n * RESEND_S, share) for n, share in enumerate(shares)))
