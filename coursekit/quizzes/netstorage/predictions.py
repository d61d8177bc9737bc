"""What each lab on network storage asks before it opens."""

from coursekit.i18n import mark as _
from coursekit.quizzes.netstorage import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.message import Message
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.latency import Request, break_even, device
from coursekit.sims.netstorage.placement import modulo
from coursekit.sims.netstorage.pxe import http_s
from coursekit.sims.netstorage.quorum import majority
from coursekit.sims.netstorage.redundancy import erasure, loss, replicas
from coursekit.sims.netstorage.sizing import Cluster, size
from coursekit.sims.netstorage.storm import Storm, formula_s
from coursekit.sims.netstorage.tftp import Transfer
from coursekit.sims.netstorage.verdicts import writes

_EVEN = 100 * (break_even(device("hdd"), Request()) or 0.0)
_EVEN_1M = 100 * (break_even(device("hdd"), Request(size=1 << 20)) or 0.0)
_STORM = formula_s(Storm())
_ALONE = formula_s(Storm(clients=1))
_BIG = formula_s(Storm(server=Link(gbps=10)))
_FILE = 60_000_000
_TFTP, _BLOCKS = Transfer(size=_FILE), Transfer(size=_FILE, blk=1468)
_HTTP = http_s(_FILE, Link())
_TIMES = loss(erasure(4, 2), 0.01) / loss(replicas(3), 0.01)
_LOCAL, _COPIED, _CODED = (each.total_s * 1e3 for each in writes())
_MODULO = 100 * float((modulo(20_000, 4) != modulo(20_000, 5)).mean())
_SIZED = size(Cluster())

PREDICTIONS = {
    "netstorage-disk": Prediction(
        question=Question(
            id="netstorage-predict-disk", kind="numeric", answer=_EVEN, tolerance=0.5, unit="%",
            prompt=_("A hard disk in the machine; the same model in a server, over 1 Gb/s. Requests of 4 KiB. How many percent of them must the server answer from its memory to be as fast?"),
            because=Message.of("{even:.1f} %. The disk takes 12.7 ms, the way to the server 0.26 ms: it is paid for by one answer from memory in fifty. With requests of 1 MiB it is {large:.0f} %, for the cable is slower than the disk then.", even=_EVEN, large=_EVEN_1M),
            choices=(
                Choice(value=50, why=_("That would be so if the way took half as long as the disk. It takes a fiftieth."), scene=at.disk(hits=50)),
                Choice(value=90, why=_("By then it is eight times as fast."), scene=at.disk(hits=90)),
                Choice(value=100, why=_("Even a few answers from memory make up for the way."), scene=at.disk(hits=100)),
            ),
            hints=(_("What does a hard disk spend its time on? Seeking and turning: 12.7 ms."), _("What does the way cost? About 0.26 ms."), _("How many answers from memory pay for that?")),
        ),
        scene=at.disk(hits=2),
        change=_("put an SSD into the machine. From what share does the server win now? And with requests of 1 MiB?"),
    ),
    "netstorage-map": Prediction(
        question=Question(
            id="netstorage-predict-map", kind="single",
            prompt=_("An SSD (SATA) in the machine against a server over 10 Gb/s. Small requests. From what share of answers from memory does the server win?"),
            because=_("Never: the way there and back alone takes longer than the SSD. Only large requests, for which the cable is faster than the SSD, go to the server."),
            hints=(_("How long does the SSD take? 0.107 ms."), _("How long does the way take, with an answer from memory?"), _("0.23 ms.")),
            choices=(
                Choice(text=_("never"), right=True),
                Choice(text=_("from about a half"), why=_("Even with all answers from memory the way takes longer than the SSD."), scene=at.who_wins("sata_ssd", "hdd", 10)),
                Choice(text=_("from about 90 %"), why=_("At 100 % it is still twice as slow."), scene=at.who_wins("sata_ssd", "hdd", 10)),
                Choice(text=_("always: memory is faster than any SSD"), why=_("It is. But it is at the other end of a cable."), scene=at.who_wins("sata_ssd", "ram", 10)),
            ),
        ),
        scene=at.who_wins("sata_ssd", "hdd", 10),
        change=_("look for requests that the server wins all the same. What do they have in common?"),
    ),
    "netstorage-storm": Prediction(
        question=Question(
            id="netstorage-predict-storm", kind="numeric", answer=_STORM, tolerance=0.1, unit="s",
            prompt=_("Thirty machines without disks are switched on at eight o’clock. Each reads 500 MB from one server that hangs on 1 Gb/s. After how many seconds is the last one ready?"),
            because=Message.of("{all:.0f} s: 30 times 500 MB through one cable that carries 118 MB a second. One alone takes {one:.1f} s. With 10 Gb/s at the server it would be {big:.1f} s.", all=_STORM, one=_ALONE, big=_BIG),
            choices=(
                Choice(value=_ALONE, why=_("That is one machine alone. Thirty share the cable of the server."), scene=at.storm(1)),
                Choice(value=_BIG, why=_("That would be a server on 10 Gb/s."), scene=at.storm(30, 10)),
                Choice(value=15, why=_("15 000 MB by 1 Gb/s: but a byte has eight bits."), scene=at.storm(30)),
            ),
            hints=(_("How much is read in all? 15 000 MB."), _("How many megabytes a second does 1 Gb/s carry?"), _("About 118.")),
        ),
        scene=at.storm(30),
        change=_("give the server 10 Gb/s, then a hard disk of 200 MB/s. What is in the way now?"),
    ),
    "netstorage-nbd": Prediction(
        question=Question(
            id="netstorage-predict-nbd", kind="numeric", answer=28, tolerance=1e-9, unit=_("bytes"),
            prompt=_("Over NBD, how many bytes does a client send to ask for 1024 bytes (headers of TCP and IP left out)?"),
            because=_("28: a magic number, flags and command, a number of its own by which it knows the answer again, the place and the length. 16 bytes and the data come back."),
            choices=(
                Choice(value=1024, why=_("That many come back, behind 16 bytes of the answer.")),
                Choice(value=16, why=_("That is the head of the answer.")),
                Choice(value=512, why=_("No sector travels with a question."), scene=at.nbd(("read", 4096, 1024))),
            ),
            hints=(_("What must a request say?"), _("Read; from where; how much; and which request this is."), _("4 for a magic number, 2 and 2, 8, 8, 4.")),
        ),
        scene=at.nbd(("read", 4096, 1024)),
        change=_("write, and look at the order of the bytes; then read beyond the end of the disk."),
    ),
    "netstorage-live": Prediction(
        question=Question(
            id="netstorage-predict-live", kind="single",
            prompt=_("A small server on this machine holds a disk in memory. A delay of 5 ms is put on each direction. How long does a read of 4 KiB take?"),
            because=_("A little more than 10 ms: 5 there, 5 back. What the machine itself needs is a small part of it; how small, you can measure."),
            hints=(_("The request travels: 5 ms."), _("The answer travels too."), _("And the memory of this machine answers in microseconds.")),
            choices=(
                Choice(text=_("a little more than 10 ms"), right=True),
                Choice(text=_("a little more than 5 ms"), why=_("The answer has to come back as well."), scene=at.live(delay=5)),
                Choice(text=_("less than 1 ms: it is the same machine"), why=_("Without the delay it would be. That is what the delay stands for: distance."), scene=at.live(delay=0)),
                Choice(text=_("about 20 ms: a connection is made each time"), why=_("The connection is made once, at the beginning."), scene=at.live(delay=5)),
            ),
        ),
        scene=at.live(delay=5),
        change=_("take the delay away and compare with the disks of the first lab. Then lose one packet in a hundred."),
    ),
    "netstorage-mount": Prediction(
        question=Question(
            id="netstorage-predict-mount", kind="single",
            prompt=_("Two hosts mount the same small file system over a block protocol. Each makes one file of its own. Both write out what they hold. What does a check of the disk find?"),
            because=_("Nothing, and one of the files is gone. Both took the same free inode and the same free block: who wrote last has written over the other, and the tables agree."),
            hints=(_("Who decides which block is free?"), _("Each host, from its own copy of the tables."), _("Both copies were the same. So which block does each take?")),
            choices=(
                Choice(text=_("nothing wrong, and one file is gone"), right=True),
                Choice(text=_("both files, in order"), why=_("So it is when a server of files keeps the tables."), scene=at.mount("nfs")),
                Choice(text=_("the second host was refused"), why=_("Blocks are refused to nobody: the server does not know what they mean."), scene=at.mount("iscsi")),
                Choice(text=_("the two files, and an error in the tables"), why=_("Errors show when the hosts have taken different blocks. Here both took the same ones."), scene=at.mount("iscsi", files=2)),
            ),
        ),
        scene=at.mount("iscsi"),
        change=_("let the second host make two files. What does the check find now? Then do it over a protocol of files."),
    ),
    "netstorage-pxe": Prediction(
        question=Question(
            id="netstorage-predict-pxe", kind="numeric", answer=_TFTP.seconds, tolerance=0.15, unit="s",
            prompt=_("TFTP sends a block of 512 bytes and waits for its receipt, 0.3 ms each time. How many seconds does a file of 60 MB take over 1 Gb/s?"),
            because=Message.of("{tftp:.1f} s: {blocks} times 0.3 ms of waiting, and hardly half a second of sending. With blocks of 1468 bytes {larger:.1f} s, by HTTP {http:.2f} s.", tftp=_TFTP.seconds, blocks=_TFTP.blocks, larger=_BLOCKS.seconds, http=_HTTP),
            choices=(
                Choice(value=_HTTP, why=_("That is HTTP: many packets are under way at once."), scene=at.pxe("none", load="http")),
                Choice(value=_BLOCKS.seconds, why=_("That would be blocks of 1468 bytes, which client and server must agree on."), scene=at.pxe("none", block=1468)),
                Choice(value=60, why=_("Count the blocks, and what each of them waits."), scene=at.pxe("none", block=512)),
            ),
            hints=(_("How many blocks are 60 MB?"), _("117 188."), _("Each waits 0.3 ms.")),
        ),
        scene=at.pxe("none", block=512, size=60),
        change=_("make the blocks larger, then send sixteen before a receipt. Then block UDP port 69 and read the screen."),
    ),
    "netstorage-copies": Prediction(
        question=Question(
            id="netstorage-predict-copies", kind="numeric", answer=_TIMES, tolerance=0.15,
            prompt=_("Every node is dead with a chance of 1 %, at random. Three copies, or four pieces and two computed ones: both survive two deaths. How many times as likely is an object lost with 4+2?"),
            because=Message.of("About {times:.0f} times: three of six may die in twenty ways, three of three in one. It takes half the room, and that is the price.", times=_TIMES),
            choices=(
                Choice(value=1, why=_("Both survive two deaths. But there are more triples among six than among three."), scene=at.copies("erasure", k=4, m=2)),
                Choice(value=2, why=_("There are twice as many nodes, but twenty times as many triples."), scene=at.copies("erasure", k=4, m=2)),
                Choice(value=0.5, why=_("Half the room, not half the risk."), scene=at.copies("copies", copies=3)),
            ),
            hints=(_("Three copies are lost when these three nodes are dead."), _("4+2 is lost when any three of six are dead."), _("How many triples are there among six?")),
        ),
        scene=at.copies("erasure", k=4, m=2, p=1.0),
        change=_("kill three nodes one by one. Then find pieces that are lost less often than three copies and take less room."),
    ),
    "netstorage-write": Prediction(
        question=Question(
            id="netstorage-predict-write", kind="numeric", answer=_COPIED / _LOCAL, tolerance=0.1,
            prompt=_("Writing 4 KiB to an NVMe disk takes 0.081 ms. In a cluster with three copies and round trips of 0.2 ms: how many times as long until the write is confirmed?"),
            because=Message.of("{times:.1f} times: to the first node and from there to the two others, two rounds of 0.2 ms, each with a write of its own. Not the disks are slow, the rounds are.", times=_COPIED / _LOCAL),
            choices=(
                Choice(value=3, why=_("Three copies, but two of them are written at the same time; and the way is longer than the writing."), scene=at.write("copies")),
                Choice(value=1, why=_("It is confirmed only when all have it."), scene=at.write("local")),
                Choice(value=(0.2 + _LOCAL) / _LOCAL, why=_("That is one round. The first node has to reach the others."), scene=at.write("copies")),
            ),
            hints=(_("Who gets the data first?"), _("One node, which passes them on to the two others at the same time."), _("Two rounds, each 0.2 ms and a write.")),
        ),
        scene=at.write("copies"),
        change=_("take the erasure code. Which round is new, and what is it for?"),
    ),
    "netstorage-placement": Prediction(
        question=Question(
            id="netstorage-predict-placement", kind="numeric", answer=_MODULO, tolerance=0.03, unit="%",
            prompt=_("The place of an object is the remainder of its hash by the number of nodes: four. A fifth one is added. How many percent of the objects move?"),
            because=Message.of("{moved:.0f} %: only where both remainders agree does an object stay. A fifth would have been enough. Placement by drawing lots (straw2) moves hardly more than that.", moved=_MODULO),
            choices=(
                Choice(value=20, why=_("So much would be enough, and straw2 comes near to it. A remainder knows nothing of before."), scene=at.placement(("add",))),
                Choice(value=25, why=_("Each of the four gives a fifth of what it has, if it is done well: 20 % in all."), scene=at.placement(("add",))),
                Choice(value=100, why=_("Where both remainders are the same, one of five stays."), scene=at.placement(("add",), way="modulo")),
            ),
            hints=(_("A hash of 7 is on node 3 (7 = 4 + 3). And afterwards?"), _("7 = 5 + 2: on node 2."), _("Among twenty in a row, how many have the same remainder by 4 and by 5?")),
        ),
        scene=at.placement(("add",), way="modulo"),
        change=_("do the same with straw2. Then take a disk out, and in a second run set its weight to 0: what moves more?"),
    ),
    "netstorage-recovery": Prediction(
        question=Question(
            id="netstorage-predict-recovery", kind="single",
            prompt=_("A host of the cluster dies. Three copies, at least two must be there. What happens in the first ten minutes?"),
            because=_("Nothing is copied: reading and writing go on with two copies, and the cluster waits, for most hosts come back from a restart. After ten minutes it counts the host out and begins to copy."),
            hints=(_("Most machines that do not answer have only been restarted."), _("What would copying everything at once cost?"), _("It waits, for a while.")),
            choices=(
                Choice(text=_("it goes on with two copies and waits"), right=True),
                Choice(text=_("the missing copies are made at once"), why=_("Then every restart would send terabytes over the network."), scene=at.recovery(0, out=0)),
                Choice(text=_("reading and writing stop"), why=_("Two copies are there, and two are enough."), scene=at.recovery(0)),
                Choice(text=_("what was on the host is lost"), why=_("Two copies of it are on other hosts."), scene=at.recovery(0)),
            ),
        ),
        scene=at.recovery(0),
        change=_("let a second host die: before the ten minutes are over, in the middle of copying, after it. What is different?"),
    ),
    "netstorage-quorum": Prediction(
        question=Question(
            id="netstorage-predict-quorum", kind="single",
            prompt=_("Three nodes vote, each of them is up 99 % of the time. You add a fourth. Is a majority up more often?"),
            because=Message.of("Less often: {three:.4%} become {four:.4%}. Three of four are needed now, so still only one may die, and there is one more that can.", three=majority(3, 0.99), four=majority(4, 0.99)),
            hints=(_("How many must be up of three? Two."), _("And of four?"), _("More than half: three.")),
            choices=(
                Choice(text=_("less often"), right=True),
                Choice(text=_("more often: more nodes, more safety"), why=_("More nodes, but also a larger majority."), scene=at.quorum(4)),
                Choice(text=_("exactly as often"), why=_("One may die in both cases. But of four, two die together more often than of three."), scene=at.quorum(4)),
                Choice(text=_("it depends on who leads"), why=_("Whoever leads, the votes are counted."), scene=at.quorum(3)),
            ),
        ),
        scene=at.quorum(4, 2),
        change=_("cut four nodes in the middle; give the witness to one side. Then cut two nodes."),
    ),
    "netstorage-sizing": Prediction(
        question=Question(
            id="netstorage-predict-sizing", kind="numeric", answer=_SIZED.rebuildable_tb, tolerance=0.03, unit=_("TB"),
            prompt=_("Four hosts, each with six disks of 4 TB. Three copies, 15 % stay free. How many terabytes of data may it hold, if what was on a dead host is to be copied to the others?"),
            because=Message.of("{raw:.0f} TB / 3 · 0.85 = {usable:.1f} TB, and three quarters of it, for three hosts must hold everything: {answer:.1f} TB.", raw=_SIZED.raw_tb, usable=_SIZED.usable_tb, answer=_SIZED.rebuildable_tb),
            choices=(
                Choice(value=_SIZED.raw_tb, why=_("That is on the invoice. Everything is there three times."), scene=at.sizing()),
                Choice(value=_SIZED.raw_tb / 3, why=_("A disk that is full cannot even move things: 15 % stay free."), scene=at.sizing()),
                Choice(value=_SIZED.usable_tb, why=_("When a host dies, its copies find no room on the other three."), scene=at.sizing()),
            ),
            hints=(_("How much is it in all? 96 TB."), _("A third of it, and 85 % of that."), _("And three hosts must be enough.")),
        ),
        scene=at.sizing(),
        change=_("take three hosts instead of four. What is missing when one of them dies?"),
    ),
    "netstorage-own": Prediction(
        question=Question(
            id="netstorage-predict-own", kind="single",
            prompt=_("Six hosts in three racks, three copies, no two in one rack. The switch of a rack dies. What goes on?"),
            because=_("Everything: each object has two copies in the other racks, and four of six hosts are a majority. New copies cannot be made, for there is no third rack to put them in."),
            hints=(_("How many copies of an object hung on that switch? One at most."), _("How many hosts hear each other still?"), _("Where could a new copy go?")),
            choices=(
                Choice(text=_("everything, with two copies each"), right=True),
                Choice(text=_("two thirds of the objects"), why=_("No object lay in that rack alone."), scene=at.own()),
                Choice(text=_("nothing: the majority is gone"), why=_("Four of six is more than half."), scene=at.quorum(6, 2)),
                Choice(text=_("everything, and soon with three copies again"), why=_("The third copy may lie in neither of the two racks: each has one already."), scene=at.own()),
            ),
        ),
        scene=at.own(),
        change=_("now plan one yourself that meets the task with fewer hosts."),
    ),
}  # fmt: skip
