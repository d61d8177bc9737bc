"""Fresh questions about a cluster: migration, admission, restarts, balance.

Each maker draws its values and lets the simulations answer.
"""

import numpy as np

from coursekit.i18n import mark as _
from coursekit.quizzes.hypervisors import scenes as at
from coursekit.quizzes.question import Choice, Question, wrong_numbers
from coursekit.sims.hypervisors.admission import Guest, Host, slots
from coursekit.sims.hypervisors.drs import Cluster, balance, imbalance
from coursekit.sims.hypervisors.hafailure import Failure, tell
from coursekit.sims.hypervisors.migration import Migration, migrate
from coursekit.sims.message import Message


def rounds(rng: np.random.Generator, name: str) -> Question:
    """Direct: how many rounds?"""
    memory, dirty = int(rng.choice([2048, 4096, 8192, 16384])), int(rng.integers(2, 9)) * 100
    result = migrate(Migration(memory=memory, dirty=dirty))
    answer = len(result.rounds)
    left = [memory, *(each.dirtied for each in result.rounds)]
    wrong = (
        (
            answer + 1.0,
            _(
                "What is left before that round fits in the pause: it is the last copy, and no round."
            ),
        ),
        (answer - 1.0, Message.of("Then {left:.0f} MB are left, more than 300.", left=left[-2])),
        (memory / 1000, _("That is how many seconds the first round takes.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=at.migration(memory, dirty),
        prompt=Message.of("A machine of {memory} MB writes {dirty} MB/s all over its memory; the link carries 1000 MB/s. How many rounds of pre-copy until what is left is sent in a pause of 0.3 s?", memory=memory, dirty=dirty),
        because=Message.of("Each round leaves {dirty}/1000 of what it sent: after {rounds} rounds {left:.0f} MB are left, and 300 fit.", dirty=dirty, rounds=answer, left=left[-1]),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How many MB fit in the pause?"), _("300. And what does each round leave?"), Message.of("After the first round {left:.0f} MB, then the same share of that.", left=left[1])),
    )  # fmt: skip


def working_set(rng: np.random.Generator, name: str) -> Question:
    """Inverse: how large may the working set be?"""
    bandwidth, pause = (
        int(rng.choice([125, 250, 500, 1000, 1250])),
        int(rng.choice([100, 200, 300, 500])),
    )
    answer = Migration(bandwidth=bandwidth, pause=pause / 1000).last_copy
    wrong = (
        (float(bandwidth), _("That is what the link carries in a whole second.")),
        (2.0 * bandwidth * pause / 1000, _("How fast it writes does not matter: what counts is how much can be dirty at once.")),
        (bandwidth * pause / 2000, _("The guest stands still in the pause: all of the link is for the last copy.")),
    )  # fmt: skip
    scene = at.migration(4096, 2000, round(answer) or 1, bandwidth=bandwidth, pause=pause)
    return Question(
        id=name, kind="numeric", tolerance=0.005, answer=answer, unit=_("MB"), scene=scene,
        prompt=Message.of("A machine writes 2000 MB/s, always into the same part of its memory; the link carries {bandwidth} MB/s. How large may that part be, in MB, if it is to stand still for {pause} ms at most?", bandwidth=bandwidth, pause=pause),
        because=Message.of("{bandwidth} MB/s × {pause} ms = {answer:g} MB: all of that part is dirty after the first round, and must fit in the pause.", bandwidth=bandwidth, pause=pause, answer=answer),
        choices=wrong_numbers(answer, 0.005, wrong),
        hints=(_("How much is dirty after the first round?"), _("All of that part, however often it was written."), _("And how much does the link carry in the pause?")),
    )  # fmt: skip


def _cluster(rng: np.random.Generator) -> tuple[list[Host], list[Guest]]:
    hosts = [
        Host(id=f"h{i}", cpu_mhz=1000 * int(rng.integers(6, 25)), mem_mb=1024 * int(rng.integers(8, 33)))
        for i in range(1, int(rng.integers(3, 5)) + 1)
    ]  # fmt: skip
    guests = [
        Guest(id=f"v{i}", res_cpu=1000 * int(rng.integers(1, 4)), res_mem=1024 * int(rng.integers(1, 5)))
        for i in range(1, int(rng.integers(4, 9)) + 1)
    ]  # fmt: skip
    return hosts, guests


def _listed(pairs: list[tuple[int, int]]) -> str:
    """(GHz, GiB) by (GHz, GiB)."""
    return ", ".join(f"({cpu // 1000}, {mem // 1024})" for cpu, mem in pairs)


def many_slots(rng: np.random.Generator, name: str) -> Question:
    """Direct: slots of a cluster, or hosts that may die."""
    hosts, guests = _cluster(rng)
    found = slots(hosts, guests)
    answer = sum(found.per_host)
    by_cpu = sum(host.cpu_mhz // found.slot.cpu for host in hosts)
    by_mem = sum(host.mem_mb // found.slot.mem for host in hosts)
    whole = min(sum(h.cpu_mhz for h in hosts) // found.slot.cpu, sum(h.mem_mb for h in hosts) // found.slot.mem)  # fmt: skip
    wrong = (
        (by_cpu, _("That is by CPU alone; each slot needs its memory too.")),
        (by_mem, _("That is by memory alone; each slot needs its CPU too.")),
        (whole, _("A slot must fit in one host: round down for each host, then add.")),
        (found.left(1), _("That is what is left when one host dies.")),
        (len(guests), _("That is how many machines there are.")),
    )
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=at.admission(),
        prompt=Message.of("Hosts (GHz, GiB): {hosts}. Machines reserve (GHz, GiB): {guests}. How many slots has the cluster by the slot policy?", hosts=_listed([(h.cpu_mhz, h.mem_mb) for h in hosts]), guests=_listed([(g.res_cpu, g.res_mem) for g in guests])),
        because=Message.of("A slot has {cpu} GHz and {mem} GiB; the hosts hold {per} of them.", cpu=found.slot.cpu // 1000, mem=found.slot.mem // 1024, per=" + ".join(map(str, found.per_host))),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("How large is a slot?"), _("The largest CPU and the largest memory that any machine reserves."), _("Divide for each host, CPU and memory; the smaller number counts, rounded down.")),
    )  # fmt: skip


def may_die(rng: np.random.Generator, name: str) -> Question:
    """Inverse: from a cluster to how many of its hosts may die."""
    while True:
        hosts, guests = _cluster(rng)
        found = slots(hosts, guests)
        if 0 <= found.most < len(hosts):
            break
    answer = found.most
    wrong = (
        (answer + 1.0, Message.of("Then {left} slots would be left for {guests} machines.", left=found.left(answer + 1), guests=len(guests))),
        (answer - 1.0, _("One more may die: there are still enough slots.")),
        (len(hosts) - 1.0, _("One host would have to hold all the machines.")),
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, scene=at.admission(failures=2),
        prompt=Message.of("By the slot policy the hosts of a cluster hold {per} slots; {guests} machines are on. How many hosts may die?", per=", ".join(map(str, found.per_host)), guests=len(guests)),
        because=Message.of("Those with most slots are taken away first: with {answer} gone {left} slots are left for {guests} machines.", answer=answer, left=found.left(answer), guests=len(guests)),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("Which hosts die in the worst case?"), _("Those with most slots."), _("Take them away one by one: when are too few slots left?")),
    )  # fmt: skip


def first_move(rng: np.random.Generator, name: str) -> Question:
    """Direct: which machine does DRS move first?"""
    while True:
        hosts, entitled = ("h1", "h2", "h3"), {vm: int(rng.integers(1, 5)) for vm in "abcde"}
        placed = {vm: hosts[int(rng.integers(0, 3))] for vm in entitled}
        cluster = Cluster(
            hosts=dict.fromkeys(hosts, 10.0), entitled=entitled, placed=placed, threshold=0.05
        )
        moves = _moves(cluster)
        fits = max(cluster.loads(placed).values()) <= 1
        if fits and balance(cluster).moves and len(moves) >= 4 and moves[1][0] > moves[0][0] + 0.01:
            break
    where = "; ".join(
        f"{host}: {', '.join(f'{vm} ({entitled[vm]})' for vm in placed if placed[vm] == host) or '–'}"
        for host in hosts
    )
    first = balance(cluster).moves[0]
    return Question(
        id=name, kind="single", scene=at.drs(),
        prompt=Message.of("Three hosts of 10 GHz, and their machines with the GHz they are entitled to: {where}. Which one does DRS move first?", where=where),
        because=Message.of("{vm} to {target}: of all moves it leaves the loads most alike, {dev:.3f}.", vm=first.vm, target=first.target, dev=first.dev),
        choices=tuple(
            Choice(text=Message.of("{vm} to {target}", vm=one, target=to), right=(one, to) == (first.vm, first.target), why=Message.of("{vm} to {target} would leave an imbalance of {dev:.3f}.", vm=one, target=to, dev=left))
            for left, one, to in moves[:4]
        ),
        hints=(_("What are the loads, and what is their mean?"), _("From the fullest host to the emptiest, most likely."), _("Write the three loads after each move: which are nearest to the mean?")),
    )  # fmt: skip


def _moves(cluster: Cluster) -> list[tuple[float, str, str]]:
    """Every move that overloads no host, best first."""
    found = []
    for vm, source in cluster.placed.items():
        for target in cluster.hosts:
            loads = cluster.loads({**cluster.placed, vm: target})
            if target != source and loads[target] <= 1:
                found.append((round(imbalance(loads), 9), vm, target))
    return sorted(found)


def restart(rng: np.random.Generator, name: str) -> Question:
    """Direct: when do all machines of a dead host serve again?"""
    machines, boot, watched = (
        int(rng.integers(2, 60)) * 2,
        int(rng.choice([30, 45, 60, 90])),
        bool(rng.random() < 0.5),
    )
    failure = Failure(guests=machines, boot=boot, datastore=watched)
    answer = tell(failure).states[-1].t
    dead, other = (18, 15) if watched else (15, 18)
    batches = -(-machines // 32)
    wrong = (
        (dead + 10 + boot, _("That is when the first batch of 32 serves.")),
        (boot * batches, _("First the host must be declared dead, and restarts begin 10 s later.")),
        (dead + boot * batches, _("Restarts begin 10 s after the verdict.")),
        (other + 10 + boot * batches, _("15 s until the verdict without heartbeats on a datastore, 18 s with them.")),
        (0, _("That would be Fault Tolerance. HA boots the machines again.")),
    )  # fmt: skip
    prompt = (
        _("A host with {machines} machines dies; there are heartbeats on a datastore. A boot takes {boot} s; HA starts 32 at a time, 10 s after the verdict. At which second do all of them serve again?")
        if watched
        else _("A host with {machines} machines dies; there are no heartbeats on a datastore. A boot takes {boot} s; HA starts 32 at a time, 10 s after the verdict. At which second do all of them serve again?")
    )  # fmt: skip
    return Question(
        id=name, kind="numeric", tolerance=1e-9, answer=answer, unit=_("seconds"), scene=at.failure(guests=machines, datastore=watched),
        prompt=Message(prompt, {"machines": machines, "boot": boot}),
        because=Message.of("{dead} + 10 + {batches} × {boot} = {answer:.0f}.", dead=dead, batches=batches, boot=boot, answer=answer),
        choices=wrong_numbers(answer, 1e-9, wrong),
        hints=(_("When is the host declared dead?"), _("18 s with heartbeats on a datastore, 15 s without."), Message.of("And how many batches of 32 are {machines} machines?", machines=machines)),
    )  # fmt: skip
