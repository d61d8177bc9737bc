"""slapd: the sample directory in a true LDAP server, asked by ldapsearch and ldapwhoami.

A private OpenLDAP server on 127.0.0.1 with a temporary folder; the entries are those of the
simulation, and a class of our own brings the attributes that Active Directory has and OpenLDAP has
not. Alice gets a password. Source: slapd.conf(5), ldapsearch(1), RFC 4511 (result codes), RFC 4515
(filters). Left out: TLS, rights (everybody may read), overlays.
"""

import base64
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.backends import free_port, listens, running
from coursekit.realtools.places import Tool
from coursekit.realtools.servers import started
from coursekit.realtools.shell import environment, find
from coursekit.realtools.source import Source
from coursekit.sims.directory.sample import SUFFIX, sample
from coursekit.sims.message import require

__all__ = ["LDAPSEARCH", "SLAPD", "Slapd", "slapd"]

SLAPD = Tool("slapd", "slapd", ("-VV",), name="OpenLDAP slapd")
LDAPSEARCH = Tool("ldapsearch", "ldap-utils", ("-VV",), aside=True)
TEXT, NUMBER, NAME, TRUTH = (f"1.3.6.1.4.1.1466.115.121.1.{n}" for n in (15, 27, 12, 7))
SCHEMA = f"""
attributetype ( 2.25.1200.1.1 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX {TEXT} )
attributetype ( 2.25.1200.1.2 NAME 'userAccountControl' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX {NUMBER} )
attributetype ( 2.25.1200.1.3 NAME 'logonCount' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX {NUMBER} )
attributetype ( 2.25.1200.1.4 NAME 'memberOf' EQUALITY distinguishedNameMatch SYNTAX {NAME} )
attributetype ( 2.25.1200.1.5 NAME 'isDeleted' EQUALITY booleanMatch SYNTAX {TRUTH} )
objectclass ( 2.25.1200.2.1 NAME 'labUser' SUP top AUXILIARY MAY ( sAMAccountName $ userAccountControl $ logonCount $ memberOf $ isDeleted ) )
"""
CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include {folder}/lab.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/slapd.pid
database mdb
maxsize 16777216
suffix "{suffix}"
directory {folder}/db
"""


def _ldif(who: str, password: str) -> str:
    """The sample as text; every value in base64, so that none needs quoting."""
    lines = []
    for entry in sample().entries:
        person = "sAMAccountName" in entry.attributes
        own = [("objectClass", "labUser")] if person else []  # beside the other classes
        own += [(name, value) for name, all_ in entry.attributes.items() for value in all_]
        own += [("userPassword", password)] if entry.dn == who else []
        values = [("dn", entry.dn), *sorted(own, key=lambda each: each[0])]
        lines += [f"{name}:: {base64.b64encode(value.encode()).decode()}" for name, value in values]
        lines.append("")
    return "\n".join(lines)


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [find(command[0]) or command[0], *command[1:]], env=environment(), capture_output=True,
        text=True, timeout=10, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


class Slapd:
    """The server, asked through a source."""

    def __init__(self, source: Source, url: str) -> None:
        self._source, self._url = source, url

    def bind(self, who: str, password: str) -> int:
        """The result code of a bind: 0, or 49 (invalidCredentials)."""
        command = f"ldapwhoami -x -D '{who}' -w {password}"
        return int(self._source.ask(command, lambda: self._bind(who, password)).rpartition(" ")[2])

    def _bind(self, who: str, password: str) -> str:
        done = _run(["ldapwhoami", "-x", "-H", self._url, "-D", who, "-w", password])
        said = re.search(r"\((\d+)\)", done.stderr)
        return f"result {said.group(1) if said else done.returncode}"

    def find(self, asked: str, scope: str = "sub", base: str = SUFFIX) -> tuple[str, ...] | None:
        """The names of the entries found; None where the filter is refused."""
        command = f"ldapsearch -x -LLL -s {scope} -b '{base}' '{asked}' 1.1"
        said = self._source.ask(command, lambda: self._find(asked, scope, base))
        if said.startswith("error"):
            return None
        return tuple(line for line in said.splitlines() if line)

    def _find(self, asked: str, scope: str, base: str) -> str:
        """One name a line, readable: LDIF has those with accents in base64."""
        done = _run(["ldapsearch", "-x", "-H", self._url, "-LLL", "-o", "ldif-wrap=no", "-s", scope, "-b", base, asked, "1.1"])  # fmt: skip
        if done.returncode:
            return f"error: {done.stderr.strip()}"
        names = re.findall(r"^dn(::?) (.*)$", done.stdout, re.MULTILINE)
        return "\n".join(base64.b64decode(name).decode() if sign == "::" else name for sign, name in names)  # fmt: skip


@contextmanager
def slapd(source: Source, who: str, password: str) -> Iterator[Slapd]:
    """A server that holds the sample; `who` may bind with this password."""
    with started(source, "slapadd -l sample.ldif; slapd", lambda: _serving(who, password)) as url:
        yield Slapd(source, url or "")


@contextmanager
def _serving(who: str, password: str) -> Iterator[str]:
    """The server's address."""
    with TemporaryDirectory() as made:
        config, url = (
            _prepare(Path(made), who, password),
            f"ldap://127.0.0.1:{(port := free_port())}",
        )
        command = ["slapd", "-d", "0", "-h", url, "-f", str(config)]
        with running(command, ready=lambda: listens(port)):
            yield url


def _prepare(folder: Path, who: str, password: str) -> Path:
    """Settings and data of a server in this folder."""
    (folder / "db").mkdir()
    (folder / "lab.schema").write_text(SCHEMA)
    (folder / "sample.ldif").write_text(_ldif(who, password), "utf-8")
    config = folder / "slapd.conf"
    config.write_text(CONFIG.format(folder=folder, suffix=SUFFIX))
    done = _run(["slapadd", "-q", "-f", str(config), "-l", str(folder / "sample.ldif")])
    require(done.returncode == 0, "slapadd={said}: it has to take every entry", said=done.stderr.strip()[-300:])  # fmt: skip
    return config
