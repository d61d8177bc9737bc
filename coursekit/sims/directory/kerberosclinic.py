"""The failure clinic: a fault in the world, a user's usual deeds, and the repair. The rest follows.

Nothing here says what happens: `kerberosplay` does. Source: the failures that Microsoft Learn,
"Kerberos authentication troubleshooting", lists.
"""

from dataclasses import dataclass

from coursekit.sims.directory.kerberosplay import play
from coursekit.sims.directory.kerberosworld import Deed, State, World, lab
from coursekit.sims.message import Message, ParameterError

__all__ = ["CLINIC", "DAY_OF_A_USER", "Case", "case", "healed", "suffered"]

FILES, ADDRESS = "files.lab.example", "10.1.0.20"
SPN = f"cifs/{FILES}"
USUAL: tuple[Deed, ...] = (("log on",), ("open", FILES))

DAY_OF_A_USER: tuple[Deed, ...] = (
    ("log on",), ("open", FILES), ("wait", 3600), ("open", FILES), ("wait", 28_800), ("renew",),
    ("open", "web.lab.example"), ("down", "dc1"), ("down", "dc2"), ("open", "web.lab.example"),
    ("wait", 39_600), ("read", FILES), ("open", FILES), ("up", "dc1"), ("log on",), ("open", FILES),
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A fault: deeds that make it and let the user suffer, the deed that repairs it, what to try again."""

    name: str
    label: Message
    deeds: tuple[Deed, ...]
    repair: tuple[Deed, ...]
    again: tuple[Deed, ...] = USUAL


CLINIC = (
    Case("clock", Message.of("the client’s clock is 6 minutes fast"), (("clock", "client", 360), *USUAL), (("clock", "client", 0),)),
    Case("server clock", Message.of("the server’s clock is 6 minutes slow"), (("clock", FILES, -360), *USUAL), (("clock", FILES, 0),)),
    Case("password", Message.of("the password is wrong"), (("type", "Rosebud-11"), ("log on",)), (("type", "Rosebud-12"),)),
    Case("disabled", Message.of("the account is disabled"), (("account", "amartin", {"disabled": True}), ("log on",)), (("account", "amartin", {"disabled": False}),)),
    Case("spn missing", Message.of("the service name is not registered"), (("account", "files$", {"spns": ()}), *USUAL), (("account", "files$", {"spns": (SPN,)}),)),
    Case("spn twice", Message.of("two accounts have the same service name"), (("account", "web$", {"spns": ("cifs/web.lab.example", SPN)}), *USUAL), (("account", "web$", {"spns": ("cifs/web.lab.example",)}),)),
    Case(
        "spn elsewhere", Message.of("another account has the service name"),
        (("account", "files$", {"spns": ()}), ("account", "web$", {"spns": ("cifs/web.lab.example", SPN)}), *USUAL),
        (("account", "web$", {"spns": ("cifs/web.lab.example",)}), ("account", "files$", {"spns": (SPN,)})),
    ),
    Case("address", Message.of("the share is opened by its address"), (("log on",), ("open", ADDRESS)), ()),
    Case(
        "group", Message.of("the group was given after the log-on"),
        (("account", "amartin", {"groups": ()}), ("log on",), ("account", "amartin", {"groups": ("G_Sales",)}), ("open", FILES)),
        (),
    ),
    Case("replay", Message.of("a listener sends the request again"), (*USUAL, ("replay",)), ()),
)  # fmt: skip


def case(name: str) -> Case:
    """One case; ParameterError names those there are."""
    for each in CLINIC:
        if each.name == name:
            return each
    raise ParameterError("case={name}: choose one of {names}", name=name, names=", ".join(each.name for each in CLINIC))  # fmt: skip


def suffered(each: Case, world: World | None = None) -> tuple[State, ...]:
    """The story up to what the user sees."""
    return play(world or lab(), each.deeds)


def healed(each: Case, world: World | None = None) -> tuple[State, ...]:
    """The story with the repair and another try."""
    return play(world or lab(), (*each.deeds, *each.repair, *each.again))
