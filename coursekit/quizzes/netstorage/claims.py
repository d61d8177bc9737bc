"""The sentences of the notes about network storage, and two that everybody says, each judged."""

from coursekit.i18n import mark as _
from coursekit.quizzes.netstorage import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="netstorage-claim-hyperconvergence", verdict="imprecise", scene=at.placement(("add",)),
        quote=_("Hyperconvergence: a server that manages a cluster of machines to do RAID with them"),
        correct=_("There is no such server: every node computes and stores, and runs the same software. The data lie in copies or pieces on several nodes, near to RAID in idea; but where they lie is computed, a majority decides who goes on, and what dies together is counted. A console may manage it; the data do not pass through it."),
        source="Ceph documentation, architecture; Weil et al., SC’06", question="netstorage-hyperconverged",
    ),
    Claim(
        id="netstorage-claim-faster", verdict="imprecise", scene=at.disk("hdd", "hdd", 90, 1),
        quote=_("A machine without a disk that uses a server’s disk through a cable is faster than a disk installed in it"),
        correct=_("Against a hard disk, yes, as soon as the server answers a few percent of small requests from memory. Against an SSD, never for small requests: the way there and back takes longer than the disk. And in one go, 1 Gb/s carries less than one hard disk reads, and thirty machines share it."),
        source="Hennessy, Patterson, Computer Architecture", question="netstorage-nvme",
    ),
    Claim(
        id="netstorage-claim-takes-over", verdict="incomplete", scene=at.quorum(4, 2),
        quote=_("One fails, one takes over"),
        correct=_("Whoever takes over must know that the other one is dead, and not only out of hearing: by a majority, and by making sure that it has stopped. Else two nodes write the same disk."),
        source="votequorum(5)", question="netstorage-five-cut",
    ),
    Claim(
        id="netstorage-claim-shared", verdict="wrong", scene=at.mount("iscsi"),
        quote=_("On a SAN all servers share the disks (everybody says so)"),
        correct=_("They share the cabinet. One logical unit belongs to one host at a time, unless the file system on it is made for several."),
        source="RFC 7143", question="netstorage-two-hosts",
    ),
    Claim(
        id="netstorage-claim-more-nodes", verdict="wrong", scene=at.quorum(4, 2),
        quote=_("The more nodes vote, the safer (everybody says so)"),
        correct=_("Four tolerate one death, as three do, and one more can die. Odd numbers are worth their money; two without a witness are worse than one."),
        source="votequorum(5)", question="netstorage-five-cut",
    ),
)  # fmt: skip
