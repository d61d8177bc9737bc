"""The arithmetic of a layout in words: what a learner sees on clicking a chunk.

The rules are those of `layouts`; here they become lines with the numbers filled in.
Left out: the offset inside the chunk, which every layout keeps.
"""

from coursekit.sims.message import Message
from coursekit.sims.raid.layouts import Array, data_disks, parity_disks, places

__all__ = ["steps"]


def steps(array: Array, chunk: int) -> tuple[Message, ...]:
    """The arithmetic that leads to the chunk's places, a line a step."""
    found = places(array, chunk)
    disk, stripe = found[0]
    n, width = array.disks, data_disks(array)
    at = [
        Message.of("copy {copy}: disk {disk}, row {row}", copy=i, disk=d, row=r)
        for i, (d, r) in enumerate(found)
    ]
    if array.level == "10":
        first = Message.of(
            "{chunk} · {near} = {row} · {disks} + {disk}",
            chunk=chunk, near=array.near, row=chunk * array.near // n, disks=n, disk=disk,
        )  # fmt: skip
        return (first, *at)
    if array.level == "1":
        return (Message.of("row = {chunk}, on every disk", chunk=chunk),)
    k = chunk % width
    start = (
        Message.of(
            "stripe = ⌊{chunk} / {width}⌋ = {stripe}", chunk=chunk, width=width, stripe=stripe
        ),
        Message.of("k = {chunk} mod {width} = {k}", chunk=chunk, width=width, k=k),
    )
    if array.level in ("5", "6"):
        return (*start, *_rotation_steps(array, stripe, k, disk))
    if array.level == "01":
        return (*start, *at)
    return (*start, Message.of("disk = k = {disk}", disk=disk))


def _rotation_steps(array: Array, stripe: int, k: int, disk: int) -> tuple[Message, ...]:
    n, parity = array.disks, parity_disks(array, stripe)
    turn, p = stripe % n, parity[0]
    if array.layout.startswith("left"):
        said = [
            Message.of(
                "P on disk {last} - {stripe} mod {disks} = {p}",
                last=n - 1,
                stripe=stripe,
                disks=n,
                p=p,
            )
        ]
    else:
        said = [Message.of("P on disk {stripe} mod {disks} = {p}", stripe=stripe, disks=n, p=turn)]
    if array.level == "6":
        said.append(Message.of("Q on disk ({p} + 1) mod {disks} = {q}", p=p, disks=n, q=parity[1]))
    if array.layout.endswith("-symmetric"):
        said.append(
            Message.of(
                "disk = ({last} + 1 + {k}) mod {disks} = {disk}",
                last=parity[-1],
                k=k,
                disks=n,
                disk=disk,
            )
        )
    else:
        said.append(
            Message.of("disk = the {k}th without parity, counted from 0: {disk}", k=k, disk=disk)
        )
    return tuple(said)
