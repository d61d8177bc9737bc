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
    line: str  # which line of the course's map it lies on: a key of LINES
    minutes: int  # what a learner needs; the notebook's title cell says the same
    after: tuple[int, ...] = ()  # the chapters it builds on
    built: bool = False

    @property
    def stem(self) -> str:
        """Name of its notebooks, without the ending."""
        return f"{self.number:02d}-{self.slug}"


def _(text: str) -> str:
    """Mark a message id; translated where it is shown."""
    return text


LINES = {
    "networks": _("Networks"),
    "computing": _("Computing"),
    "storage": _("Storage"),
    "data": _("Data"),
    "capstone": _("Capstone"),
}

# fmt: off
CHAPTERS = (
    Chapter(1, "networks", _("Virtual networks"), _("Who can open a connection to whom?"), "networks", 90, (), built=True),
    Chapter(2, "failover", _("Failover and Keepalived"), _("How long is the service away when a machine dies?"), "networks", 90, (1,), built=True),
    Chapter(3, "balancing", _("Load balancing"), _("Which server gets the next request, and who waits?"), "networks", 100, (2,), built=True),
    Chapter(4, "hypervisors", _("Hypervisors"), _("What does it cost to run a machine inside a machine?"), "computing", 120, (), built=True),
    Chapter(5, "vmfiles", _("VM files, snapshots and images"), _("Why is a snapshot not a backup?"), "computing", 110, (4,), built=True),
    Chapter(6, "containers", _("Containers"), _("What does a container share with its host?"), "computing", 110, (4,), built=True),
    Chapter(7, "kubernetes", _("Kubernetes and web consoles"), _("Who repairs the cluster at three in the morning?"), "computing", 130, (3, 6), built=True),
    Chapter(8, "raid", _("RAID"), _("Which disks may die, and what does it cost to be ready for it?"), "storage", 90, (), built=True),
    Chapter(9, "volumes", _("Partitions and LVM"), _("How do you cut disks so that you can cut them again?"), "storage", 120, (8,), built=True),
    Chapter(10, "filesystems", _("File systems"), _("What is left on the disk when the power goes?"), "storage", 130, (9,), built=True),
    Chapter(11, "netstorage", _("Network storage and hyperconvergence"), _("When is a disk across the network faster than one inside?"), "storage", 140, (1, 10), built=True),
    Chapter(12, "directory", _("Directory services"), _("Who are you, and what may you do here?"), "data", 150, (1,), built=True),
    Chapter(13, "databases", _("Databases"), _("What does COMMIT promise?"), "data", 180, (10,), built=True),
    Chapter(14, "datacentre", _("Design a small datacentre"), _("What breaks first in the one you designed?"), "capstone", 180, (3, 7, 11, 13), built=True),
)
# fmt: on


def chapter(slug: str) -> Chapter:
    """The chapter with this slug; ParameterError names the slugs there are."""
    for one in CHAPTERS:
        if one.slug == slug:
            return one
    slugs = ", ".join(each.slug for each in CHAPTERS)
    raise ParameterError("chapter={slug}: choose one of {slugs}", slug=slug, slugs=slugs)
