"""The rule 3-2-1-1-0 over a list of copies.

Three copies of the data (production is one), on two kinds of medium, one at another site; one
of them offline or immutable, no error in restore tests. A snapshot counts as no copy: it lives
and dies with its disk. Sources: CISA, Data Backup Options (3-2-1); Veeam, the 3-2-1-1-0 rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coursekit.sims.message import Message, require

__all__ = ["Copy", "Rule", "check"]

Kind = Literal["prod", "backup", "snapshot"]


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One copy; `offline` means out of reach of an attacker: unplugged or immutable."""

    kind: Kind
    site: str
    medium: str
    offline: bool = False
    verified: bool = False

    def __post_init__(self) -> None:
        kinds = get_args(Kind)
        require(self.kind in kinds, "kind={kind}: choose one of {kinds}", kind=self.kind, kinds=", ".join(kinds))  # fmt: skip


@dataclass(frozen=True)
class Rule:
    """One figure of the rule: whether it holds, and what was counted."""

    name: Literal["3", "2", "1", "1off", "0"]
    holds: bool
    why: Message


def check(copies: Sequence[Copy]) -> tuple[Rule, ...]:
    """The five figures, in the order of the rule."""
    counted = [each for each in copies if each.kind != "snapshot"]
    backups = [each for each in counted if each.kind == "backup"]
    home = {each.site for each in counted if each.kind == "prod"}
    away = [each for each in counted if each.site not in home]
    media = len({each.medium for each in counted})
    offline = sum(each.offline for each in counted)
    verified = sum(each.verified for each in backups)
    require(len(home) == 1, "prod={n}: name the production data at exactly one site", n=len(home))
    return (
        Rule("3", len(counted) >= 3, Message.of("Copies that count: {n}; a snapshot does not.", n=len(counted))),
        Rule("2", media >= 2, Message.of("Kinds of medium: {n}.", n=media)),
        Rule("1", len(away) >= 1, Message.of("Copies away from the site of production: {n}.", n=len(away))),
        Rule("1off", offline >= 1, Message.of("Copies offline or immutable: {n}.", n=offline)),
        Rule("0", 0 < len(backups) == verified, Message.of("Backups restored in a test without error: {n} of {all}.", n=verified, all=len(backups))),
    )  # fmt: skip
