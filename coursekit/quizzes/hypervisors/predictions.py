"""What each hypervisors lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.hypervisors import scenes as at
from coursekit.quizzes.hypervisors.measured import BETRAYED, COUNTER
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.hypervisors.admission import Guest, Host, slots
from coursekit.sims.hypervisors.costs import TECHNIQUES, WALK_STEP, WORKLOADS, ratio
from coursekit.sims.hypervisors.drs import Cluster, balance
from coursekit.sims.hypervisors.hafailure import DEAD_WATCHED_S, Failure, tell
from coursekit.sims.hypervisors.memory import Pages, slowdown
from coursekit.sims.hypervisors.migration import Migration, migrate
from coursekit.sims.hypervisors.popek import TEACHING, vmm_possible
from coursekit.sims.hypervisors.products import CARDS
from coursekit.sims.hypervisors.samepage import merge, start, write
from coursekit.sims.hypervisors.samestory import guests
from coursekit.sims.hypervisors.shadow import break_even
from coursekit.sims.hypervisors.shares import Claim, ready
from coursekit.sims.hypervisors.walk import Walk, references
from coursekit.sims.message import Message

_HYPERVISORS = sum(card.kind in ("type1", "type2") for card in CARDS)
_OFFENDERS = len(vmm_possible(TEACHING).offenders)
_NAMES = {
    "pv": _("paravirtualization"),
    "hw_npt_virtio": _("hardware with nested paging, and virtio"),
    "bt": _("binary translation"),
    "hw_shadow": _("the first VT-x, with shadow tables"),
}


def _ratios(workload: str) -> dict[str, float]:
    return {name: ratio(TECHNIQUES[name], WORKLOADS[workload]) for name in _NAMES}


_FORK, _SYSCALL, _TLB = (_ratios(name) for name in ("fork", "syscall", "tlb"))
_RANKED = sorted(_NAMES, key=lambda name: _FORK[name])
_WALK = references(Walk(guest=4, host=4))
_HUGE = references(Walk(guest=4, host=4, guest_large=True, host_large=True))
_EVEN = break_even()
_SMALL_SET = migrate(Migration(dirty=2000, writable=200))
_ALL_OVER = migrate(Migration(dirty=1000))
_HOSTS = [
    Host(id="h1", cpu_mhz=9000, mem_mb=9216),
    Host(id="h2", cpu_mhz=9000, mem_mb=6144),
    Host(id="h3", cpu_mhz=6000, mem_mb=6144),
]
_FIVE = [
    Guest(id=f"v{i}", res_cpu=cpu, res_mem=mem)
    for i, (cpu, mem) in enumerate([(2000, 1024), (2000, 1024), (1000, 2048), (1000, 1024), (1000, 1024)], 1)
]  # fmt: skip
_BEFORE = sum(slots(_HOSTS, _FIVE).per_host)
_AFTER = sum(slots(_HOSTS, [*_FIVE, Guest(id="big", res_cpu=1000, res_mem=6144)]).per_host)
_CRASH = Failure()
_BEGIN = DEAD_WATCHED_S + _CRASH.begin
_SERVES = next(each.t for each in tell(_CRASH).states if each.serving)
_CLUSTER = Cluster(
    hosts=dict.fromkeys(("h1", "h2", "h3"), 10.0),
    entitled={"a": 4, "b": 3, "c": 2, "d": 2, "e": 1},
    placed={"a": "h1", "b": "h1", "c": "h1", "d": "h2", "e": "h3"},
)
_BALANCED = balance(_CLUSTER)
_FIRST = _BALANCED.moves[0]
_MERGED = merge(start(guests(3, 6, 3)))
_WRITTEN, _COPIED = write(_MERGED, 13, "z")
_REAL = (len(set(_MERGED.real)), len(set(_WRITTEN.real)))
_MACHINE = Pages(count=1000, hot=0.3)
_SWAP, _BALLOON = slowdown(_MACHINE, swap=500), slowdown(_MACHINE, balloon=500)
_READY = ready(4, [Claim(demand=1)] * 8)[0]

PREDICTIONS = {
    "hypervisors-guest": Prediction(
        question=Question(
            id="hypervisors-predict-guest", kind="numeric", answer=COUNTER["trap"], tolerance=1e-9,
            prompt=_("A counter is 0. A guest's kernel adds 1 to it, and the disk's interrupt adds 1. While the kernel adds, it switches interrupts off with POPF; on the bare machine the counter ends at 2. Now the kernel runs in user mode, and a hypervisor does for it whatever traps. POPF does not trap there: it leaves the switch as it is. Where does the counter end?"),
            because=Message.of("It ends at {trap}. POPF said nothing, so interrupts stayed on: the disk's came in between reading and writing, and what it added was overwritten. Nothing traps, nothing warns; the result is wrong. That is why the old x86 could not be virtualized by trapping alone.", trap=COUNTER["trap"]),
            choices=(
                Choice(value=COUNTER["native"], why=_("The hypervisor would have to know that interrupts must wait. Nobody told it: POPF does not trap."), scene=at.guest("popf", "native")),
                Choice(value=0, why=_("The kernel's own addition is written, last of all."), scene=at.guest("popf", "trap")),
                Choice(value=3, why=_("Nothing is added twice: two want to add 1, and one of them is lost."), scene=at.guest("popf", "trap")),
            ),
            hints=(_("Is anybody told that interrupts are to be off?"), _("So the interrupt may come between the kernel's reading and its writing."), _("Both read 0, both write 1.")),
        ),
        scene=at.guest("popf", "trap"),
        change=_("run the same program by binary translation, then by hardware: who notices POPF now?"),
    ),
    "hypervisors-migration": Prediction(
        question=Question(
            id="hypervisors-predict-migration", kind="single",
            prompt=_("Two machines of 4096 MB are to move while they run, over a link of 1000 MB/s. Machine A writes 1000 MB a second, all over its memory. Machine B writes 2000 MB a second, always into the same 200 MB. Which of them moves with a pause under 0.3 s?"),
            because=Message.of("Only B: after one round 200 MB are left however fast it writes, and they take {pause:.1f} s. A makes as much dirty in each round as the round sends: after {rounds} rounds and {seconds:.0f} s it must stop for {long:.1f} s.", pause=_SMALL_SET.pause, rounds=len(_ALL_OVER.rounds), seconds=_ALL_OVER.total, long=_ALL_OVER.pause),
            choices=(
                Choice(text=_("only B"), right=True),
                Choice(text=_("only A: it writes half as fast"), why=_("What counts is how much is dirty at the end of a round. B can write a page a hundred times; it is sent once."), scene=at.migration(dirty=1000)),
                Choice(text=_("both: the link is fast enough"), why=_("A makes 1000 MB dirty in the second it takes to send 1000 MB. Its rounds never get shorter."), scene=at.migration(dirty=1000)),
                Choice(text=_("neither: both write at least as fast as the link sends"), why=_("B writes the same 200 MB over and over: more cannot be dirty."), scene=at.migration(dirty=2000, writable=200)),
            ),
            hints=(_("The first round sends all 4096 MB. How long does it take, and what was written meanwhile?"), _("B has written 8192 MB, and all of it into the same pages."), _("How many MB of B are dirty then, and how long do they take?")),
        ),
        scene=at.migration(dirty=2000, writable=200),
        change=_("let A move: 1000 MB/s all over its memory. Then give it auto-converge, and post-copy: what does each cost?"),
    ),
    "hypervisors-costs": Prediction(
        question=Question(
            id="hypervisors-predict-costs", kind="order",
            prompt=_("A program makes one process after the other: a million page-table updates. Four ways to run it in a virtual machine. Put them in order: the fastest first."),
            because=Message.of("In the right order they take {pv:.2f}, {npt:.2f}, {bt:.2f} and {shadow:.2f} times as long as without a virtual machine: the first hardware was slower than the software it was to replace, for every update exits. With many system calls the same four take {pv_calls:.2f}, {npt_calls:.2f}, {bt_calls:.2f} and {shadow_calls:.2f}, with many TLB misses {pv_tlb:.2f}, {npt_tlb:.2f}, {bt_tlb:.2f} and {shadow_tlb:.2f}: nobody wins everywhere.",
                pv=_FORK["pv"], npt=_FORK["hw_npt_virtio"], bt=_FORK["bt"], shadow=_FORK["hw_shadow"],
                pv_calls=_SYSCALL["pv"], npt_calls=_SYSCALL["hw_npt_virtio"], bt_calls=_SYSCALL["bt"], shadow_calls=_SYSCALL["hw_shadow"],
                pv_tlb=_TLB["pv"], npt_tlb=_TLB["hw_npt_virtio"], bt_tlb=_TLB["bt"], shadow_tlb=_TLB["hw_shadow"]),
            choices=tuple(
                Choice(text=_NAMES[name], scene=at.costs("fork", name), why=Message.of("This one takes {times:.2f} times as long as without a virtual machine.", times=_FORK[name]))
                for name in _RANKED
            ),
            hints=(_("What does an update of the page table cost each?"), _("Paravirtualization asks (150 cycles), binary translation traps (400), the first VT-x exits (3000), nested paging does nothing (1)."), _("But nested paging pays for each TLB miss, and there are a million of those too.")),
        ),
        scene=at.costs("fork", "hw_shadow"),
        change=_("choose the other workloads: who is fastest each time? Then huge pages: what do they repair?"),
    ),
    "hypervisors-walk": Prediction(
        question=Question(
            id="hypervisors-predict-walk", kind="numeric", answer=_WALK, tolerance=1e-9,
            prompt=_("To find a page, the processor reads one entry at each of the 4 levels of a page table: 4 reads of memory. In a virtual machine the guest has a table of 4 levels and the hypervisor another of 4, and the hardware walks both. How many reads does it take at worst?"),
            because=Message.of("The answer is {walk}. Whatever the guest's table names is a place in the guest's memory, so the other table must be walked to find it: 4 reads before each of the guest's 4 entries, and 4 more for the page itself. 4 × 5 + 4.", walk=_WALK),
            choices=(
                Choice(value=8, why=_("You added the two. But each of the guest's entries must itself be found, through the other table."), scene=at.walk()),
                Choice(value=16, why=_("4 × 4 finds the guest's four tables. Reading them, and finding the page at the end, is not yet counted."), scene=at.walk()),
                Choice(value=20, why=_("So far you know the page's address in the guest's memory. Where is that really?"), scene=at.walk()),
                Choice(value=4, why=_("That is without a virtual machine. The hardware hides the work from software, not from the clock."), scene=at.walk(4, 0)),
            ),
            hints=(_("The guest's table says “the next table is in my page 12”. Where is its page 12?"), _("That takes 4 reads, and a fifth to read the guest's entry there."), _("Four times five; then the page itself must be found.")),
        ),
        scene=at.walk(),
        change=_("give the guest large pages, then the host, then both: how many reads does each save?"),
    ),
    "hypervisors-cards": Prediction(
        question=Question(
            id="hypervisors-predict-cards", kind="numeric", answer=_HYPERVISORS, tolerance=1e-9,
            prompt=_("VMware ESXi, Microsoft Hyper-V, Xen, KVM, VirtualBox, VMware Workstation, VMware Fusion, Parallels Desktop, QEMU without KVM, Dynamips, Proxmox VE, VMware vCenter, OpenStack, GNS3, Docker, LXC, DirectX: seventeen names that are heard when hypervisors are talked about. How many of them are hypervisors?"),
            because=Message.of("The answer is {count}: four that are, or make, the system on the bare machine, four that are programs of another. The rest imitate processors, manage hypervisors, draw networks, share a kernel; and one is for games.", count=_HYPERVISORS),
            choices=(
                Choice(value=17, why=_("The last one is a programming interface for graphics and sound."), scene=at.cards(("DirectX", "type1"))),
                Choice(value=_HYPERVISORS + 1, why=_("QEMU alone translates every instruction: it is an emulator. Only with KVM is it half of a hypervisor."), scene=at.cards(("QEMU without KVM", "type2"))),
                Choice(value=_HYPERVISORS + 2, why=_("Emulators imitate a processor, instruction by instruction; Docker and LXC have no virtual machine at all."), scene=at.cards(("Dynamips", "type2"))),
                Choice(value=_HYPERVISORS + 3, why=_("Proxmox VE, vCenter and OpenStack manage hypervisors; others do the work."), scene=at.cards(("Proxmox VE", "type1"))),
                Choice(value=_HYPERVISORS - 1, why=_("KVM is one too: it turns the Linux kernel into a hypervisor."), scene=at.cards(("KVM", "type1"))),
            ),
            hints=(_("A hypervisor runs machines whose instructions the real processor executes."), _("Take away what imitates another processor, what manages, what draws, what has no machine."), _("Four are on the bare machine, and there are as many as programs.")),
        ),
        scene=at.cards(("DirectX", "none")),
        change=_("sort all the others. Then put KVM with type 2: is that wrong?"),
    ),
    "hypervisors-test": Prediction(
        question=Question(
            id="hypervisors-predict-test", kind="numeric", answer=_OFFENDERS, tolerance=1e-9,
            prompt=_("A processor has ten instructions. In user mode SYSCALL, LOADCR, HALT, IN and OUT trap; ADD and LOAD do the same in every mode; RDMODE answers “user” or “kernel”; SGDT answers where the page table is; POPF leaves the interrupt switch as it is and says nothing. How many instructions must be changed before a hypervisor can run any guest by trapping alone?"),
            because=Message.of("The answer is {count}: RDMODE, POPF and SGDT. Each depends on what the hypervisor keeps for itself, or should change it, and none of them traps. SYSCALL traps without being sensitive: that does no harm.", count=_OFFENDERS),
            choices=(
                Choice(value=1, why=_("POPF is the one that should change something. But the other two betray the hypervisor: a guest's kernel that asks for its mode is told “user”."), scene=at.popek("teaching", ("POPF", "P"))),
                Choice(value=2, why=_("One of the three is missing: does its answer depend on the real mode or the real place?"), scene=at.popek("teaching", ("POPF", "P"), ("RDMODE", "P"))),
                Choice(value=5, why=_("ADD and LOAD need not trap: they do the same whoever runs them."), scene=at.popek("teaching", ("ADD", "P"), ("LOAD", "P"))),
                Choice(value=0, why=_("Then a guest's kernel would have to work in user mode without noticing. Let it ask for its mode."), scene=at.popek()),
            ),
            hints=(_("Which instructions change something that the hypervisor must keep, or show it?"), _("Which of those trap in user mode?"), _("Look at the three at the end.")),
        ),
        scene=at.popek(),
        change=_("repair the set: flip one cell at a time until no offender is left. Then take the trap of OUT away."),
    ),
    "hypervisors-shadow": Prediction(
        question=Question(
            id="hypervisors-predict-shadow", kind="numeric", answer=_EVEN, tolerance=0.07,
            prompt=_("Shadow tables: each change of the guest's page table exits, 3000 cycles; a TLB miss then reads 4 entries. Nested paging: no exit, but a TLB miss reads 24. A read takes 20 cycles. How many TLB misses must there be for each change before shadow tables are the better choice?"),
            because=Message.of("About {even:.1f}: a miss is (24 − 4) × {step} = {saved} cycles dearer with nested paging, and 3000 of them have to be won back. A program that makes many processes is better off with nested paging, one that jumps about in much memory with shadow tables.", even=_EVEN, step=WALK_STEP, saved=20 * WALK_STEP),
            choices=(
                Choice(value=6.25, why=_("You divided by all 24 reads. With shadow tables a miss costs 4 of them as well."), scene=at.shadow()),
                Choice(value=150, why=_("You divided by one read. A miss saves twenty of them."), scene=at.shadow()),
                Choice(value=1, why=_("One miss saves 400 cycles, and one change costs 3000."), scene=at.shadow()),
                Choice(value=6, why=_("24 is six times 4, but what counts is the difference, against the price of an exit."), scene=at.shadow()),
            ),
            hints=(_("How many cycles does shadow paging save at each miss?"), _("20 reads of 20 cycles."), _("3000 cycles, in portions of 400.")),
        ),
        scene=at.shadow(),
        change=_("map a page whose memory the host has not given, then touch it: who must act, and who learns of it?"),
    ),
    "hypervisors-admission": Prediction(
        question=Question(
            id="hypervisors-predict-admission", kind="numeric", answer=_AFTER, tolerance=1e-9,
            prompt=_("Three hosts have 9, 9 and 6 GHz and 9, 6 and 6 GiB. Five machines reserve 2 GHz or 2 GiB at most: the cluster has ten slots of that size. One more machine is switched on, and it reserves 6 GiB. How many slots has the whole cluster now?"),
            because=Message.of("There are {after} instead of {before}. All slots are as large as the largest machine: one big reservation, and each host holds a single slot. Six machines, three slots: admission is refused, although 15 of 21 GiB were reserved by nobody.", before=_BEFORE, after=_AFTER),
            choices=(
                Choice(value=_BEFORE, why=_("All slots have one size, that of the largest reservation. Now it is 6 GiB."), scene=at.admission()),
                Choice(value=_BEFORE - 1, why=_("The big machine does not take one slot: it makes all of them big."), scene=at.admission(big=6)),
                Choice(value=7, why=_("You took three small slots away for the big one. But the size of all slots has changed."), scene=at.admission(big=6)),
                Choice(value=_AFTER - 1, why=_("That is what is left when one host dies."), scene=at.admission(big=6)),
            ),
            hints=(_("How large is a slot now?"), _("2 GHz and 6 GiB, for every machine."), _("How many of them fit in 9, 6 and 6 GiB?")),
        ),
        scene=at.admission(big=6),
        change=_("try the percentage policy on the same six machines. What does it overlook?"),
    ),
    "hypervisors-failure": Prediction(
        question=Question(
            id="hypervisors-predict-failure", kind="numeric", answer=_SERVES, tolerance=1e-9, unit=_("seconds"),
            prompt=_("vSphere HA, heartbeats on a datastore too. At second 0 a host with 40 machines loses power. A machine's system takes 45 s to boot. At which second does the first of them serve again? (Restarts begin 10 s after the host has been declared dead.)"),
            because=Message.of("At {serves:.0f} s: {dead:.0f} s until the host is declared dead, {begin:.0f} s until restarts begin, {boot:.0f} s to boot. HA restarts machines; it does not carry them over.", serves=_SERVES, dead=DEAD_WATCHED_S, begin=_CRASH.begin, boot=_CRASH.boot),
            choices=(
                Choice(value=0, why=_("That would be Fault Tolerance, where a second machine runs along. HA boots the dead ones again."), scene=at.failure(moment=0)),
                Choice(value=_CRASH.boot, why=_("That is the boot alone. First the host must be declared dead, which nobody does lightly."), scene=at.failure()),
                Choice(value=_BEGIN, why=_("That is when they begin to boot."), scene=at.failure()),
                Choice(value=DEAD_WATCHED_S, why=_("That is when the host is declared dead."), scene=at.failure()),
                Choice(value=70, why=_("So it is without heartbeats on a datastore: 15 s instead of 18 s until the verdict."), scene=at.failure(datastore=False)),
            ),
            hints=(_("When is the host declared dead?"), _("After 15 s without heartbeats on a datastore, after 18 s with them."), _("18 + 10 + 45.")),
        ),
        scene=at.failure(moment=5),
        change=_("cut only the network instead: host isolated. Who restarts what, and why not?"),
    ),
    "hypervisors-drs": Prediction(
        question=Question(
            id="hypervisors-predict-drs", kind="single",
            prompt=_("Three hosts of 10 GHz. On h1 are a (4 GHz), b (3) and c (2), on h2 is d (2), on h3 is e (1). DRS moves one machine at a time, always the one whose move leaves the loads most alike. Which goes first?"),
            because=Message.of("{vm} to {target}: the loads are then 5, 2 and 5 GHz, the imbalance falls from {start:.3f} to {dev:.3f}. A second move, c to h2, makes it {end:.3f}, below the threshold: DRS stops there.", vm=_FIRST.vm, target=_FIRST.target, start=_BALANCED.states[0].dev, dev=_FIRST.dev, end=_BALANCED.states[-1].dev),
            choices=(
                Choice(text=_("a to h3"), right=True),
                Choice(text=_("b to h3"), why=_("6, 2 and 4 GHz: nearly as good, the imbalance is 0.163 instead of 0.141."), scene=at.drs()),
                Choice(text=_("a to h2"), why=_("5, 6 and 1 GHz: now h2 is the fullest, and h3 still empty."), scene=at.drs()),
                Choice(text=_("c to h3: the smallest is moved most easily"), why=_("7, 2 and 3 GHz: h1 stays far above the others. What a move costs is not asked here."), scene=at.drs()),
            ),
            hints=(_("What are the three loads, and what is their mean?"), _("9, 2 and 1; the mean is 4."), _("Write the three loads after each move: which are nearest to 4?")),
        ),
        scene=at.drs(),
        change=_("choose the cluster with one big machine. Why does DRS give up, though the loads differ?"),
    ),
    "hypervisors-pages": Prediction(
        question=Question(
            id="hypervisors-predict-pages", kind="numeric", answer=_REAL[1], tolerance=1e-9,
            prompt=_("Three guests of six pages each; the first three pages are the same in all guests, the others differ everywhere. The host merges equal pages. Then one guest writes into one of its merged pages something new. How many real pages are in use now?"),
            because=Message.of("The answer is {written}: merging left {merged} of 18, for the three equal pages are kept once. The write takes one more: a merged page is write-protected, so it is copied first. The other guests notice nothing.", merged=_REAL[0], written=_REAL[1]),
            choices=(
                Choice(value=_REAL[0], why=_("That is before the write. The page could not be changed where it was: two others stand on it."), scene=at.pages(("scan",))),
                Choice(value=18, why=_("That is without merging."), scene=at.pages(("write", 13, "z"))),
                Choice(value=15, why=_("That would be if one write parted all that stood on the page. Only the writer gets a page of its own."), scene=at.pages()),
                Choice(value=3, why=_("Three pages are the same in all guests, but three more of each guest are its own."), scene=at.pages(("scan",))),
            ),
            hints=(_("How many different contents are there before the write?"), _("Three that are shared, three of each guest's own: 12."), _("Can the page be changed where it is?")),
        ),
        scene=at.pages(),
        change=_("write the old content again: are the pages merged at once? Then look at how long a scan of a real host takes."),
    ),
    "hypervisors-pressure": Prediction(
        question=Question(
            id="hypervisors-predict-pressure", kind="numeric", answer=_SWAP, tolerance=0.05,
            prompt=_("A machine uses 30 % of its memory all the time, the rest hardly ever. The host is short and takes half of the machine's memory. By a balloon, where the guest chooses its coldest pages, it is as fast as before. The host's own swap cannot tell hot pages from cold. How many times slower is the machine then? (Memory answers in 0.1 µs, the disk in 100 µs.)"),
            because=Message.of("About {swap:.0f} times: half of the hot pages are gone, and each access to one of them takes a thousand times as long. With the balloon it is {balloon:.0f}. Who chooses the pages matters more than how many are taken.", swap=_SWAP, balloon=_BALLOON),
            choices=(
                Choice(value=1, why=_("That is the balloon: half of the memory is less than the 70 % that are cold."), scene=at.pressure()),
                Choice(value=2, why=_("Half of the memory, half the speed? A page on disk is not twice as far away but a thousand times."), scene=at.pressure()),
                Choice(value=1000, why=_("That would be if all hot pages were gone. Half of them are still in memory."), scene=at.pressure()),
                Choice(value=150, why=_("0.3 × 500: but all of its accesses go to the hot pages."), scene=at.pressure()),
            ),
            hints=(_("Half of all pages are taken blindly. How many of the hot ones are among them?"), _("Half of them: every second access goes to disk."), _("0.5 × 1000.")),
        ),
        scene=at.pressure(),
        change=_("let the machines grow more slowly, then make their pages more alike: how long does the host stay in a good state?"),
    ),
    "hypervisors-ready": Prediction(
        question=Question(
            id="hypervisors-predict-ready", kind="numeric", answer=_READY.percent, tolerance=1e-6, unit="%",
            prompt=_("A host of 4 cores runs 8 virtual processors, and each of them has work all the time. What share of the time is a virtual processor ready to run and has no core, in %?"),
            because=Message.of("The answer is {percent:.0f} %, which vCenter shows as {ms:.0f} ms of each 20 s. Inside, the machine looks fully busy and gets half of a processor done. Above 5 % one looks into it, above 10 % it is a problem.", percent=_READY.percent, ms=_READY.ms),
            choices=(
                Choice(value=0, why=_("Nobody would wait if there were as many cores as virtual processors that have work."), scene=at.ready(8, 8)),
                Choice(value=100, why=_("They take turns: each of them runs for some of the time."), scene=at.ready()),
                Choice(value=200, why=_("Two virtual processors a core is the ratio. The time of one that waits cannot be more than 100 %."), scene=at.ready()),
                Choice(value=25, why=_("Four cores for eight: each gets half of a core, not three quarters."), scene=at.ready()),
            ),
            hints=(_("How much work is asked for, in cores?"), _("Eight, and four are there."), _("Each runs half of the time.")),
        ),
        scene=at.ready(),
        change=_("let each have work half of the time only; then give the first 2000 shares: who waits now?"),
    ),
    "hypervisors-own": Prediction(
        question=Question(
            id="hypervisors-predict-own", kind="numeric", answer=len(BETRAYED), tolerance=1e-9,
            prompt=_("A user program asks with SGDT where the page table is. SGDT does not trap. On the bare machine the answer is the table of the program's own kernel. Of eight ways to run it in a virtual machine (two emulators, trap and emulate, binary translation, paravirtualization, three kinds of hardware), how many give it the hypervisor's table instead?"),
            because=Message.of("The answer is {count}: trap and emulate, binary translation and paravirtualization run the user program directly on the real processor, where SGDT answers with what is really there. Emulators imitate it, and hardware gives the guest a state of its own. Programs that looked for a hypervisor used such an instruction.", count=len(BETRAYED)),
            choices=(
                Choice(value=1, why=_("Binary translation rewrites the kernel and paravirtualization changes it; both leave user programs as they are."), scene=at.guest("pill", "bt")),
                Choice(value=0, why=_("SGDT does not trap: where the program runs directly, nobody can answer for the processor."), scene=at.guest("pill", "trap")),
                Choice(value=6, why=_("Hardware assistance gives the guest a whole processor state of its own, its table's place too."), scene=at.guest("pill", "hw_npt")),
                Choice(value=8, why=_("An emulator executes nothing directly; it answers what it likes."), scene=at.guest("pill", "interp")),
            ),
            hints=(_("Where does each way run a user program: on the real processor, or in software?"), _("On the real processor, whose state does it see?"), _("Three ways run it directly in the real user mode.")),
        ),
        scene=at.OWN,
        change=_("write a program that finds out how it is run, and one that no way betrays."),
    ),
}  # fmt: skip
