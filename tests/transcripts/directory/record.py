"""What OpenLDAP finds with our filters in the sample directory, so that ours can be compared.

Run: `python record.py > ldap.txt`, as any user, with slapd and ldap-utils installed. A private slapd
runs as a plain process on 127.0.0.1 with a folder of its own, and ends with the script. A line of
the record is JSON: a filter, the numbers of the entries for which it is true, and of those for which
its NOT is true (false); all others are undefined. Or the word "error".
"""

import base64
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from coursekit.exercises.directory.randomfilters import entries, random_filter
from coursekit.sims.directory.sample import SUFFIX, sample

SLAPD = shutil.which("slapd") or "/usr/sbin/slapd"
ALL_BITS, ANY_BIT = "1.2.840.113556.1.4.803", "1.2.840.113556.1.4.804"
PERSON = "(objectClass=inetOrgPerson)"
VECTORS = (  # those of the chapter, then what else we wanted to know
    "(sAMAccountName=amartin)", f"(&{PERSON}(userAccountControl:{ALL_BITS}:=2))",
    f"(&{PERSON}(!(userAccountControl:{ALL_BITS}:=2)))", f"(userAccountControl:{ANY_BIT}:=65538)",
    r"(cn=Bob \28temp\29 Durand)", r"(cn=*\2a*)", r"(cn=Chlo\c3\a9 Petit)", "(mail=*)", "(!(mail=*))",
    "(logonCount>=5)", "(!(logonCount>=5))", "(logonCount<=5)", "(&)", "(|)", "(nosuchattr=x)",
    "(!(nosuchattr=x))", "(|(nosuchattr=x)(sn=Martin))", "(&(!(nosuchattr=x))(sn=Martin))",
    "(!(logonCount=abc))", "(ou:dn:=Paris)", "(sn=m*n)", "(sn=*ar*)", "(sn=MARTIN)",
    "(memberOf=CN=admins, dc=LAB,dc=example)", "(!(|(sn=Martin)(sn=Durand)))",
    "((cn=a))", "(cn=Bob (temp) Durand)",
)  # fmt: skip
MORE = (
    "(objectClass=person)", "(objectClass=nosuchclass)", "(!(objectClass=nosuchclass))", "(objectClass=top)",
    "(objectClass=per*)", "(sn>=M)", "(isDeleted=TRUE)", "(isDeleted=yes)", "(memberOf=Admins)",
    f"(sn:{ALL_BITS}:=2)", f"(logonCount:{ALL_BITS}:=0)", f"(logonCount:{ANY_BIT}:=0)", "(sn:1.2.3.4:=x)",
    "(sn:=martin)", "(sn:dn:=martin)", "(cn:dn:=bob \\28temp\\29 durand)", "(cn=)", "(sn=m**n)", "(sn=**)",
    "(cn=a*l*i*c*e*)", "(cn=*  martin)", "(cn=alice   martin)", "(sn=mart*tin)", "(cn=\\ff)", "(logonCount=007)",
    "(logonCount=-1)", "(=x)", "(sn)", "(!)", "(!(sn=a)(sn=b))", "(sn=\\zz)", "(sn=\\2)", "(sn>=*)",
    "(sn:=a*)", "(sn=a)(sn=b)", "(sn=a", "(&(sn=a)", "(sn=a))", "(!(!(!(sn=martin))))",
    "(&(nosuchattr=x)(sn=nobody))", "(|(nosuchattr=x)(sn=nobody))", "(member=*)", "(dc=lab)", "(ou=PARIS)",
    "(userAccountControl=514)", "(userAccountControl=5*)", "(mail=CHLOE@LAB.EXAMPLE)", "(mail<=z)",
)  # fmt: skip
NAMES = (  # each is compared with all others
    "CN=Admins,DC=lab", "cn=admins, dc=LAB", "CN = Admins , DC = lab", "2.5.4.3=Admins,DC=lab", "CN=a  b", "CN=A b", "CN=ab",
    "CN=a+OU=b", "OU=B+CN=a", "CN=a,OU=b", "OU=b,CN=a", r"CN=a\2Cb", r"CN=a\,b", "CN=a,b", "CN=a;b", "CN=a<b", "CN=a=b",
    r"CN=James \"Jim\" Smith\, III", 'CN="a"', r"CN=\ lead", "CN= lead", "CN=lead", r"CN=trail\ ", "CN=trail",
    r"CN=\#hash", "CN=#hash", r"CN=Lu\C4\8Di\C4\87", "CN=Lučić", "CN=LUČIĆ", r"CN=a\zb", "CN=a\\", r"CN=\C4", "=a", "CN", "CN=a,", ",CN=a",
    r"CN=Before\0DAfter", "OU=Sales+CN=J.  Smith,DC=example,DC=net", "CN=a/b", 'CN=a"b', r"CN=a\=b", r"CN=\41lice", "CN=Alice",
)  # fmt: skip
SCOPES = ("base", "one", "sub")
SEED, RANDOM = 12, 120

SCHEMA = """
attributetype ( 2.25.1200.1.1 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributetype ( 2.25.1200.1.2 NAME 'userAccountControl' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )
attributetype ( 2.25.1200.1.3 NAME 'logonCount' EQUALITY integerMatch ORDERING integerOrderingMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 )
attributetype ( 2.25.1200.1.4 NAME 'memberOf' EQUALITY distinguishedNameMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.12 )
attributetype ( 2.25.1200.1.5 NAME 'isDeleted' EQUALITY booleanMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.7 )
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


def ldif():
    """The sample as LDIF; a class of our own brings the attributes of Active Directory."""
    lines = []
    for entry in sample().entries:
        lines.append(line("dn", entry.dn))
        person = "sAMAccountName" in entry.attributes
        for name, values in entry.attributes.items():
            more = ("labUser",) if person and name == "objectClass" else ()
            lines += [line(name, each) for each in (*values, *more)]
        lines.append("")
    return "\n".join(lines)


def line(name, value):
    return f"{name}:: {base64.b64encode(value.encode()).decode()}"


@contextmanager
def settings():
    """The folder of a slapd of our own and the options that name its settings."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "db").mkdir()
        (folder / "lab.schema").write_text(SCHEMA)
        (folder / "slapd.conf").write_text(CONFIG.format(folder=folder, suffix=SUFFIX))
        yield folder, ["-f", str(folder / "slapd.conf")]


def normal_names():
    """Every name as OpenLDAP compares it, or "error"."""
    with settings() as (_folder, config):
        return {name: normal_name(name, config) for name in NAMES}


def normal_name(name, config):
    done = subprocess.run([SLAPD, "-T", "dn", *config, "-N", name], capture_output=True, text=True, check=False)  # fmt: skip
    return "error" if done.returncode else done.stdout.strip()


@contextmanager
def server():
    """The address of a slapd of our own that holds the sample."""
    with settings() as (folder, config):
        (folder / "sample.ldif").write_text(ldif())
        subprocess.run([SLAPD, "-T", "add", *config, "-l", str(folder / "sample.ldif")], check=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"ldap://127.0.0.1:{free.getsockname()[1]}"
        running = subprocess.Popen([SLAPD, "-d", "0", "-h", address, *config])
        try:
            wait(address)
            yield address
        finally:
            running.terminate()
            running.wait(10)


def wait(address):
    for _attempt in range(100):
        done = subprocess.run(command(address, "(objectClass=*)", "base", SUFFIX), capture_output=True, check=False)  # fmt: skip
        if done.returncode == 0:
            return
        time.sleep(0.05)
    raise RuntimeError(done.stderr)


def command(address, asked, scope, base):
    return ["ldapsearch", "-x", "-H", address, "-LLL", "-o", "ldif-wrap=no", "-s", scope, "-b", base, asked, "1.1"]  # fmt: skip


def found(address, asked, scope="sub", base=SUFFIX):
    """Numbers of the entries that a search gives, or "error"."""
    done = subprocess.run(command(address, asked, scope, base), capture_output=True, text=True, check=False)  # fmt: skip
    if done.returncode:
        return "error"
    places = {entry.dn: number for number, entry in enumerate(sample().entries, start=1)}
    names = re.findall(r"^dn(::?) (.*)$", done.stdout, re.MULTILINE)
    return sorted(places[base64.b64decode(name).decode() if mark == "::" else name] for mark, name in names)  # fmt: skip


def random_filters():
    rng, objects = np.random.default_rng(SEED), entries()
    return [random_filter(rng, objects[int(rng.integers(len(objects)))]) for _ in range(RANDOM)]


def asked():
    """Every filter of the record, each once."""
    return list(dict.fromkeys([*VECTORS, *MORE, *random_filters()]))


def answer(address, each):
    true = found(address, each) if each else "error"
    return true if true == "error" else {"true": true, "false": found(address, f"(!{each})")}


def main():
    said = subprocess.run([SLAPD, "-VV"], capture_output=True, text=True, check=False).stderr
    version = re.search(r"slapd ([0-9.]+\S*)", said)[1]
    sys.stdout.write(f"# OpenLDAP slapd {version}, recorded {time.strftime('%Y-%m')}\n")
    for name, normal in normal_names().items():
        sys.stdout.write(json.dumps(["name", name, normal]) + "\n")
    with server() as address:
        for scope in SCOPES:
            numbers = found(address, "(objectClass=*)", scope, f"ou=Paris,{SUFFIX}")
            sys.stdout.write(json.dumps(["scope", scope, numbers]) + "\n")
        for each in asked():
            sys.stdout.write(json.dumps(["filter", each, answer(address, each)]) + "\n")


if __name__ == "__main__":
    main()
