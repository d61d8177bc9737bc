"""Questions to ask when a log-on or an access fails; every answer is read off the world as it is.

Modelled: the tools that an administrator has, each named by its command. `facts` holds what the
sentence says, so that a test can hold it against the world. Nothing here knows a fault.
Source: Microsoft Learn, pages of the commands named.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from coursekit.sims.directory import acl, policy, srv
from coursekit.sims.directory.kerberosworld import CLIENT
from coursekit.sims.directory.office import DCS, DOMAIN, FILES, LOGON, NTLM, USER, WANTED, Office
from coursekit.sims.message import Message, ParameterError

__all__ = ["QUESTIONS", "Answer", "Asked", "ask"]

RECENT = 4  # lines of the log that are shown
SPN = f"cifs/{FILES}"


@dataclass(frozen=True)
class Answer:
    """A sentence and what it says, as values."""

    says: Message
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A question: the command that asks it, what it tells, how it is answered."""

    name: str
    command: str
    label: Message
    answered: Callable[[Office], Answer]


def ask(office: Office, name: str) -> Answer:
    """The answer to one question; ParameterError names those there are."""
    for each in QUESTIONS:
        if each.name == name:
            return each.answered(office)
    raise ParameterError("question={name}: choose one of {names}", name=name, names=", ".join(each.name for each in QUESTIONS))  # fmt: skip


def _said(text: str, /, **facts: Any) -> Answer:
    """The sentence with its values; lists as words."""
    words = {key: ", ".join(value) or "–" if isinstance(value, tuple) else value for key, value in facts.items()}  # fmt: skip
    return Answer(Message(text, words), facts)


def _ping(office: Office) -> Answer:
    down = office.world.down
    names = (*DCS, FILES)
    alive = tuple(each for each in names if each not in down)
    silent = tuple(each for each in names if each in down)
    text = Message.of("Answer: {alive}. No answer: {silent}.").text
    return _said(text, alive=alive, silent=silent)


def _nslookup(office: Office) -> Answer:
    name = srv.questions(DOMAIN)[-1]
    targets = tuple(each.target for each in office.records.get(name, ()))
    if "53" in office.closed or office.resolver in office.world.down:
        text = Message.of("The name server {server} does not answer.").text
        return _said(text, server=office.resolver, targets=())
    text = Message.of("The name server {server} knows these controllers: {targets}.").text
    return _said(text, server=office.resolver, targets=targets)


def _time(office: Office) -> Answer:
    offset = office.world.clocks.get(CLIENT, 0.0)
    return _said(Message.of("The clock of this PC is off by {offset:+g} s.").text, offset=offset)


def _klist(office: Office) -> Answer:
    tgt = office.kerberos.tgt
    if tgt is None or not office.inside:
        return _said(Message.of("No ticket.").text, tickets=())
    names = ("krbtgt", *office.kerberos.tickets)
    text = Message.of("Tickets for: {tickets}. The TGT was given at minute {start:g} and ends at minute {end:g}.").text  # fmt: skip
    return _said(text, tickets=names, start=tgt.start / 60, end=tgt.end / 60)


def _whoami(office: Office) -> Answer:
    if not office.inside:
        return _said(Message.of("Nobody is logged on.").text, groups=())
    return _said(Message.of("Groups in the ticket: {groups}.").text, groups=office.token)


def _net_user(office: Office) -> Answer:
    account, locked = office.account, office.watch.locked(office.now)
    direct = office.people.groups_of(USER)
    texts = {
        (False, False): Message.of("{user} is active. Member of: {groups}."),
        (True, False): Message.of("{user} is active and locked out. Member of: {groups}."),
        (False, True): Message.of("{user} is disabled. Member of: {groups}."),
        (True, True): Message.of("{user} is disabled and locked out. Member of: {groups}."),
    }
    return _said(texts[locked, account.disabled].text, user=USER, groups=direct, locked=locked, disabled=account.disabled)  # fmt: skip


def _password(office: Office) -> Answer:
    """The user tries at another PC, with care; a wrong or remembered one is told apart by the administrator."""
    if office.world.typed == office.account.password:
        return _said(Message.of("The user types the present password.").text, right=True)
    if office.world.typed in office.history:
        return _said(Message.of("The user types a former password.").text, right=False)
    return _said(Message.of("The user types a password that the account never had.").text, right=False)  # fmt: skip


_YES = {True: Message.of("yes"), False: Message.of("no")}


def _gpresult(office: Office) -> Answer:
    settings = policy.effective(office.chain, office.gpos, "computer").settings
    logon, ntlm = settings.get(LOGON), settings.get(NTLM)
    text = Message.of("Who may log on here: {who}, says {logon_gpo}. NTLM is restricted: {ntlm}, says {ntlm_gpo}.").text  # fmt: skip
    return _said(
        text, who=tuple(logon.value) if logon else (), logon_gpo=logon.winner if logon else "–",
        ntlm=_YES[bool(ntlm.value)] if ntlm else "–", ntlm_gpo=ntlm.winner if ntlm else "–",
    )  # fmt: skip


def _access(office: Office) -> Answer:
    """Effective access, as the tool works it out: by the directory, not by the ticket."""
    both = acl.network(office.names, office.share, office.ntfs, WANTED)
    share, ntfs = (acl.effective(office.names, each) & WANTED for each in (office.share, office.ntfs))  # fmt: skip
    words = {
        "share": acl.named(share), "ntfs": acl.named(ntfs),
        "share_why": both.share.why, "ntfs_why": both.ntfs.why,
    }  # fmt: skip
    says = Message.of("By the directory, the share grants: {share}. {share_why} NTFS grants: {ntfs}. {ntfs_why}", **words)  # fmt: skip
    return Answer(says, {"share": share, "ntfs": ntfs})


def _port(number: str) -> Callable[[Office], Answer]:
    def answered(office: Office) -> Answer:
        free = number not in office.closed
        said = Message.of("Port {port} answers.") if free else Message.of("Port {port} does not answer.")  # fmt: skip
        return _said(said.text, port=number, open=free)

    return answered


def _setspn(office: Office) -> Answer:
    owners = tuple(each.name for each in office.world.realm.with_spn(SPN))
    return _said(Message.of("Accounts with the service name {spn}: {owners}.").text, spn=SPN, owners=owners)  # fmt: skip


def _events(office: Office) -> Answer:
    pairs = dict.fromkeys((each.error, each.machine) for each in office.events[-RECENT:])
    lines = tuple(f"{error} ({machine})" for error, machine in pairs)
    return _said(Message.of("The last errors, and from where: {lines}.").text, lines=lines)


def _path(office: Office) -> Answer:
    return _said(Message.of(r"The user opens \\{path}\share.").text, path=office.path)


QUESTIONS = (
    Asked("ping", "ping", Message.of("Which machines are up?"), _ping),
    Asked("nslookup", "nslookup -type=srv", Message.of("Which controllers does DNS name?"), _nslookup),
    Asked("time", "w32tm /stripchart", Message.of("How far is the clock off?"), _time),
    Asked("klist", "klist", Message.of("Which tickets are in the cache?"), _klist),
    Asked("whoami", "whoami /groups", Message.of("Which groups are in the ticket?"), _whoami),
    Asked("net user", "net user /domain", Message.of("What does the directory say about the account?"), _net_user),
    Asked("password", "–", Message.of("What does the user type?"), _password),
    Asked("gpresult", "gpresult /h", Message.of("Which policies are in force on this PC?"), _gpresult),
    Asked("access", "Effective Access", Message.of("What do the lists of the share grant?"), _access),
    Asked("port 53", "Test-NetConnection -Port 53", Message.of("Is DNS reachable?"), _port("53")),
    Asked("port 88", "Test-NetConnection -Port 88", Message.of("Is Kerberos reachable?"), _port("88")),
    Asked("port 389", "Test-NetConnection -Port 389", Message.of("Is LDAP reachable?"), _port("389")),
    Asked("port 445", "Test-NetConnection -Port 445", Message.of("Is SMB reachable?"), _port("445")),
    Asked("setspn", "setspn -Q", Message.of("Who has the service name?"), _setspn),
    Asked("events", "Event Viewer", Message.of("What do the controllers note?"), _events),
    Asked("path", "net use", Message.of("What does the user open?"), _path),
)  # fmt: skip
