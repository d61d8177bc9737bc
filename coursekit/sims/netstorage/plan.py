"""A cluster as people plan it, a thing a line: hosts, their network, the pool, a witness.

Modelled: `host NAME rack NAME disks 4x4 ram 256` (four disks of 4 TB, 256 GB), `link 10` (Gb/s of each
host for storage), `pool copies 3 domain rack` or `pool erasure 4+2 domain host`, `witness rack NAME` or
`witness elsewhere`; `#` begins a comment. Whether a plan will do says `plancheck`. Left out: names of
networks and files, as Ceph's own configuration has them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf

from coursekit.sims.message import ParameterError, require
from coursekit.sims.netstorage.clustermap import ClusterMap, Domain, Host, Osd
from coursekit.sims.netstorage.redundancy import Scheme, erasure, replicas

__all__ = ["MOST_HOSTS", "START", "Machine", "Plan", "parse"]

MOST_HOSTS, MOST_DISKS = 12, 12
ELSEWHERE = ""  # where a witness stands that is in no rack

START = """host h1 rack A disks 4x4 ram 256
host h2 rack A disks 4x4 ram 256
host h3 rack B disks 4x4 ram 256
host h4 rack B disks 4x4 ram 256
host h5 rack C disks 4x4 ram 256
host h6 rack C disks 4x4 ram 256
link 10
pool copies 3 domain rack
"""


@dataclass(frozen=True)
class Machine:
    """One host: its rack, its disks in TB, its memory in GB."""

    name: str
    rack: str
    disks: int
    tb: float
    ram_gb: float


@dataclass(frozen=True)
class Plan:
    """Hosts in the order of the text, the pool, the link, and the rack of the witness, if there is one."""

    hosts: tuple[Machine, ...] = ()
    scheme: Scheme | None = None
    domain: Domain = "host"
    gbps: float | None = None
    witness: str | None = None  # None: there is none; `ELSEWHERE`: in no rack

    @property
    def racks(self) -> tuple[str, ...]:
        """The racks, in the order of the text."""
        return tuple(dict.fromkeys(host.rack for host in self.hosts))

    @property
    def cluster(self) -> ClusterMap:
        """The map: hosts and racks numbered in the order of the text, weights in TB."""
        found, number = list[Host](), 0
        for at, host in enumerate(self.hosts):
            osds = tuple(Osd(number + each, host.tb) for each in range(host.disks))
            found.append(Host(at, osds, self.racks.index(host.rack)))
            number += host.disks
        return ClusterMap(tuple(found), domain=self.domain)


def parse(text: str) -> Plan:
    """The plan of a text; ParameterError with the line that cannot be taken."""
    plan = Plan()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if words:
            try:
                plan = _line(plan, words)
            except ParameterError as why:
                raise ParameterError("line {n}: {why}", n=number, why=why.message) from None
    require(bool(plan.hosts), "the plan has no host; write one as in: host h1 rack A disks 4x4 ram 256")  # fmt: skip
    require(plan.scheme is not None, "the plan has no pool; write one as in: pool copies 3 domain rack")  # fmt: skip
    require(plan.gbps is not None, "the plan has no link; write its Gb/s as in: link 10")
    known = plan.witness in (None, ELSEWHERE, *plan.racks)
    require(known, "witness={rack}: no host stands in that rack; choose one of {known}, or elsewhere", rack=plan.witness, known=", ".join(plan.racks))  # fmt: skip
    return plan


def _line(plan: Plan, words: Sequence[str]) -> Plan:
    kind = words[0].lower()
    if kind not in _KINDS:
        raise ParameterError("{word}: begin a line with one of {kinds}", word=words[0], kinds=", ".join(_KINDS))  # fmt: skip
    return _KINDS[kind](plan, words[1:])


def _host(plan: Plan, words: Sequence[str]) -> Plan:
    shaped = len(words) == 7 and [word.lower() for word in words[1::2]] == ["rack", "disks", "ram"]
    require(shaped, "host: write its name, rack, disks and memory, as in: host h1 rack A disks 4x4 ram 256")  # fmt: skip
    name, rack, disks, ram = words[::2]
    require(name not in {each.name for each in plan.hosts}, "host={name}: each name once", name=name)  # fmt: skip
    require(len(plan.hosts) < MOST_HOSTS, "hosts={n}: choose {most} or fewer", n=len(plan.hosts) + 1, most=MOST_HOSTS)  # fmt: skip
    count, _x, tb = disks.lower().partition("x")
    whole = count.isdecimal() and 1 <= int(count) <= MOST_DISKS
    require(whole, "disks={disks}: write 1 to {most}, an x and TB, as in 4x4", disks=disks, most=MOST_DISKS)  # fmt: skip
    machine = Machine(name, rack, int(count), _number("disks", disks, tb), _number("ram", ram, ram))
    return replace(plan, hosts=(*plan.hosts, machine))


def _link(plan: Plan, words: Sequence[str]) -> Plan:
    require(len(words) == 1, "link: write its Gb/s, as in: link 10")
    require(plan.gbps is None, "link: write it once, it is the same for all hosts")
    return replace(plan, gbps=_number("link", words[0], words[0]))


def _pool(plan: Plan, words: Sequence[str]) -> Plan:
    shaped = len(words) == 4 and words[2].lower() == "domain"
    require(shaped, "pool: write how data are kept and where no two pieces may meet, as in: pool copies 3 domain rack")  # fmt: skip
    require(plan.scheme is None, "pool: write it once")
    kind, count, _domain, domain = (word.lower() for word in words)
    scheme = _scheme(kind, count)
    if domain == "host":
        return replace(plan, scheme=scheme, domain="host")
    require(domain == "rack", "domain={domain}: choose host or rack", domain=domain)
    return replace(plan, scheme=scheme, domain="rack")


def _scheme(kind: str, count: str) -> Scheme:
    if kind == "copies":
        require(count.isdecimal() and 1 <= int(count) <= 6, "copies={n}: choose 1 to 6", n=count)
        return replicas(int(count))
    require(kind == "erasure", "pool={kind}: choose copies or erasure", kind=kind)
    k, _plus, m = count.partition("+")
    whole = k.isdecimal() and m.isdecimal() and 2 <= int(k) <= 10 and 1 <= int(m) <= 4
    require(whole, "erasure={text}: write 2 to 10 data pieces, a plus and 1 to 4 more, as in 4+2", text=count)  # fmt: skip
    return erasure(int(k), int(m))


def _witness(plan: Plan, words: Sequence[str]) -> Plan:
    require(plan.witness is None, "witness: write it once")
    if [word.lower() for word in words] == ["elsewhere"]:
        return replace(plan, witness=ELSEWHERE)
    require(len(words) == 2 and words[0].lower() == "rack", "witness: write where it stands, as in: witness rack A, or: witness elsewhere")  # fmt: skip
    return replace(plan, witness=words[1])


def _number(name: str, shown: str, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = inf
    require(0 < value < 1e5, "{name}={shown}: write a number above 0", name=name, shown=shown)
    return value


_KINDS: dict[str, Callable[[Plan, Sequence[str]], Plan]] = {"host": _host, "link": _link, "pool": _pool, "witness": _witness}  # fmt: skip
