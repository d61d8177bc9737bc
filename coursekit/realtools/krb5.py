"""MIT Kerberos: log on, ask for a service, make mistakes; the errors that the KDC answers.

A private realm on 127.0.0.1: `krb5kdc` with its database in a temporary folder, the accounts of a
`kerberos.Realm` of the simulation with their passwords and lifetimes. Errors are read from the
client's own trace, as numbers of RFC 4120: krb5 adds them to a constant of its own. Source: kinit(1),
kvno(1), kdc.conf(5). Left out: keytabs, clocks that differ, cross-realm tickets.
"""

import datetime as dt
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import free_port, listens, running
from coursekit.realtools.places import Tool
from coursekit.realtools.servers import started
from coursekit.realtools.shell import environment, find
from coursekit.realtools.source import Source
from coursekit.sims.directory.kerberos import Account, Realm
from coursekit.sims.message import require

__all__ = ["KADMIN", "KDC", "KLIST", "Client", "kdc"]

KDC = Tool("krb5kdc", "krb5-kdc", ("-V",), name="MIT krb5kdc", aside=True)
KADMIN = Tool("kadmin.local", "krb5-admin-server", name="MIT kadmin.local")
KLIST = Tool("klist", "krb5-user", ("-V",), name="MIT Kerberos")
FIRST_ERROR = -1_765_328_384  # krb5's number of KDC_ERR_NONE
_ERROR = re.compile(r"(?:error from KDC|request result): (-?\d+)/")
_LINE = re.compile(r"^(\S+ \S+)  (\S+ \S+)  (\S+)(?:\n\trenew until (\S+ \S+))?", re.MULTILINE)
CLIENT = """
[libdefaults]
 default_realm = {realm}
 dns_lookup_kdc = false
 dns_canonicalize_hostname = false
 rdns = false
[realms]
 {realm} = {{
  kdc = 127.0.0.1:{port}
 }}
"""
SERVER = """
[kdcdefaults]
 kdc_listen = 127.0.0.1:{port}
 kdc_tcp_listen = 127.0.0.1:{port}
[realms]
 {realm} = {{
  database_name = {folder}/principal
  key_stash_file = {folder}/stash
  max_life = {life}s
  max_renewable_life = {renew}s
 }}
"""


class Client:
    """A user's machine, asked through a source."""

    def __init__(self, source: Source, settings: dict[str, str] | None) -> None:
        self._source, self._settings = source, settings or {}

    def log_on(self, user: str, password: str, *options: str) -> tuple[int, ...]:
        """kinit: the errors of the KDC in their order, then 0 if there is a ticket."""
        return self._asked(["kinit", *options, user], password)

    def service(self, name: str) -> tuple[int, ...]:
        """kvno, a ticket for a service: the same."""
        return self._asked(["kvno", name], "")

    def tickets(self) -> dict[str, tuple[int, int]]:
        """Service -> minutes of the ticket, minutes within which it can be renewed."""
        said = self._source.ask("klist", self._listed)
        return {name.partition("@")[0]: (_minutes(start, end), _minutes(start, last or start)) for start, end, name, last in _LINE.findall(said)}  # fmt: skip

    def _listed(self) -> str:
        return self._run(["klist"], "").stdout.replace(f"{self._settings['FOLDER']}/", "").rstrip()

    def _asked(self, command: Sequence[str], typed: str) -> tuple[int, ...]:
        shown = " ".join(command) + (f"  (password: {typed})" if typed else "")
        said = self._source.ask(shown, lambda: self._traced(command, typed))
        return tuple(int(each) for each in re.findall(r"error (\d+)", said)) + ((0,) if "done" in said else ())  # fmt: skip

    def _traced(self, command: Sequence[str], typed: str) -> str:
        """The KDC's errors, what the program says of them, or that it is done."""
        trace = Path(self._settings["FOLDER"]) / "trace"
        trace.write_text("")
        done = self._run(command, typed, KRB5_TRACE=str(trace))
        found = [int(each) - FIRST_ERROR for each in _ERROR.findall(trace.read_text()) if each != "0"]  # fmt: skip
        lines = [f"error {code}" for code in dict.fromkeys(found)]
        lines.append("done" if done.returncode == 0 else done.stderr.strip())
        return "\n".join(lines)

    def _run(self, command: Sequence[str], typed: str, **more: str) -> "subprocess.CompletedProcess[str]":  # fmt: skip
        return _run(command, {**self._settings, **more}, typed)


def _minutes(start: str, end: str) -> int:
    one, two = (dt.datetime.strptime(each, "%m/%d/%y %H:%M:%S") for each in (start, end))  # noqa: DTZ007
    return round((two - one).total_seconds() / 60)


def _run(command: Sequence[str], settings: dict[str, str], typed: str = "") -> "subprocess.CompletedProcess[str]":  # fmt: skip
    return subprocess.run(
        [find(command[0]) or command[0], *command[1:]], env={**environment(), **settings}, capture_output=True,
        text=True, timeout=10, check=False, input=f"{typed}\n",
    )  # fmt: skip


@contextmanager
def kdc(source: Source, realm: Realm) -> Iterator[Client]:
    """A realm with these accounts and services, and a client of it."""
    with started(source, f"kdb5_util create -r {realm.name}; krb5kdc", lambda: _serving(realm)) as settings:  # fmt: skip
        yield Client(source, settings)


@contextmanager
def _serving(realm: Realm) -> Iterator[dict[str, str]]:
    """What a client has to know."""
    with TemporaryDirectory() as folder:
        port = free_port()
        settings = _settings(Path(folder), realm, port)
        _done(["kdb5_util", "create", "-s", "-r", realm.name, "-P", "master"], settings)
        whole = f"-maxlife {realm.ticket:g}s -maxrenewlife {realm.renew:g}s"
        _admin(settings, f"modprinc {whole} krbtgt/{realm.name}")
        for account in realm.accounts:
            _account(settings, realm, account)
        with running(["env", *(f"{k}={v}" for k, v in settings.items()), find("krb5kdc") or "", "-n"], ready=lambda: listens(port)):  # fmt: skip
            yield settings


def _settings(folder: Path, realm: Realm, port: int) -> dict[str, str]:
    client, server = folder / "krb5.conf", folder / "kdc.conf"
    client.write_text(CLIENT.format(realm=realm.name, port=port))
    server.write_text(SERVER.format(realm=realm.name, port=port, folder=folder, life=int(realm.ticket), renew=int(realm.renew)))  # fmt: skip
    return {"KRB5_CONFIG": str(client), "KRB5_KDC_PROFILE": str(server), "KRB5CCNAME": f"FILE:{folder}/cache", "FOLDER": str(folder), "KRB5RCACHENAME": "none:"}  # fmt: skip


def _account(settings: dict[str, str], realm: Realm, account: Account) -> None:
    """Its own name for a user, the names of its services for a server."""
    barred = " -allow_tix" if account.disabled or account.locked else ""
    life = f"-maxrenewlife {realm.renew:g}s +requires_preauth{barred}"
    if not account.spns:
        _admin(settings, f"addprinc -pw {account.password} {life} {account.name}")
    for spn in account.spns:
        _admin(settings, f"addprinc -pw {account.password} -maxlife {realm.service:g}s {spn}")


def _admin(settings: dict[str, str], query: str) -> None:
    _done(["kadmin.local", "-q", query], settings)


def _done(command: Sequence[str], settings: dict[str, str]) -> None:
    done = _run(command, settings)
    require(done.returncode == 0, "command={command}: {said}", command=command[0], said=done.stderr.strip()[-300:])  # fmt: skip
