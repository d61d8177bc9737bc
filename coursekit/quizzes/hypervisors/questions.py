"""The questions of the hypervisors chapter; every figure in them is computed by the simulations."""

from coursekit.i18n import mark as _
from coursekit.quizzes.hypervisors import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.hypervisors.costs import TECHNIQUES, WALK_STEP, WORKLOADS, ratio
from coursekit.sims.hypervisors.memory import Pages, slowdown
from coursekit.sims.hypervisors.migration import Migration, migrate
from coursekit.sims.hypervisors.shares import ready_percent
from coursekit.sims.hypervisors.walk import Walk, references
from coursekit.sims.message import Message


def _times(technique: str, workload: str) -> float:
    return ratio(TECHNIQUES[technique], WORKLOADS[workload])


_WALK = references(Walk(guest=4, host=4))
_HUGE = references(Walk(guest=4, host=4, guest_large=True, host_large=True))
_POST = migrate(Migration(dirty=1000, post_copy=True))
_MACHINE = Pages(count=1000, hot=0.3)

QUESTIONS = (
    Question(
        id="hypervisors-directx", kind="single", scene=at.cards(("DirectX", "none")),
        prompt=_("The notes count DirectX among the hypervisors. What is it?"),
        because=_("Games and players call it for graphics and sound. Hyper-V or Xen may have been meant."),
        hints=(_("What would run on it?"), _("No machine: programs of Windows call it."), _("Games most of all.")),
        choices=(
            Choice(text=_("a programming interface for graphics and sound"), right=True),
            Choice(text=_("a type 1 hypervisor"), why=_("No machine runs on it and nothing boots from it. That would be Hyper-V, ESXi or Xen."), scene=at.cards(("DirectX", "type1"))),
            Choice(text=_("a driver model that gives a machine the real graphics card"), why=_("That is passthrough: the IOMMU hands a device to one machine. DirectX is what a game calls, in a machine or out of it."), scene=at.cards(("DirectX", "front_end"))),
            Choice(text=_("Microsoft's product for virtual machines"), why=_("That is Hyper-V."), scene=at.cards(("Microsoft Hyper-V", "type1"))),
        ),
    ),
    Question(
        id="hypervisors-theorem", kind="single", scene=at.popek("repaired"),
        prompt=_("By Popek and Goldberg, a hypervisor can run any guest by trapping alone if …"),
        because=_("Whatever touches what the hypervisor keeps for itself must trap; then it sees all it must see, and all the rest may run directly."),
        hints=(_("What must the hypervisor be told of?"), _("Of every instruction that changes or shows what it keeps for itself."), _("Those are the sensitive ones; those that trap are the privileged ones.")),
        choices=(
            Choice(text=_("every sensitive instruction is privileged"), right=True),
            Choice(text=_("every privileged instruction is sensitive"), why=_("The other way round: SYSCALL traps without being sensitive, and does no harm. What harms is a sensitive one that does not trap."), scene=at.popek("teaching")),
            Choice(text=_("the processor has VT-x or AMD-V"), why=_("That is another way out, thirty years younger: POPF still does not trap, but it need not, for the guest has an interrupt switch of its own."), scene=at.guest("popf", "hw_npt")),
            Choice(text=_("there are no privileged instructions"), why=_("Then nothing would trap, and the hypervisor would never come in."), scene=at.popek("teaching", ("HALT", "P"))),
        ),
    ),
    Question(
        id="hypervisors-arm", kind="single", scene=at.guest("count", "dbt"),
        prompt=_("A system made for ARM processors is to run on a PC. What does that take?"),
        because=_("Emulation: software reads every instruction and does what it says, so the processor may be another. All other techniques let most instructions run directly."),
        hints=(_("Can the PC's processor execute its instructions?"), _("None of them."), _("So who must read each of them?")),
        choices=(
            Choice(text=_("emulation"), right=True),
            Choice(text=_("full virtualization"), why=_("It lets most instructions run directly: so they must be those of this processor."), scene=at.guest("count", "bt")),
            Choice(text=_("paravirtualization"), why=_("The guest's kernel asks for what is dangerous; all the rest still runs directly."), scene=at.guest("count", "pv")),
            Choice(text=_("a container"), why=_("It shares the host's kernel, and its programs run directly on the host's processor."), scene=at.cards(("Docker", "os_level"))),
        ),
    ),
    Question(
        id="hypervisors-walk-worst", kind="single", scene=at.walk(),
        prompt=_("Guest and hypervisor have page tables of 4 levels each, and the hardware walks both. How many reads of memory does a TLB miss take at worst?"),
        because=Message.of("(4 + 1) × (4 + 1) − 1 = {walk}. Large pages on both sides leave {huge}.", walk=_WALK, huge=_HUGE),
        hints=(_("Where is the guest's first table in real memory?"), _("Four reads to find it, one to read its entry; so for each level."), _("And four more for the page itself.")),
        choices=(
            Choice(text="24", right=True),
            Choice(text="8", why=_("You added: 4 + 4. But each of the guest's tables must be found through the other one."), scene=at.walk()),
            Choice(text="16", why=_("You multiplied the tables, 4 × 4. Reading the guest's entries, and finding the page, comes on top."), scene=at.walk()),
            Choice(text="4", why=_("The hardware hides the walk from software; memory is read all the same."), scene=at.walk(4, 0)),
        ),
    ),
    Question(
        id="hypervisors-virtio", kind="single", scene=at.costs("io", "hw_npt_virtio"),
        prompt=_("What is virtio?"),
        because=Message.of("Devices that exist nowhere but between guest and hypervisor, made so that few exits are needed; processor and memory stay with the hardware. With much input and output that is {virtio:.2f} times native instead of {emulated:.2f}.", virtio=_times("hw_npt_virtio", "io"), emulated=_times("hw_npt", "io")),
        hints=(_("Is there a real network card of that name?"), _("No: its driver knows that it is in a virtual machine."), _("And the processor, is it concerned?")),
        choices=(
            Choice(text=_("para-virtual devices, in machines that hardware assists"), right=True),
            Choice(text=_("a hypervisor"), why=_("It is a driver in the guest and its counterpart outside. KVM or Xen runs the machine."), scene=at.cards(("KVM", "type1"))),
            Choice(text=_("an emulated network card"), why=_("That would be e1000: a real card's registers, imitated, with an exit at each. Compare the cost of a request."), scene=at.costs("io", "hw_npt")),
            Choice(text=_("full paravirtualization"), why=_("There the guest's kernel itself is changed. virtio leaves processor and page tables alone."), scene=at.costs("io", "pv")),
        ),
    ),
    Question(
        id="hypervisors-endless", kind="single", scene=at.migration(dirty=1000),
        prompt=_("When does a live migration by pre-copy not come to an end?"),
        because=_("Each round must send what was written during the one before. If that does not get less, and does not fit in the pause, there is no last round."),
        hints=(_("What does the second round send?"), _("What was written during the first."), _("When is that not less than what the first one sent?")),
        choices=(
            Choice(text=_("when memory is written faster than it is sent, and over a large part of it"), right=True),
            Choice(text=_("when the machine is big"), why=_("Size makes the first round long; the later ones depend on what is written."), scene=at.migration(16384, 100)),
            Choice(text=_("when the two hosts have different clock speeds"), why=_("That does not matter. Another instruction set would, but then the machine cannot move at all."), scene=at.migration()),
            Choice(text=_("when the disks are shared"), why=_("That helps: then only memory has to move."), scene=at.migration(dirty=100)),
        ),
    ),
    Question(
        id="hypervisors-ha", kind="single", scene=at.failure(),
        prompt=_("A host crashes. What does vSphere HA do for its machines?"),
        because=_("It starts them on other hosts, from their files on shared storage. Each system boots again; what was in memory is gone."),
        hints=(_("What is left of a machine when its host has lost power?"), _("Its files, on shared storage."), _("So what can be done with them elsewhere?")),
        choices=(
            Choice(text=_("it starts them elsewhere, and their systems boot"), right=True),
            Choice(text=_("they go on without a pause"), why=_("That is Fault Tolerance: a second machine runs along, step by step, on another host."), scene=at.failure(moment=0)),
            Choice(text=_("it moves them with vMotion"), why=_("vMotion copies memory from a host that lives. This one is dead."), scene=at.migration()),
            Choice(text=_("it restores them from the last backup"), why=_("Nothing is wrong with their files: they lie on shared storage, as they were at the crash."), scene=at.failure()),
        ),
    ),
    Question(
        id="hypervisors-waiting", kind="single", scene=at.ready(),
        prompt=_("A machine is slow and its own monitor shows little to do, but its CPU ready is high. What does that mean?"),
        because=_("A virtual processor has work and no core runs it. Inside nobody can see that: while it waits, the machine does not even count time."),
        hints=(_("Ready for what?"), _("To run. And what is missing?"), _("A core of the host.")),
        choices=(
            Choice(text=_("its virtual processors wait for a core"), right=True),
            Choice(text=_("the machine has nothing to do"), why=_("Who has nothing to do does not wait: ready is time in which there was work."), scene=at.ready(4, 8, 50)),
            Choice(text=_("its disk is slow"), why=_("Waiting for the disk is counted elsewhere: the processor has nothing to run then."), scene=at.ready(4, 4)),
            Choice(text=_("it has too few virtual processors"), why=_("More of them would compete for the same cores: everybody would wait longer."), scene=at.ready(4, 16)),
        ),
    ),
    Question(
        id="hypervisors-proxmox", kind="single", scene=at.cards(("Proxmox VE", "platform")),
        prompt=_("What is Proxmox VE?"),
        because=_("A management platform on Debian: virtual machines by KVM and QEMU, containers by LXC, and around them cluster, storage and backup."),
        hints=(_("Who executes the guest's instructions there?"), _("The processor, let in by KVM."), _("What is left for Proxmox VE to do?")),
        choices=(
            Choice(text=_("a platform that manages KVM machines and LXC containers"), right=True),
            Choice(text=_("a hypervisor of its own kind"), why=_("The hypervisor in it is KVM, a module of the Linux kernel."), scene=at.cards(("Proxmox VE", "type1"))),
            Choice(text=_("an emulator"), why=_("QEMU in it imitates devices; instructions run directly, by KVM."), scene=at.cards(("Proxmox VE", "emulator"))),
            Choice(text=_("a container engine like Docker"), why=_("Its containers are LXC's, with a whole system's files; and it manages virtual machines as well."), scene=at.cards(("Proxmox VE", "os_level"))),
        ),
    ),
    Question(
        id="hypervisors-esx", kind="single", scene=at.cards(("VMware ESXi", "type1"), ("VMware vCenter", "platform")),
        prompt=_("“ESX server”: what is on the bare machine today, and who makes a cluster of several?"),
        because=_("ESXi is the hypervisor; HA, DRS and vMotion are vCenter's. ESX, with its Linux console, ended with version 4.1 in 2010."),
        hints=(_("Which of the two, ESX or ESXi, can still be had?"), _("The one without a console of its own; the other ended in 2010."), _("A single host knows nothing of a cluster.")),
        choices=(
            Choice(text=_("ESXi, and vCenter"), right=True),
            Choice(text=_("ESX with its console, and the console"), why=_("ESX ended with version 4.1. Since vSphere 5 there is only ESXi."), scene=at.cards(("VMware ESXi", "type1"))),
            Choice(text=_("Windows or Linux, and Workstation"), why=_("That is type 2: a program of a system. Nobody makes a cluster of those."), scene=at.cards(("VMware Workstation", "type2"))),
            Choice(text=_("vCenter, and ESXi"), why=_("The other way round: vCenter manages hosts, often from inside one of their machines."), scene=at.cards(("VMware vCenter", "type1"))),
        ),
    ),
    Question(
        id="hypervisors-gns3", kind="single", scene=at.cards(("GNS3", "front_end"), ("Dynamips", "emulator")),
        prompt=_("GNS3 draws a network and starts a router in it. Who runs the router's instructions?"),
        because=_("GNS3 is the front end. Dynamips imitates the processors of some Cisco routers, QEMU runs whole systems with KVM or without, Docker runs processes."),
        hints=(_("Which part knows the router's processor?"), _("The drawing program does not."), _("It starts another program for each kind of device.")),
        choices=(
            Choice(text=_("Dynamips, QEMU or Docker behind it"), right=True),
            Choice(text=_("GNS3, which emulates hardware"), why=_("It draws, connects and starts. The programs behind it do the imitating."), scene=at.cards(("GNS3", "emulator"))),
            Choice(text=_("a type 1 hypervisor that comes with it"), why=_("Its machine for the server runs in a hypervisor of yours; GNS3 brings none."), scene=at.cards(("GNS3", "type1"))),
            Choice(text=_("the PC's processor, directly"), why=_("A router of another processor cannot run directly: somebody reads every instruction."), scene=at.guest("count", "interp")),
        ),
    ),
    Question(
        id="hypervisors-fastest", kind="single", scene=at.costs("tlb", "pv"),
        prompt=_("“Paravirtualization is the fastest.” When is that so?"),
        because=Message.of("It depends on the work. With many TLB misses it takes {pv_tlb:.2f} times native, nested paging {npt_tlb:.2f}; with many system calls {pv:.2f} against {npt:.2f}. About 2005 there was no nested paging, and the sentence was true. A container costs less still.", pv_tlb=_times("pv", "tlb"), npt_tlb=_times("hw_npt_virtio", "tlb"), pv=_times("pv", "syscall"), npt=_times("hw_npt_virtio", "syscall")),
        hints=(_("What does each technique pay for?"), _("One for system calls and page tables, the other for TLB misses."), _("So what decides?")),
        choices=(
            Choice(text=_("it depends on what the machine does"), right=True),
            Choice(text=_("always: the guest knows that it is one, and asks"), why=_("Asking costs too. A 64-bit guest's system calls go round by the hypervisor."), scene=at.costs("syscall", "pv")),
            Choice(text=_("never any more: hardware has overtaken it everywhere"), why=_("With many TLB misses the two page tables of the hardware cost more, unless huge pages shorten the walk."), scene=at.costs("tlb", "hw_npt_virtio")),
            Choice(text=_("when the guest does much input and output"), why=_("There hardware with virtio is ahead by a little: para-virtual devices do not need a para-virtual kernel."), scene=at.costs("io", "hw_npt_virtio")),
        ),
    ),
    Question(
        id="hypervisors-hardware", kind="single", scene=at.guest("popf", "hw_npt"),
        prompt=_("“Virtualization at hardware level”: what do VT-x and AMD-V add to a processor?"),
        because=_("A third place: the guest's kernel runs in a kernel mode of its own, and only what the hypervisor wants to see exits. It is called hardware-assisted virtualization."),
        hints=(_("Where did a guest's kernel have to run before?"), _("In user mode, where POPF did nothing."), _("And now?")),
        choices=(
            Choice(text=_("a place where the guest's kernel may run, from which dangerous operations exit"), right=True),
            Choice(text=_("a trap for the 17 sensitive instructions that had none"), why=_("They still do not trap. They act on the guest's own state, which is enough."), scene=at.popek("repaired")),
            Choice(text=_("a translator of the guest's instructions"), why=_("Nothing is translated: they run as they are. Translating was what software did before."), scene=at.guest("calls", "bt")),
            Choice(text=_("more speed for virtual machines, at once"), why=_("The first generation had no nested paging: each page-table update exited, and binary translation was often faster."), scene=at.costs("fork", "hw_shadow")),
        ),
    ),
    Question(
        id="hypervisors-techniques", kind="match", scene=at.costs("syscall", "container"),
        prompt=_("Five techniques: match each with what becomes of the guest's kernel."),
        because=_("From the oldest idea to the lightest: imitate, rewrite, ask, assist, and do without."),
        hints=(_("Which one needs no kernel at all in the guest?"), _("Which two of them change the kernel's code: one beforehand, one while it runs?"), _("Which one can do with another processor's kernel?")),
        pairs=(
            (_("emulation"), _("each of its instructions is imitated")),
            (_("binary translation"), _("it is rewritten while it runs")),
            (_("paravirtualization"), _("it was changed beforehand, and asks the hypervisor")),
            (_("hardware assistance"), _("it runs unchanged, in a kernel mode of its own")),
            (_("containers"), _("there is none: the host's kernel serves all")),
        ),
    ),
    Question(
        id="hypervisors-huge", kind="single", scene=at.costs("tlb", "hw_npt_virtio", huge=True),
        prompt=_("A database in a virtual machine with nested paging jumps about in 100 GB of memory, and is slow. What helps most?"),
        because=Message.of("Huge pages on both sides: {huge} reads instead of {walk} at each TLB miss, and far fewer misses, for an entry covers 512 times as much.", huge=_HUGE, walk=_WALK),
        hints=(_("What is expensive when addresses jump about?"), Message.of("Each TLB miss: {reads} reads of {cycles} cycles.", reads=_WALK, cycles=WALK_STEP), _("How could the walk have fewer levels?")),
        choices=(
            Choice(text=_("huge pages in guest and host"), right=True),
            Choice(text=_("virtio devices"), why=_("They shorten input and output. Here the time goes into page walks."), scene=at.costs("tlb", "hw_npt_virtio")),
            Choice(text=_("more virtual processors"), why=_("Each of them walks the same two tables."), scene=at.walk()),
            Choice(text=_("the newest processor, with page tables of 5 levels"), why=_("That makes the walk longer: 35 reads if both tables have five."), scene=at.walk(5, 5)),
        ),
    ),
    Question(
        id="hypervisors-isolated", kind="single", scene=at.failure("isolated", response="leave_on"),
        prompt=_("The management network of a host is cut. The host lives, its machines serve, it writes its heartbeat to the datastore; the isolation response is “leave on”. What does HA do?"),
        because=_("Nothing: the heartbeat says that the host lives. And it holds the locks of its machines' files, so nobody could start them twice."),
        hints=(_("How does the master tell a dead host from one it cannot hear?"), _("By the datastore."), _("Who holds the locks of the machines' files?")),
        choices=(
            Choice(text=_("nothing: the machines go on where they are"), right=True),
            Choice(text=_("it starts them on other hosts"), why=_("They would run twice. Even a master without a heartbeat datastore, which takes the host for dead, is stopped by the locks."), scene=at.failure("isolated", datastore=False)),
            Choice(text=_("it switches them off, then starts them elsewhere"), why=_("That is the response “power off”: right where the machines have lost their network too."), scene=at.failure("isolated", response="power_off")),
            Choice(text=_("it moves them with vMotion"), why=_("That would need the very network that is cut."), scene=at.failure("isolated", response="leave_on")),
        ),
    ),
    Question(
        id="hypervisors-post-copy", kind="single", scene=at.migration(dirty=1000, method="post"),
        prompt=_("Post-copy always ends: the machine moves first, and its memory follows. What does it risk?"),
        because=Message.of("While pages are missing the machine lives on two hosts: if one of them or the link dies, it is lost. With 4096 MB and a link of 1000 MB/s that lasts {seconds:.1f} s.", seconds=_POST.exposed),
        hints=(_("Where is the machine's memory after it has moved?"), _("Part of it is still at the old host."), _("What if that host dies now?")),
        choices=(
            Choice(text=_("the machine, if either host or the link dies meanwhile"), right=True),
            Choice(text=_("a pause that grows with the memory"), why=_("The pause is the shortest of all: nothing but the processor's state is sent in it."), scene=at.migration(dirty=1000, method="post")),
            Choice(text=_("a guest that is held back until it hardly writes"), why=_("That is auto-converge, which makes pre-copy end."), scene=at.migration(dirty=1000, method="auto")),
            Choice(text=_("that most of the memory is sent several times"), why=_("That is pre-copy. Here each page is sent once more at most, after the move."), scene=at.migration(dirty=900)),
        ),
    ),
    Question(
        id="hypervisors-percentage", kind="single", scene=at.admission("percent", big=6),
        prompt=_("The percentage policy keeps 25 % of the cluster's CPU and memory free, and admits a machine of 6 GiB that slots refuse. What does it not look at?"),
        because=_("It adds up what is free in the whole cluster. Whether one of the hosts that are left has 6 GiB in one piece, it does not ask."),
        hints=(_("What does it compare with 25 %?"), _("The sum over all hosts."), _("Can a machine run on half of one host and half of another?")),
        choices=(
            Choice(text=_("whether one host has room for it"), right=True),
            Choice(text=_("how much memory is reserved"), why=_("That is exactly what it adds up, CPU and memory each by itself."), scene=at.admission("percent")),
            Choice(text=_("that a host may die"), why=_("That is what the 25 % are for: about one host of four."), scene=at.admission("percent")),
            Choice(text=_("the largest reservation"), why=_("True, and that is its strength: one big machine does not spoil the count for all. Look for what it misses."), scene=at.admission(big=6)),
        ),
    ),
    Question(
        id="hypervisors-balloon", kind="single", scene=at.pressure(),
        prompt=_("A host is short of memory. Why does it take it by the guests' balloons before it swaps?"),
        because=Message.of("The guest's kernel knows which pages are cold, and gives those up. Half of the memory of a machine that uses 30 % of it costs nothing that way; by blind swap it becomes {swap:.0f} times slower.", swap=slowdown(_MACHINE, swap=500)),
        hints=(_("Who chooses the pages when a balloon grows?"), _("The guest's kernel, which needs memory for it."), _("What does it know that the host does not?")),
        choices=(
            Choice(text=_("the guest chooses the pages, and takes cold ones"), right=True),
            Choice(text=_("a balloon takes more than swap can"), why=_("It takes at most 65 % of a machine's memory; swap could take all of it."), scene=at.pressure()),
            Choice(text=_("a balloon packs pages"), why=_("That is compression, another tool. A balloon is memory the guest's driver asks for and does not use."), scene=at.pressure()),
            Choice(text=_("a balloon works without anything in the guest"), why=_("It needs a driver in the guest; swap does not, and is the last resort for that reason."), scene=at.pressure()),
        ),
    ),
    Question(
        id="hypervisors-ready-percent", kind="numeric", answer=ready_percent(4000, vcpus=4), tolerance=1e-6, unit="%", scene=at.ready(),
        prompt=_("vCenter's chart shows 4000 ms of CPU ready in a sample of 20 s, for a machine of 4 virtual processors. How much is that for each of them, in %?"),
        because=Message.of("4000 ms of 20 000 ms are {all:.0f} % for the machine, {each:.0f} % for each of its four.", all=ready_percent(4000), each=ready_percent(4000, vcpus=4)),
        hints=(_("What share of the sample is it?"), _("20 %, all four together."), _("For each: a quarter of that.")),
        choices=(
            Choice(value=ready_percent(4000), why=_("That is the sum over all four."), scene=at.ready()),
            Choice(value=4.0, why=_("A sample is 20 s long, not 100."), scene=at.ready()),
            Choice(value=1.0, why=_("1000 ms each, of 20 000."), scene=at.ready()),
        ),
    ),
)  # fmt: skip
