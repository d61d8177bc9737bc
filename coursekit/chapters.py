"""THE list of chapters: menus, tests, grading and the site derive from it."""

from dataclasses import dataclass

from coursekit.sims.message import ParameterError


@dataclass(frozen=True)
class Chapter:
    """One chapter: its slug names its room on every floor."""

    number: int
    slug: str
    title: str  # message id
    question: str  # message id: what the chapter lets you answer
    built: bool = False

    @property
    def stem(self) -> str:
        """Name of its notebooks, without the ending."""
        return f"{self.number:02d}-{self.slug}"


def _(text: str) -> str:
    """Mark a message id; translated where it is shown."""
    return text


# fmt: off
CHAPTERS = (
    Chapter(1, "networks", _("Virtual networks"), _("Who can open a connection to whom?"), built=True),
    Chapter(2, "failover", _("Failover and Keepalived"), _("How long is the service away when a machine dies?"), built=True),
    Chapter(3, "balancing", _("Load balancing"), _("Which server gets the next request, and who waits?"), built=True),
    Chapter(4, "hypervisors", _("Hypervisors"), _("What does it cost to run a machine inside a machine?"), built=True),
    Chapter(5, "vmfiles", _("VM files, snapshots and images"), _("Why is a snapshot not a backup?"), built=True),
    Chapter(6, "containers", _("Containers"), _("What does a container share with its host?"), built=True),
    Chapter(7, "kubernetes", _("Kubernetes and web consoles"), _("Who repairs the cluster at three in the morning?"), built=True),
    Chapter(8, "raid", _("RAID"), _("Which disks may die, and what does it cost to be ready for it?"), built=True),
    Chapter(9, "volumes", _("Partitions and LVM"), _("How do you cut disks so that you can cut them again?"), built=True),
    Chapter(10, "filesystems", _("File systems"), _("What is left on the disk when the power goes?"), built=True),
    Chapter(11, "netstorage", _("Network storage and hyperconvergence"), _("When is a disk across the network faster than one inside?"), built=True),
    Chapter(12, "directory", _("Directory services"), _("Who are you, and what may you do here?"), built=True),
    Chapter(13, "databases", _("Databases"), _("What does COMMIT promise?"), built=True),
    Chapter(14, "datacentre", _("Design a small datacentre"), _("What breaks first in the one you designed?"), built=True),
)
# fmt: on


def chapter(slug: str) -> Chapter:
    """The chapter with this slug; ParameterError names the slugs there are."""
    for one in CHAPTERS:
        if one.slug == slug:
            return one
    slugs = ", ".join(each.slug for each in CHAPTERS)
    raise ParameterError("chapter={slug}: choose one of {slugs}", slug=slug, slugs=slugs)
