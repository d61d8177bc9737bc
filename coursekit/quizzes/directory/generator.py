"""Fresh questions on directory services from a seed: what is found, who wins, who may.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.directory import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.directory import acl as rights
from coursekit.sims.directory import dn
from coursekit.sims.directory.acl import Ace
from coursekit.sims.directory.ldapfilter import parse
from coursekit.sims.directory.policy import Container, Gpo, Link, effective
from coursekit.sims.directory.replication import fleet, pull, write
from coursekit.sims.directory.sample import sample
from coursekit.sims.directory.srv import Record, chances, order
from coursekit.sims.directory.tree import search
from coursekit.sims.message import Message

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 12])
    return MAKERS[seed % len(MAKERS)](rng, f"directory-fresh-{seed}")


_PIECES = (
    "(sn=m*)", "(mail=*)", "(logonCount>=5)", "(objectClass=inetOrgPerson)", "(ou:dn:=Paris)", "(ou:dn:=Lyon)",
    "(userAccountControl:1.2.840.113556.1.4.803:=2)", "(department=IT)", "(logonCount<=5)", "(sAMAccountName=*)",
)  # fmt: skip


def _found(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many objects does a filter find?"""
    one, two = (str(each) for each in rng.choice(_PIECES, 2, replace=False))
    text = str(rng.choice(["(&{one}{two})", "(|{one}{two})", "(&{one}(!{two}))", "(!{one})"])).format(one=one, two=two)  # fmt: skip
    parse(text)
    directory = sample()
    answer = len(search(directory, text).entries)
    absent = len(directory.entries) - answer
    wrong = (
        (len(directory.entries), _("Objects for which it is false or cannot be said do not come back.")),
        (absent, _("Those are the others.")),
        (0, _("For some of the objects it is true. Go through them one by one.")),
        (answer + 1, _("One too many: a NOT of what cannot be said cannot be said either.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("objects"), scene=at.search(text),
        prompt=Message.of("The sample directory: a domain, the units Paris and Lyon, in Paris Alice Martin and Bob Durand, in Lyon Chloé Petit and Star*Man, and the group Admins. How many objects does {filter} find? (The attribute department is not known here.)", filter=text),
        because=Message.of("{answer}. The lab shows the value at each node for each of the eight.", answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Take one condition at a time: for whom is it true?"), _("An attribute that an object has not makes it false, one that the server does not know makes it undefined."), _("AND, OR and NOT put together what you have found.")),
    )  # fmt: skip


def _share(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many clients ask the first controller?"""
    weights = [int(each) for each in rng.integers(1, 10, 3) * 10]
    records = tuple(Record(f"dc{n}", weight=weight) for n, weight in enumerate(weights, 1))
    answer = 100 * float(chances(records)[order(records, (0,))[0].chosen.target])
    asked = order(records, (0,))[0].chosen.target
    weight = weights[int(asked[2:]) - 1]
    wrong = (
        (100 / 3, _("The weights are not equal.")),
        (weight, _("The weights need not add up to 100.")),
        (100, _("Only priorities put one before the other; weights share.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.06, unit="%", scene=at.locator(0),
        prompt=Message.of("Three domain controllers of the same priority have the weights {one}, {two} and {three}. How many percent of the clients ask {which} first?", one=weights[0], two=weights[1], three=weights[2], which=asked),
        because=Message.of("{weight} of {all}, for whole numbers from 0 to {all} are drawn: {answer:.1f} %.", weight=weight, all=sum(weights), answer=answer),
        choices=wrong_numbers(answer, 0.06, wrong),
        hints=(_("What do the weights add up to?"), Message.of("{all}.", all=sum(weights)), _("Its share of that.")),
    )  # fmt: skip


_WHO = ("alice", "G_Sales", "Users", "G_Marketing")
_TOKEN = ("alice", "G_Sales", "Users")


def _may(rng: np.random.Generator, name: str) -> Question:
    """Inverse: may she?"""
    acl = tuple(
        Ace(str(rng.choice(["allow", "deny"], p=[0.7, 0.3])), str(rng.choice(_WHO)), int(rng.choice([1, 2, 3])))  # type: ignore[arg-type]
        for _each in range(3)
    )  # fmt: skip
    wanted = int(rng.choice([1, 3]))
    found = rights.access(_TOKEN, acl, wanted)
    lines = "; ".join(f"{each.kind} {each.who} {'R' * (each.mask & 1)}{'W' * (each.mask >> 1)}" for each in acl)  # fmt: skip
    return Question(
        id=name, kind="single", scene=at.acl(want="R" if wanted == 1 else "RW"),
        prompt=Message.of("Alice is in G_Sales and Users. A folder’s list, in this order: {list}. She asks for {wanted}. What is the answer?", list=lines, wanted="R" if wanted == 1 else "R + W"),
        because=Message.of("Entry by entry: {why}", why=found.why),
        hints=(_("Which entries name her or one of her groups?"), _("A denial of what is still missing ends it."), _("It is granted as soon as nothing is missing; at the end of the list, what is missing is denied.")),
        choices=(
            Choice(text=_("granted"), right=found.granted, why="" if found.granted else _("Something of it was denied, or nobody allowed it."), scene=at.acl(want="R")),
            Choice(text=_("denied by an entry"), right=_by_entry(found), why="" if _by_entry(found) else _("No entry that counts for her denies what is still missing when it is read."), scene=at.acl(want="R")),
            Choice(text=_("denied at the end of the list: nobody allowed it"), right=not found.granted and not _by_entry(found), why="" if not found.granted and not _by_entry(found) else _("Before the end it is decided already."), scene=at.acl(want="R")),
        ),
    )  # fmt: skip


def _by_entry(found: rights.Check) -> bool:
    return not found.granted and bool(found.steps) and bool(found.steps[-1].denied)


_PEOPLE = ("Smith, James", "Martin", "a+b", "#1", "Team; North", "Durand, A.", "C:\\x", "Petit")
_UNITS = ("Paris", "Lyon", "Sales, North", "R+D", "Staff")


def _parts(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many parts has a name?"""
    people = [f"CN={dn.escape(str(each))}" for each in rng.choice(_PEOPLE, int(rng.integers(1, 3)), replace=False)]  # fmt: skip
    units = [f"OU={dn.escape(str(each))}" for each in rng.choice(_UNITS, int(rng.integers(1, 4)), replace=False)]  # fmt: skip
    text = ",".join(
        ("+".join(people), *units, *("DC=lab", "DC=example")[: int(rng.integers(1, 3))])
    )
    answer = len(dn.parse(text))
    signs = text.count(",") + text.count("+") + 1
    wrong = (
        (signs, _("A backslash takes away the meaning of the sign after it; a plus joins two values in one part.")),
        (answer - 1, _("Commas stand between the parts: there is one part more than commas that count.")),
        (answer + 1, _("Count the commas that no backslash stands before, and one.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("parts"), scene=at.names(text),
        prompt=Message.of("How many parts (relative names, RDN) has this distinguished name: {text} ?", text=text),
        because=Message.of("{answer}: they are separated by commas without a backslash before them; a plus joins several values in one part.", answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("What separates the parts?"), _("A comma, unless a backslash stands before it."), _("And what does a plus do?")),
    )  # fmt: skip


_LEVELS = ("DOMAIN", "UNIT", "LEAF")


def _winner(rng: np.random.Generator, name: str) -> Question:
    """Inverse: which policy has the last word?"""
    forced = [bool(each) for each in rng.random(3) < 0.35]
    blocks = [False, *(bool(each) for each in rng.random(2) < 0.4)]
    chain = (
        Container("local", "local"), Container("site", "site"),
        *(Container(level, "domain" if level == "DOMAIN" else "ou", (Link(1, level, force),), block) for level, force, block in zip(_LEVELS, forced, blocks, strict=True)),
    )  # fmt: skip
    found = effective(chain, [Gpo(level, {"wall": level}) for level in _LEVELS]).settings["wall"].winner  # fmt: skip
    one, two, three = (_linked(*each) for each in zip(_LEVELS, forced, blocks, strict=True))
    scene = at.policy(block="leaf" if blocks[2] else "ou" if blocks[1] else "none", enforce_domain=forced[0], enforce_ou=forced[1])  # fmt: skip
    nearest = forced.index(True) if any(forced) else 2
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("The domain, a unit in it and a leaf unit in that one each link one policy (DOMAIN, UNIT, LEAF) that sets the same value: {one}; {two}; {three}. Which one holds in the leaf unit?", one=one, two=two, three=three),
        because=Message.of("{gpo}: enforced ones pass every block, and the highest of them wins; without any, the last one wins that no block below it keeps out.", gpo=_LEVELS[nearest]),
        hints=(_("Is one of them enforced?"), _("Then the highest of those."), _("Else the nearest one: LEAF is never kept out of its own unit.")),
        choices=tuple(
            Choice(text=level, right=level == found, why="" if level == found else reason, scene=scene)
            for level, reason in zip(_LEVELS, _NOT_THIS, strict=True)
        ),
    )  # fmt: skip


def _linked(level: str, force: bool, block: bool) -> Message:
    if force and block:
        return Message.of("{level} is enforced, and its unit blocks", level=level)
    if force:
        return Message.of("{level} is enforced", level=level)
    return Message.of("the unit of {level} blocks", level=level) if block else Message.of("{level}", level=level)  # fmt: skip


_NOT_THIS = (
    _("The domain’s policy comes first, so all that come later have the last word; only enforced is it the highest."),
    _("Between the two it wins only when it is enforced and the domain’s is not."),
    _("The nearest one wins only when nothing above it is enforced."),
)  # fmt: skip


def _stamp(rng: np.random.Generator, name: str) -> Question:
    """Inverse: whose change is left?"""
    times = [int(each) for each in rng.choice(np.arange(1, 50), 4, replace=False)]
    counts = [int(each) for each in rng.integers(1, 3, 2)]
    one, two = fleet(("A", "B"))
    for k in range(counts[0]):
        one = write(one, "u1", "tel", "A", float(min(times[:2]) if k else times[0]))
    for k in range(counts[1]):
        two = write(two, "u1", "tel", "B", float(min(times[2:]) if k else times[2]))
    found = str(pull(two, one).dc.items["u1", "tel"].value)
    last = [min(times[:2]) if counts[0] == 2 else times[0], min(times[2:]) if counts[1] == 2 else times[2]]  # fmt: skip
    by_version = counts[0] != counts[1]
    later_last = sorted(((0, "A"), (1, "B")), key=lambda each: last[each[0]])
    scene = at.replication(*(("write", dc, "tel", value) for dc, value in later_last for _each in range(counts[dc])), ("round",))  # fmt: skip
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("Controller A changes a number; changes: {one}, the last one at 10:{at_one:02}. Controller B changes the same one; changes: {two}, the last one at 10:{at_two:02}. Neither knows of the other. Then they replicate. Whose value is left?", one=counts[0], at_one=last[0], two=counts[1], at_two=last[1]),
        because=Message.of(_("{who}: it has the higher version.") if by_version else _("{who}: the versions are equal, so the later one."), who=found),
        hints=(_("What is compared first?"), _("The version: how often it was changed."), _("Only if they are equal, the time.")),
        choices=(
            Choice(text="A", right=found == "A", why="" if found == "A" else _("Compare the versions first, then the times: B’s stamp is greater."), scene=scene),
            Choice(text="B", right=found == "B", why="" if found == "B" else _("Compare the versions first, then the times: A’s stamp is greater."), scene=scene),
            Choice(text=_("both, each on its own controller"), why=_("After replicating, both hold the same."), scene=scene),
        ),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (_found, _may, _share, _winner, _parts, _stamp)
