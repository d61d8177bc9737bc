"""A design from a few wishes: a choice of `sweep`, and which hosts and disks it is made of."""

from dataclasses import dataclass, replace

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.sweep import Choice, build

__all__ = ["Wish", "granted"]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody would say to a dealer; `disks` are those of the NAS, or of each host."""

    choice: Choice = Choice()  # noqa: RUF009  (frozen)
    model: str = "H2"
    disk: str = "ssd4"
    disks: int = 6
    raid: int = 6
    generator: bool = False


def granted(wish: Wish) -> Design:
    """The design; ParameterError when the parts do not go together, as RAID 10 on five disks."""
    design = build(wish.choice)
    raid = design.storage.raid if design.storage.kind == "hci" else wish.raid
    return replace(
        design,
        hosts=tuple(replace(host, model=wish.model) for host in design.hosts),
        storage=replace(design.storage, disk=wish.disk, disks=wish.disks, raid=raid),
        power=replace(design.power, gen=wish.generator),
    )
