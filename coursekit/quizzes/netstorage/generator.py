"""Fresh questions on network storage from a seed: direct ("how long?", "who?") and inverse.

Every right answer is computed by the simulations, never stored.
"""

from collections.abc import Callable

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.netstorage import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.message import Message
from coursekit.sims.netstorage.goodput import Link, goodput_mb_s
from coursekit.sims.netstorage.latency import Request, device, duel
from coursekit.sims.netstorage.placement import modulo, pg_count
from coursekit.sims.netstorage.quorum import Cut, outcome
from coursekit.sims.netstorage.redundancy import erasure
from coursekit.sims.netstorage.sizing import Cluster, size
from coursekit.sims.netstorage.storm import Storm, formula_s
from coursekit.sims.netstorage.tftp import Transfer

Maker = Callable[[np.random.Generator, str], Question]


def fresh(seed: int) -> Question:
    """The question of this seed; the same seed, the same question."""
    rng = np.random.default_rng([seed, 11])
    return MAKERS[seed % len(MAKERS)](rng, f"netstorage-fresh-{seed}")


def _storm(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does a room take to boot?"""
    clients, mb, gbps = int(rng.integers(5, 90)), int(rng.integers(2, 15)) * 100, float(rng.choice([1, 2.5, 10]))  # fmt: skip
    storm = Storm(clients=clients, mb=mb, server=Link(gbps=gbps))
    answer = formula_s(storm)
    wrong = (
        (
            mb / storm.alone_mb_s,
            _("That is one machine alone. They share what the server can send."),
        ),
        (clients * mb / (gbps * 1000), _("Gb/s are bits: eight of them make a byte.")),
        (mb / storm.shared_mb_s, _("They all read: each gets a part of what the server sends.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.05, unit="s", scene=at.storm(clients, gbps, megabytes=mb),
        prompt=Message.of("{clients} machines on 1 Gb/s each read {mb} MB at once from a server that hangs on {gbps:g} Gb/s; its memory holds everything. How many seconds until the last one is ready? Headers take 6 % of the cable.", clients=clients, mb=mb, gbps=gbps),
        because=Message.of("The server sends {all:.0f} MB a second, a machine takes at most {one:.0f}: each gets {each:.2f}. {answer:.1f} s.", all=storm.shared_mb_s, one=storm.alone_mb_s, each=storm.each_mb_s(clients), answer=answer),
        choices=wrong_numbers(answer, 0.05, wrong),
        hints=(_("How many megabytes a second does the server’s cable carry?"), Message.of("{all:.0f}.", all=storm.shared_mb_s), _("Divided by the machines; but none takes more than its own cable carries.")),
    )  # fmt: skip


def _goodput(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many clients until each is slower than its own disk?"""
    gbps, disk = float(rng.choice([2.5, 10, 25, 100])), int(rng.choice([100, 150, 200, 250, 550]))
    carried = goodput_mb_s(Link(gbps=gbps))
    answer = int(carried / disk)
    if answer == 0:
        return _goodput(rng, name)
    wrong = (
        (round(gbps * 1000 / disk), _("Gb/s are bits: eight of them make a byte.")),
        (answer + 1, _("With one more, each gets less than its own disk gives.")),
        (answer - 1, _("One more still gets as much as from its own disk.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("machines"), scene=at.who_wins("hdd", "ram", gbps, clients=min(answer, 100)),
        prompt=Message.of("A disk in a machine reads {disk} MB/s in one go. A server that never waits hangs on {gbps:g} Gb/s; headers take 6 % of the cable. How many machines at most can read from it at once and get as much each?", disk=disk, gbps=gbps),
        because=Message.of("{carried:.0f} MB/s of data, divided by {disk}: {share:.2f}, so {answer}.", carried=carried, disk=disk, share=carried / disk, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many megabytes a second does the cable carry?"), Message.of("{carried:.0f}.", carried=carried), _("Divide, and round down.")),
    )  # fmt: skip


def _winner(rng: np.random.Generator, name: str) -> Question:
    """Inverse: who is faster?"""
    disk, server = str(rng.choice(["hdd", "sata_ssd", "nvme"])), str(rng.choice(["hdd", "nvme"]))
    gbps, hits = float(rng.choice([1, 10])), int(rng.choice([0, 50, 95]))
    found = duel(device(disk), Request(server=device(server), link=Link(gbps=gbps), hit=hits / 100))  # fmt: skip
    here = found.winner == "local"
    times = {"local": found.local.total_s * 1e3, "remote": found.remote.total_s * 1e3}
    return Question(
        id=name, kind="single", scene=at.disk(disk, server, hits, gbps),
        prompt=Message.of("A request of 4 KiB: to a disk in the machine ({disk}) or to one in a server ({server}) over {gbps:g} Gb/s, if the server’s memory answers {hits} % of them. Which is faster?", disk=_DEVICES[disk], server=_DEVICES[server], gbps=gbps, hits=hits),
        because=Message.of("In the machine {local:.3g} ms, in the server {remote:.3g} ms.", **times),
        hints=(_("A hard disk takes 12.7 ms, an SSD 0.11 ms, an NVMe disk 0.08 ms."), _("The way to the server takes 0.23 ms or more."), _("Which share of the requests waits for the server’s disk?")),
        choices=(
            Choice(text=_("the disk in the machine"), right=here, why="" if here else _("It waits for its arm longer than the answer is under way."), scene=at.disk(disk, server, hits, gbps)),
            Choice(text=_("the server"), right=not here, why=_("The way alone takes longer than this disk, or the server’s disk is asked too often.") if here else "", scene=at.disk(disk, server, hits, gbps)),
            Choice(text=_("both alike, up to a percent"), why=_("Add up both ways: they are far apart."), scene=at.disk(disk, server, hits, gbps)),
        ),
    )  # fmt: skip


_DEVICES = {
    "hdd": Message.of("a hard disk"),
    "sata_ssd": Message.of("an SSD"),
    "nvme": Message.of("NVMe"),
}


def _overhead(rng: np.random.Generator, name: str) -> Question:
    """Direct: how much lies on disks?"""
    k, m, tb = int(rng.integers(2, 11)), int(rng.integers(1, 4)), int(rng.integers(2, 50))
    answer = tb * erasure(k, m).overhead
    wrong = (
        (tb * (m + 1), _("That would be copies: as many as may be lost, and one more.")),
        (tb * m / k, _("That is only what is computed; the data themselves lie there too.")),
        (tb * k / (k + m), _("The other way round: more lies there than you have.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.01, unit=_("TB"), scene=at.copies("erasure", k=min(k, 10), m=m),
        prompt=Message.of("{tb} TB of data are kept in {k} pieces and {m} computed ones. How many terabytes lie on the disks?", tb=tb, k=k, m=m),
        because=Message.of("{all} pieces for every {k}: {tb} · {all} / {k} = {answer:.2f} TB.", all=k + m, k=k, tb=tb, answer=answer),
        choices=wrong_numbers(answer, 0.01, wrong),
        hints=(Message.of("How large is one piece of an object, if {k} carry it?", k=k), Message.of("How many pieces lie there? {all}.", all=k + m), _("Multiply.")),
    )  # fmt: skip


def _cut(rng: np.random.Generator, name: str) -> Question:
    """Inverse: which side goes on?"""
    nodes = int(rng.integers(3, 8))
    left = int(rng.integers(1, nodes))
    witness = str(rng.choice(["none", "left", "right"]))
    sees = {"none": None, "left": 0, "right": 1}[witness]
    groups = (tuple(range(left)), tuple(range(left, nodes)))
    found = outcome(Cut(votes=(1,) * nodes, groups=groups, witness=sees))
    scene = at.quorum(nodes, left, witness)
    running = found.running[0] if found.running else 2
    seen = (_("There is no witness."), _("A witness is seen by the first group only."), _("A witness is seen by the second group only."))[0 if sees is None else sees + 1]  # fmt: skip
    votes = [each.votes for each in found.groups]
    return Question(
        id=name, kind="single", scene=scene,
        prompt=Message.of("A cluster of {nodes} nodes is cut into {left} and {right}. {witness} Who goes on?", nodes=nodes, left=left, right=nodes - left, witness=Message.of(seen)),
        because=Message.of("{need} votes are needed; the first group has {one}, the second {two}.", need=found.quorum, one=votes[0], two=votes[1]),
        hints=(_("How many votes are there in all, the witness with them?"), Message.of("More than half: {need}.", need=found.quorum), _("Count the votes of each side.")),
        choices=(
            Choice(text=_("the first group"), right=running == 0, why="" if running == 0 else _("It has too few votes."), scene=scene),
            Choice(text=_("the second group"), right=running == 1, why="" if running == 1 else _("Its votes are not more than half."), scene=scene),
            Choice(text=_("neither"), right=running == 2, why="" if running == 2 else _("One side has more than half of the votes."), scene=scene),
            Choice(text=_("both"), why=_("Two sides cannot both have more than half."), scene=scene),
        ),
    )  # fmt: skip


def _fetched(rng: np.random.Generator, name: str) -> Question:
    """Direct: how long does TFTP take?"""
    mb, blk, rtt = int(rng.integers(5, 90)), int(rng.choice([512, 1024, 1468])), float(rng.choice([0.2, 0.3, 0.5, 1]))  # fmt: skip
    sent = Transfer(size=mb * 10**6, blk=blk, rtt_s=rtt / 1000)
    answer = sent.seconds
    wrong = (
        (mb / 118, _("That is a protocol that does not wait after each block.")),
        (mb * 1e6 / blk * rtt, _("Milliseconds: divide by a thousand.")),
        (answer / 2, _("Every block waits for a whole way there and back.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.08, unit="s", scene=at.pxe("none", block=blk if blk != 1024 else 1468, size=mb),
        prompt=Message.of("TFTP, blocks of {blk} bytes, a receipt after each, {rtt:g} ms there and back, a cable of 1 Gb/s. How many seconds does a file of {mb} MB take?", blk=blk, rtt=rtt, mb=mb),
        because=Message.of("{blocks} blocks, each of which waits {rtt:g} ms, and the sending itself: {answer:.1f} s.", blocks=sent.blocks, rtt=rtt, answer=answer),
        choices=wrong_numbers(answer, 0.08, wrong),
        hints=(_("How many blocks are there?"), Message.of("{blocks}.", blocks=sent.blocks), _("Each waits for its receipt. The sending comes on top, and is short.")),
    )  # fmt: skip


def _groups(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many placement groups?"""
    osds, copies = int(rng.integers(6, 250)), int(rng.integers(2, 5))
    answer = pg_count(osds, copies)
    wrong = (
        (osds * 100 / copies, _("The number is a power of two: so halves are simple.")),
        (osds * 100, _("Each group lies on several disks, as many as there are copies.")),
        (answer * 2, _("That is the next power of two, too far away.")),
        (answer / 2, _("The power above is nearer, or not a quarter too large.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=1e-9, unit=_("groups"), scene=at.placement(),
        prompt=Message.of("{osds} disks, {copies} copies, about 100 copies of groups on each disk. How many placement groups: the power of two below, if it is at least three quarters of the number, else the one above?", osds=osds, copies=copies),
        because=Message.of("{osds} · 100 / {copies} = {x:.0f}, so {answer}.", osds=osds, copies=copies, x=osds * 100 / copies, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many copies are there in all, at 100 a disk?"), Message.of("Divided by {copies}.", copies=copies), _("Which powers of two lie around it?")),
    )  # fmt: skip


def _moved(rng: np.random.Generator, name: str) -> Question:
    """Direct: what moves when the remainder changes?"""
    n = int(rng.integers(3, 13))
    answer = 100 * n / (n + 1)
    assert abs(answer - 100 * float((modulo(n * (n + 1) * 50, n) != modulo(n * (n + 1) * 50, n + 1)).mean())) < 8  # fmt: skip
    wrong = (
        (100 / (n + 1), _("That would be enough, and good placement comes near to it. A remainder knows nothing of before.")),
        (100 / n, _("That is what one of the old nodes holds.")),
        (100, _("Some stay: those whose two remainders are the same.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.02, unit="%", scene=at.placement(("add",), way="modulo"),
        prompt=Message.of("The place of an object is the remainder of its hash by the number of nodes, {n}. One node is added. How many percent of the objects move, on average?", n=n),
        because=Message.of("Of {all} numbers in a row, {n} have the same remainder by {n} and by {more}: {answer:.1f} % move.", all=n * (n + 1), n=n, more=n + 1, answer=answer),
        choices=wrong_numbers(answer, 0.02, wrong),
        hints=(Message.of("Which numbers have the same remainder by {n} and by {more}?", n=n, more=n + 1), Message.of("0 to {last}, and again after {all}.", last=n - 1, all=n * (n + 1)), Message.of("{n} of {all} stay.", n=n, all=n * (n + 1))),
    )  # fmt: skip


def _usable(rng: np.random.Generator, name: str) -> Question:
    """Direct: how much may it hold, if a host is to be rebuilt?"""
    hosts, disks, tb = int(rng.integers(4, 13)), int(rng.integers(2, 9)), int(rng.choice([2, 4, 8]))
    found = size(Cluster(hosts=hosts, disks=disks, disk_tb=tb))
    answer = found.rebuildable_tb
    wrong = (
        (found.raw_tb, _("Everything is there three times.")),
        (found.raw_tb / 3, _("15 % stay free, and a host may be missing.")),
        (found.usable_tb, _("When a host dies, its copies find no room on the others.")),
    )
    return Question(
        id=name, kind="numeric", answer=answer, tolerance=0.02, unit=_("TB"), scene=at.sizing(hosts, disks=disks, tb=tb),
        prompt=Message.of("{hosts} hosts with {disks} disks of {tb} TB each, three copies, 15 % stay free. How many terabytes may it hold, if a dead host is to be rebuilt on the others?", hosts=hosts, disks=disks, tb=tb),
        because=Message.of("{raw:.0f} / 3 · 0.85 · {left} / {hosts} = {answer:.1f} TB.", raw=found.raw_tb, left=hosts - 1, hosts=hosts, answer=answer),
        choices=wrong_numbers(answer, 0.02, wrong),
        hints=(_("How many terabytes are there in all?"), _("A third of it, and 85 % of that."), Message.of("And {left} of {hosts} hosts must be enough.", left=hosts - 1, hosts=hosts)),
    )  # fmt: skip


MAKERS: tuple[Maker, ...] = (
    _storm, _winner, _overhead, _cut, _goodput, _fetched, _groups, _moved, _usable,
)  # fmt: skip
