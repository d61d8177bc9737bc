"""Percentages of pods on integers, and what a Deployment may add and end at this moment.

Modelled: surge is rounded up, unavailable down, both 0 become 0 and 1; how many new pods the most
allows; how many old ones may end. Left out: the proportional split between several versions.
Source: Kubernetes, pkg/controller/deployment/util/deployment_util.go (ResolveFenceposts), rolling.go.
"""

from coursekit.sims.message import require

__all__ = ["Amount", "amount", "limits", "to_add", "to_remove"]

Amount = int | str


def amount(value: Amount, n: int, *, up: bool, name: str = "value") -> int:
    """A number, or a percentage of n rounded up or down on integers."""
    if isinstance(value, int) and not isinstance(value, bool):
        require(value >= 0, "{name}={value}: choose 0 or more", name=name, value=value)
        return value
    digits = str(value).removesuffix("%")
    require(digits != str(value) and digits.isascii() and digits.isdecimal(), "{name}={value}: write a number, or a percentage as 25%", name=name, value=value)  # fmt: skip
    return -(-n * int(digits) // 100) if up else n * int(digits) // 100


def limits(n: int, surge: Amount = "25%", unavailable: Amount = "25%") -> tuple[int, int]:
    """How many pods more than n, how many fewer available; both 0 would stand still, so 0 and 1."""
    require(n >= 0, "{name}={value}: choose 0 or more", name="replicas", value=n)
    more = amount(surge, n, up=True, name="surge")
    fewer = amount(unavailable, n, up=False, name="unavailable")
    return more, 1 if more == fewer == 0 else fewer


def to_add(n: int, most: int, total: int, new: int) -> int:
    """New pods to make: up to n, as long as all together stay within `most`."""
    return max(0, min(most - total, n - new))


def to_remove(least: int, old: tuple[int, int], new: tuple[int, int]) -> tuple[int, int]:
    """Old pods to end, each pair (pods, available): ill ones first, then those to spare.

    As reconcileOldReplicaSets: new pods that are not available yet hold back as many old ones.
    """
    gate = old[0] + new[0] - least - (new[0] - new[1])
    if gate <= 0:
        return 0, 0
    ill = min(old[0] - old[1], gate)
    return ill, min(old[0] - ill, max(0, old[1] + new[1] - least))
