"""The sentences of the notes about containers, each judged and tied to a lab state."""

from coursekit.i18n import mark as _
from coursekit.quizzes.containers import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="containers-claim-differ", verdict="right", scene=at.beside("crash"),
        quote=_("Containers differ from virtual machines"),
        correct=_("Right. A container is a group of ordinary processes of the host’s kernel, with a restricted view (namespaces) and a budget (cgroups). A machine has a kernel of its own."),
        source="namespaces(7); Linux cgroup-v2", question="containers-kernel",
    ),
    Claim(
        id="containers-claim-os", verdict="imprecise", scene=at.beside("system"),
        quote=_("Several machines with the host’s own OS: use the host’s OS, no other OS, no hypervisor"),
        correct=_("What is shared is the kernel, not the operating system: each image brings its own user land (Alpine on a Debian host works, Windows on a Linux kernel does not). The isolation is weaker than a machine’s, and both are often combined: a machine for each customer, containers in it; or Kata and gVisor. On macOS and Windows, Docker Desktop runs a Linux machine."),
        source="OCI; Docker", question="containers-image",
    ),
    Claim(
        id="containers-claim-hundred", verdict="wrong", scene=at.density(200),
        quote=_("100 times more web servers with Docker than with virtual machines"),
        correct=_("There is no such number. Memory alone counted, the ratio is (application + guest system + monitor) / (application + what a container costs): 100 needs an application of a few MiB and next to no cost for each container; with 200 MiB it is 3.7, with CPU-bound work 1. A vendor measured 14.5, with guests that did nothing."),
        source="Canonical 2015 (LXD, KVM); Felter et al. 2014, IBM RC25482", question="containers-gain",
    ),
    Claim(
        id="containers-claim-lxc", verdict="wrong", scene=at.history(*at.EVERY_CARD),
        quote=_("Docker uses LXC"),
        correct=_("Not since 2014. Docker 0.1 (2013) drove LXC; 0.9 (March 2014) came with its own libcontainer; 1.10 (February 2016) removed LXC; since 1.11 it is containerd and runc. LXC lives on with Incus and LXD and in Proxmox VE. All use the same features of the kernel."),
        source="Docker, release notes", question="containers-runc",
    ),
    Claim(
        id="containers-claim-image", verdict="right", scene=at.overlay(),
        quote=_("To start a container an image is needed"),
        correct=_("Right for Docker and all who follow the OCI. The image gives the files and the defaults; each container adds a writable layer. runc below needs no image, only a folder and a config.json."),
        source="OCI, image and runtime specifications", question="containers-image",
    ),
    Claim(
        id="containers-claim-name", verdict="imprecise", scene=at.history(*at.EVERY_CARD),
        quote=_("“Dockeur”"),
        correct=_("Docker, as the one who loads ships. The name stands for several things: the Engine, Desktop, the company, the image format that became the OCI’s."),
        source="Docker", question="containers-engine",
    ),
    Claim(
        id="containers-claim-window", verdict="imprecise", scene=at.lifecycle(),
        quote=_("Docker has no graphical interface"),
        correct=_("The Engine has a command line and an API. Docker Desktop does have a window; Portainer and others put a web page before the API (chapter 7)."),
        source="Docker", question="containers-engine",
    ),
    Claim(
        id="containers-claim-node", verdict="imprecise", scene=at.history(*at.EVERY_CARD),
        quote=_("Docker manages only one node"),
        correct=_("One Engine is one host. In Swarm mode, part of Docker since 1.12 (2016), Engines form a cluster."),
        source="Docker, Swarm mode", question="containers-engine",
    ),
)  # fmt: skip
