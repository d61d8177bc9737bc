"""The questions of the chapter on network storage; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.netstorage import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.message import Message
from coursekit.sims.netstorage.goodput import Link, goodput_mb_s
from coursekit.sims.netstorage.latency import Request, device, duel
from coursekit.sims.netstorage.redundancy import erasure, replicas

_NVME = duel(device("nvme"), Request(server=device("nvme"), link=Link(gbps=10), hit=0.0))
_HERE, _THERE = (each.total_s * 1e3 for each in (_NVME.local, _NVME.remote))
_WIRE_10, _WIRE_100 = (4096 / goodput_mb_s(Link(gbps=rate)) / 1e3 for rate in (10, 100))
_STREAM = goodput_mb_s(Link(gbps=10)) / 200
_CODE, _COPIES = erasure(4, 2), replicas(3)

QUESTIONS = (
    Question(
        id="netstorage-nas-san", kind="single", scene=at.mount("nfs"),
        prompt=_("What makes a NAS different from a SAN?"),
        because=_("A NAS answers for files: it keeps the file system and knows who opens what. A SAN answers for blocks: the file system is kept by the one who asks."),
        hints=(_("What does the client ask for?"), _("In one case “read /marks”, in the other “read block 4096”."), _("Who of the two keeps the file system?")),
        choices=(
            Choice(text=_("it serves files, a SAN serves blocks"), right=True),
            Choice(text=_("it is slower"), why=_("That depends on disks and cables. Both may use the same."), scene=at.disk()),
            Choice(text=_("it has no RAID"), why=_("RAID lies under both: neither files nor blocks tell how they are kept."), scene=at.copies()),
            Choice(text=_("it needs a network, a SAN does not"), why=_("A SAN is a network. Disks without one are called direct-attached."), scene=at.nbd()),
        ),
    ),
    Question(
        id="netstorage-two-hosts", kind="single", scene=at.mount("iscsi"),
        prompt=_("Two servers use the same disk over iSCSI and both mount its ext4 for writing. What follows?"),
        because=_("Each keeps tables of its own in memory and writes them over the other’s. The target only moves blocks: it cannot know."),
        hints=(_("Who keeps the tables of the file system?"), _("Each host, in its own memory."), _("What does one know of the block that the other has just taken?")),
        choices=(
            Choice(text=_("the file system is destroyed"), right=True),
            Choice(text=_("nothing: it is shared storage"), why=_("Files can be shared, by a server that keeps the tables. Blocks cannot, unless the file system is made for it."), scene=at.mount("nfs")),
            Choice(text=_("the second can only read"), why=_("Nobody arbitrates: the target knows blocks, not mounts."), scene=at.mount("iscsi")),
            Choice(text=_("iSCSI locks the files"), why=_("iSCSI does not know that there are files."), scene=at.nbd(("read", 4096, 1024))),
        ),
    ),
    Question(
        id="netstorage-nvme", kind="single", scene=at.disk("nvme", "nvme", 0, 10),
        prompt=_("One request of 4 KiB: an NVMe disk in the machine, or the same in a server over 10 Gb/s?"),
        because=Message.of("{here:.3f} ms against {there:.3f} ms, {times:.1f} times as long: the medium is the same, the way there and back and the processor come on top.", here=_HERE, there=_THERE, times=_THERE / _HERE),
        hints=(_("How long does the disk itself take? Less than 0.1 ms."), _("How long does the way there and back take? 0.2 ms."), _("A faster cable shortens only the time of the bytes on it.")),
        choices=(
            Choice(text=_("the one in the machine, by about four times"), right=True),
            Choice(text=_("the one in the server"), why=_("True of a hard disk, against a server’s memory. Not of this one."), scene=at.disk("hdd", "nvme", 90, 10)),
            Choice(text=_("both alike: it is the same disk"), why=_("The same disk, and a way to it that takes longer than the disk."), scene=at.disk("nvme", "nvme", 0, 10)),
            Choice(text=_("the one in the server, once the cable has 25 Gb/s"), why=_("The bytes are on the cable for a few microseconds. It is the round trip that takes long."), scene=at.disk("nvme", "nvme", 0, 25)),
        ),
    ),
    Question(
        id="netstorage-bandwidth", kind="single", scene=at.disk("sata_ssd", "ram", 100, 100),
        prompt=_("A server answers requests of 4 KiB from its memory over 10 Gb/s. The cable is replaced by one of 100 Gb/s. What becomes of the time of a request?"),
        because=Message.of("Hardly anything: of more than 0.2 ms, the bytes were on the cable for {ten:.4f} ms; now it is {hundred:.4f} ms.", ten=_WIRE_10, hundred=_WIRE_100),
        hints=(_("What does a request wait for?"), _("The round trip, the processor, the bytes on the cable."), _("Which of the three becomes shorter?")),
        choices=(
            Choice(text=_("it hardly changes"), right=True),
            Choice(text=_("a tenth"), why=_("Ten times as many bytes a second, but each of them still has to get there and back."), scene=at.disk("sata_ssd", "ram", 100, 100)),
            Choice(text=_("a third"), why=_("Nothing is divided by a square root here: one part shrinks, the others stay."), scene=at.disk("sata_ssd", "ram", 100, 10)),
            Choice(text=_("a half"), why=_("Half of it is not the cable. Look at the parts of the bar."), scene=at.disk("sata_ssd", "ram", 100, 10)),
        ),
    ),
    Question(
        id="netstorage-streams", kind="numeric", answer=int(_STREAM), tolerance=1e-9, unit=_("machines"), scene=at.who_wins("hdd", "ram", 10, clients=int(_STREAM)),
        prompt=_("A hard disk in the machine reads 200 MB/s in one go. A fast server hangs on 10 Gb/s. How many machines at most can read from it at once, each of them as fast as from its own disk?"),
        because=Message.of("10 Gb/s carry {mb:.0f} MB/s of data; divided by 200 that is {share:.2f}: {n} machines.", mb=goodput_mb_s(Link(gbps=10)), share=_STREAM, n=int(_STREAM)),
        hints=(_("How many megabytes a second are 10 Gb/s at most?"), _("1250, and a little less without the headers: 1177."), _("Divide by 200, and round down.")),
        choices=(
            Choice(value=6, why=_("1250 / 200 is more than 6, but headers take some of it: 5.88."), scene=at.who_wins("hdd", "ram", 10, clients=6)),
            Choice(value=50, why=_("10 Gb/s are bits: eight of them make a byte."), scene=at.who_wins("hdd", "ram", 10, clients=50)),
            Choice(value=1, why=_("One alone gets nearly six times as much as from its disk."), scene=at.who_wins("hdd", "ram", 10, clients=1)),
        ),
    ),
    Question(
        id="netstorage-five-cut", kind="single", scene=at.quorum(5, 2),
        prompt=_("A cluster of five nodes is cut in two and three. Nobody is dead. What happens?"),
        because=_("Three of five are a majority, and the other side cannot have one: the three go on, the two stop."),
        hints=(_("Each side thinks that the other is dead."), _("How many votes are needed?"), _("More than half of five: three.")),
        choices=(
            Choice(text=_("the three go on, the two stop"), right=True),
            Choice(text=_("both go on"), why=_("Then both would write, each to its own copies: a split brain."), scene=at.quorum(4, 2)),
            Choice(text=_("all stop"), why=_("A cut stops those without a majority, not everybody."), scene=at.quorum(5, 2)),
            Choice(text=_("the side with the former leader goes on"), why=_("The leader leads as long as a majority follows it."), scene=at.quorum(5, 1)),
        ),
    ),
    Question(
        id="netstorage-two-offline", kind="single", scene=at.recovery(20, size=3, hosts=3),
        prompt=_("Three copies, at least two of which must be there for reading and writing. Two of them are offline. What happens?"),
        because=_("Reading and writing wait. Nothing is lost: one copy is there. As soon as a second one comes back, it goes on."),
        hints=(_("How many copies are there? One."), _("How many must be there? Two."), _("Is what cannot be reached the same as what is lost?")),
        choices=(
            Choice(text=_("reading and writing wait, nothing is lost"), right=True),
            Choice(text=_("the data are lost"), why=_("One copy exists. Lost would be: none."), scene=at.recovery(20, size=3, hosts=3)),
            Choice(text=_("it goes on with one copy"), why=_("That is what the minimum of two forbids: what is written to one copy only may be gone with it."), scene=at.recovery(0, size=2, hosts=4)),
            Choice(text=_("the rule is lowered to one copy"), why=_("A rule that gives way when it matters would protect nothing. A person may lower it, knowing the risk."), scene=at.recovery(20, size=3, hosts=3)),
        ),
    ),
    Question(
        id="netstorage-rack", kind="single", scene=at.own(),
        prompt=_("Why would one ask that no two copies lie in the same rack?"),
        because=_("A rack has one switch and one power supply. If all copies hung on them, both would be enough to lose everything."),
        hints=(_("What do the hosts of a rack have in common?"), _("Switch, power, cooling."), _("What dies with them?")),
        choices=(
            Choice(text=_("so that one switch cannot take all of them"), right=True),
            Choice(text=_("so that reading is faster"), why=_("From another rack it takes longer, if anything."), scene=at.write("copies")),
            Choice(text=_("so that it takes less room"), why=_("Three copies take three times the room wherever they lie."), scene=at.copies()),
            Choice(text=_("because the majority needs it"), why=_("Votes are of nodes, copies are of data. A rack may well have the majority."), scene=at.quorum(3, 1)),
        ),
    ),
    Question(
        id="netstorage-tftp", kind="single", scene=at.pxe("udp69"),
        prompt=_("A machine without a disk has got its address. Then it says “TFTP open timeout”. Where do you look?"),
        because=_("At the server of the boot files, and at what lies between: its address in the answer of the DHCP server, UDP port 69 in the firewall."),
        hints=(_("Which step has worked already?"), _("DHCP has answered."), _("Whom does it ask next, and how?")),
        choices=(
            Choice(text=_("the boot server’s address, or UDP port 69"), right=True),
            Choice(text=_("the DHCP server"), why=_("It has given an address: it works. Without it the message is another one."), scene=at.pxe("no_dhcp")),
            Choice(text=_("its disk"), why=_("It needs none: that is the point."), scene=at.pxe("none")),
            Choice(text=_("the VLAN of the DHCP server"), why=_("Then it would have no address either."), scene=at.pxe("no_dhcp")),
        ),
    ),
    Question(
        id="netstorage-erasure", kind="single", scene=at.copies("erasure", k=4, m=2),
        prompt=_("Four pieces and two computed ones (4+2), against three copies: which is true?"),
        because=Message.of("{code} times the room instead of {copies} times, two deaths survived by both; but a small write must read first, and six nodes are needed.", code=_CODE.overhead, copies=_COPIES.overhead),
        hints=(_("How many bytes lie on disks for four bytes of data?"), _("Six in one case, twelve in the other."), _("How many may be missing in each case?")),
        choices=(
            Choice(text=_("half the room, survives two deaths, small writes cost more"), right=True),
            Choice(text=_("survives four deaths"), why=_("Four are needed. Two may be missing."), scene=at.copies("erasure", k=4, m=2, dead=3)),
            Choice(text=_("takes the same room"), why=_("Six pieces for four of data: 1.5 times, not 3."), scene=at.copies("copies", copies=3)),
            Choice(text=_("three nodes are enough for it"), why=_("Each of its six pieces wants a node of its own, else one death takes two pieces."), scene=at.copies("erasure", k=4, m=2)),
        ),
    ),
    Question(
        id="netstorage-hyperconverged", kind="multiple", scene=at.sizing(),
        prompt=_("What does a hyperconverged cluster need? Choose all that are true."),
        because=_("Every node runs the same software, computes and stores; a majority must hear each other; the copies travel over the network between them. No server stands in the way of the data, and disks need not be equal."),
        hints=(_("Who answers for a block: one server, or the node that holds it?"), _("A web page for administrators may be off: does anything stop?"), _("What does each write cross?")),
        choices=(
            Choice(text=_("a majority of nodes that hear each other"), right=True, scene=at.quorum(4, 2)),
            Choice(text=_("a fast network between the nodes"), right=True, scene=at.write("copies")),
            Choice(text=_("a server that all data pass through"), why=_("Whoever asks computes the place and asks that node."), scene=at.placement()),
            Choice(text=_("the same disks everywhere"), why=_("Placement goes by weight: a larger disk gets more."), scene=at.placement(("weight", 0, 2.0))),
        ),
    ),
    Question(
        id="netstorage-boot-order", kind="order", scene=at.pxe("none"),
        prompt=_("A machine boots without a disk. Put in order what happens."),
        because=_("First an address and the name of a file, then the loader, then the kernel; the kernel asks for an address again, for it has its own driver of the card; at last the root of its files."),
        hints=(_("What must it have before it can ask for a file?"), _("The loader fetches the kernel."), _("The kernel begins anew.")),
        choices=(
            Choice(text=_("the card asks for an address"), why=_("Nothing can be fetched before there is an address."), scene=at.pxe("no_dhcp")),
            Choice(text=_("the boot loader comes by TFTP"), why=_("The answer to the first question named it."), scene=at.pxe("udp69")),
            Choice(text=_("the kernel comes"), why=_("The loader fetches it; the firmware alone could not."), scene=at.pxe("no_file")),
            Choice(text=_("the kernel asks for an address"), why=_("It drives the card itself now and knows nothing of what the firmware knew."), scene=at.pxe("none")),
            Choice(text=_("the root is mounted"), why=_("For that the kernel must run and have an address."), scene=at.pxe("no_root")),
        ),
    ),
)  # fmt: skip
