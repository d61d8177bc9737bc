"""What happens to a router, in sentences: message ids for `vrrp`."""


def _(text: str) -> str:
    """Mark a message id; translated where it is shown."""
    return text


TAKES = _("{id} has heard nothing to keep it back for {seconds:.3f} s: it becomes Active.")
ADVERT = _("{id} advertises priority {prio}.")
GARP = _("{id} announces the address: gratuitous ARP.")
LOST_GARP = _("The gratuitous ARP of {id} is lost.")
YIELDS = _("{id} hears priority {prio} from {other} and becomes Backup.")
DISCARDS = _(
    "{id} hears {other} with {prio}, less than its own: it discards that, its timer runs on."
)
FENCED = _("{other} first has {id} switched off.")
OWNS = _("{id} starts with priority 255: the address is its own, it is Active at once.")
STARTS = _("{id} starts as Backup.")
CRASH = _("{id} crashes, without a word.")
GOODBYE = _("{id} is stopped and says goodbye with priority 0.")
STOP = _("{id} is stopped.")
DOWN = _("{id} is down already.")
RUNS = _("{id} runs already.")
PRIO = _("{id} now has priority {prio}.")
HEALTH = {
    "ok": _("The service on {id} works."),
    "fail": _("The service on {id} fails."),
    "hang": _("The service on {id} hangs."),
}
CUT = _("The link between {id} and {other} is cut.")
HEAL = _("The link between {id} and {other} is whole again.")
LOSE = _("The next gratuitous ARP of {id} will be lost.")
GOOD_PRIO = _("The check of {id} is good again: its priority is {prio}.")
BAD_PRIO = _("The check of {id} has failed often enough: its priority is {prio}.")
GOOD = _("The check of {id} is good again: it is Backup.")
BAD = _("The check of {id} has failed often enough: it says priority 0 and leaves, Fault.")
