"""The sentences of the notes about snapshots, backups, OVA and ISO, each judged and tied to a lab state."""

from coursekit.i18n import mark as _
from coursekit.quizzes.question import Claim
from coursekit.quizzes.vmfiles import scenes as at

CLAIMS = (
    Claim(
        id="vmfiles-claim-snapshot", verdict="right", scene=at.chain(*at.TWO_SNAPSHOTS, ("lose", 0)),
        quote=_("Snapshot != Backup"),
        correct=_("Right. A snapshot holds differences from a base on the same storage. Lose the base, the storage or one link of the chain, and all of it is lost. It grows with the writes and slows the reads. It is an undo for a short time, and a good source for a backup. VMware's advice: at most 32 in a chain, 2 or 3 for speed, none older than 72 hours."),
        source="VMware KB 1025279; QEMU, qcow2", question="vmfiles-base-lost",
    ),
    Claim(
        id="vmfiles-claim-copy", verdict="wrong", scene=at.chain(at.SNAPSHOT),
        quote=_("(understood by many:) a snapshot is a copy"),
        correct=_("Nothing is copied when it is taken: the file is frozen and a new, nearly empty one takes the writes. That is why it is immediate, and why it is worth nothing without what lies below."),
        source="QEMU, qcow2", question="vmfiles-new-snapshot",
    ),
    Claim(
        id="vmfiles-claim-ova", verdict="incomplete", scene=at.file("ova"),
        quote=_("OVA"),
        correct=_("One tar file with an OVF package in it: the descriptor (.ovf, XML) first, often a manifest of digests (.mf) and a certificate, then the disks. A machine ready to be imported."),
        source="DMTF DSP0243", question="vmfiles-ova",
    ),
    Claim(
        id="vmfiles-claim-iso", verdict="imprecise", scene=at.file("iso", row=at.DESCRIPTOR_ROW),
        quote=_("OVA, ISO"),
        correct=_("They do not make a pair. An ISO is the image of an optical disc with its file system (ISO 9660): a medium to boot or install from. It holds no machine: no processors, no memory, no network cards."),
        source="ECMA-119", question="vmfiles-cd001",
    ),
    Claim(
        id="vmfiles-claim-files", verdict="incomplete", scene=at.file("qcow2"),
        quote=_("VM"),
        correct=_("To its host a machine is a handful of files: configuration (.vmx, .vbox, libvirt's XML), disks (.vmdk, .vdi, .qcow2), the firmware's memory (NVRAM), memory when suspended or kept in a snapshot (.vmem, .vmsn, .sav), logs, a lock. Whoever copies only the disk has forgotten the machine around it."),
        source="VMware, VirtualBox, libvirt", question="vmfiles-ova",
    ),
)  # fmt: skip
