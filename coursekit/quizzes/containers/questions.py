"""The questions of the containers chapter; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.containers import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.containers.density import Host, count
from coursekit.sims.containers.shares import shares_of, weight_new, weight_old
from coursekit.sims.containers.throttle import of_cpus, of_millicpu
from coursekit.sims.message import Message

_BIG, _SMALL = (count(Host(app=app)).ratio or 0 for app in (4096, 5))
_HALF = of_millicpu(500)

QUESTIONS = (
    Question(
        id="containers-kernel", kind="single", scene=at.beside("crash"),
        prompt=_("A container shares with its host …"),
        because=_("The kernel: processes in a container call the host’s own. What they find as files, the user land, comes from the image: Alpine on a Debian host works."),
        hints=(_("What does a program need to run?"), _("Files, and a kernel to call. Which of the two is in an image?"), _("Files are; no kernel is.")),
        choices=(
            Choice(text=_("the kernel"), right=True),
            Choice(text=_("the whole operating system"), why=_("Programs, libraries and settings come from the image, and may be another distribution’s."), scene=at.namespaces(("unshare", "mnt"))),
            Choice(text=_("nothing"), why=_("That is a machine of its own. Look at the slab that both stand on."), scene=at.beside("crash", left="host")),
            Choice(text=_("only the disk"), why=_("It lies on the host’s disk, of course; more important is who answers its system calls."), scene=at.beside("files")),
        ),
    ),
    Question(
        id="containers-weight", kind="single", scene=at.shares("two", weight_b=300, busy_b=False),
        prompt=_("cpu.weight matters …"),
        because=_("Only while others want the same CPU. Who is alone gets all of it, with a weight of 1 as well."),
        hints=(_("Is it a limit or a share?"), _("A share. Of what, when nobody else is there?"), _("Of all of it.")),
        choices=(
            Choice(text=_("only when several groups want the CPU at once"), right=True),
            Choice(text=_("always, as an upper limit"), why=_("The limit is cpu.max. A weight has no effect on a CPU that nobody else wants."), scene=at.throttle()),
            Choice(text=_("only at the start of the container"), why=_("It may be changed at any time, and counts at once."), scene=at.shares("two", weight_b=1000)),
            Choice(text=_("for memory too"), why=_("Memory has limits of its own, memory.high and memory.max: one cannot share it by turns."), scene=at.memory()),
        ),
    ),
    Question(
        id="containers-throttled", kind="single", scene=at.throttle(),
        prompt=_("A container answers slowly. The host’s CPUs are busy to 30 %, and in its cpu.stat the counter nr_throttled rises. What is the matter?"),
        because=_("Its quota is too small for its bursts: several threads use it up early in each period, and all wait for the next one, on a host that has time to spare."),
        hints=(_("Who throttles? Not the host: it has 70 % left."), _("The group’s own limit."), _("cpu.max, quota by period.")),
        choices=(
            Choice(text=_("its CPU limit is too low for its bursts"), right=True),
            Choice(text=_("the host is too small"), why=_("70 % of it has nothing to do."), scene=at.throttle(quota=400)),
            Choice(text=_("the disk is slow"), why=_("The counter counts periods that ended with work waiting for CPU quota, nothing else."), scene=at.throttle(threads=1)),
            Choice(text=_("its weight is too low"), why=_("A weight acts between groups that compete. Here nobody competes."), scene=at.shares("two", weight_b=300)),
        ),
    ),
    Question(
        id="containers-high", kind="single", scene=at.memory(("ask", "cron", 5), high=80),
        prompt=_("A group’s memory grows above memory.high. What happens?"),
        because=_("It is slowed and its memory reclaimed, the more the further it is above. Nobody is killed for memory.high: that is memory.max."),
        hints=(_("There are two limits. Which is the hard one?"), _("memory.max. What could the soft one do without killing?"), _("Take cache back, and let the one who asks wait.")),
        choices=(
            Choice(text=_("it is slowed, and memory is reclaimed"), right=True),
            Choice(text=_("a process is killed"), why=_("That is for memory.max, when there is nothing left to reclaim."), scene=at.memory()),
            Choice(text=_("the container is moved to another host"), why=_("A kernel knows one host. An orchestrator may start another container elsewhere (chapter 7)."), scene=at.memory(("ask", "cron", 5), high=80)),
            Choice(text=_("nothing: it is only an alarm"), why=_("Something does happen: look at the wait of the process that asks."), scene=at.memory(("ask", "cron", 5), high=80)),
        ),
    ),
    Question(
        id="containers-base", kind="single", scene=at.registry(("pull", "shop"), ("pull", "blog")),
        prompt=_("Two images are built on the same base. On a host that has both, the base is stored …"),
        because=_("Once: a layer’s name is the digest of its content, and equal content has one name. Any number of containers may stand on it too, for nobody writes to it."),
        hints=(_("What is the name of a layer?"), _("Its digest. What if two images name the same one?"), _("Then it is there already.")),
        choices=(
            Choice(text=_("once"), right=True),
            Choice(text=_("twice, once in each image"), why=_("An image is a list of digests, not a file with everything in it."), scene=at.registry(("pull", "shop"), ("pull", "blog"))),
            Choice(text=_("once more for each container"), why=_("A container adds an empty layer of its own on top. It copies a file only when it writes to it."), scene=at.overlay(("write", "d/y", 1025))),
            Choice(text=_("once if both images have the same tag"), why=_("Tags are names for people. Only the digest decides."), scene=at.digests("tag")),
        ),
    ),
    Question(
        id="containers-latest", kind="single", scene=at.registry(("pull", "shop"), ("push", "shop")),
        prompt=_("image:latest today and image:latest tomorrow are …"),
        because=_("Perhaps two different images: a tag is a sign that its owner may move. Whoever wants the same bytes names the digest, image@sha256:…"),
        hints=(_("Who decides what a tag points to?"), _("Whoever pushes. May they push again?"), _("Yes; and your host keeps the old one until it pulls.")),
        choices=(
            Choice(text=_("perhaps two different images"), right=True),
            Choice(text=_("the same: a tag is a version"), why=_("It looks like one. Look what a push does to it."), scene=at.registry(("pull", "shop"), ("push", "shop"))),
            Choice(text=_("always the newest, on my host too"), why=_("A host keeps what it has until somebody pulls: its latest may be a year old."), scene=at.registry(("pull", "shop"), ("push", "shop"))),
            Choice(text=_("the same if they have the same size"), why=_("One byte changed, same size, another digest."), scene=at.digests("second")),
        ),
    ),
    Question(
        id="containers-runc", kind="single", scene=at.history(*at.EVERY_CARD),
        prompt=_("Docker today starts containers with …"),
        because=_("containerd, which asks runc: both came out of Docker, and Kubernetes uses the same. LXC was the first engine, replaced in 2014 and removed in 2016."),
        hints=(_("It was LXC once. Until when?"), _("libcontainer came in 2014. What became of it?"), _("runc, given to the OCI.")),
        choices=(
            Choice(text=_("containerd and runc"), right=True),
            Choice(text="LXC", why=_("From 2013 to 2014 by default, until February 2016 on demand."), scene=at.history(("lxc", 1))),
            Choice(text=_("a hypervisor"), why=_("A container is a group of processes. (On macOS and Windows, Docker Desktop does run one virtual machine: for the Linux kernel.)"), scene=at.beside("crash")),
            Choice(text="systemd-nspawn", why=_("That is another program that starts containers, with the same namespaces."), scene=at.namespaces()),
        ),
    ),
    Question(
        id="containers-gain", kind="single", scene=at.density(5),
        prompt=_("Containers instead of machines: for what is the gain in density largest?"),
        because=Message.of("For many tiny services that mostly sleep: what is saved each time is the guest system. At 5 MiB it is {small:.0f} times, at 4 GiB {big:.2f} times.", small=_SMALL, big=_BIG),
        hints=(_("What does each machine have that a container has not?"), _("A guest system. When is that the largest part of the whole?"), _("When the application is tiny.")),
        choices=(
            Choice(text=_("many tiny services that mostly sleep"), right=True),
            Choice(text=_("programs that compute all the time"), why=_("CPU work is the same in both: 16 cores are 16 cores."), scene=at.density(200, cpu=50)),
            Choice(text=_("one large database"), why=_("There is one guest system to save, beside gigabytes of data."), scene=at.density(4096)),
            Choice(text=_("Windows programs on a Linux host"), why=_("They need a Windows kernel. A container brings none."), scene=at.beside("system")),
        ),
    ),
    Question(
        id="containers-root", kind="single", scene=at.namespaces(("unshare", "user")),
        prompt=_("root in a container started by Docker without further options is, for the host’s kernel, …"),
        because=_("root, with fewer capabilities: there is no user namespace unless one asks for it. If it gets out, or gets hold of a folder of the host, it is root there."),
        hints=(_("Which namespaces does Docker make by default?"), _("All but two."), _("Users are not mapped.")),
        choices=(
            Choice(text=_("root, with some rights taken away"), right=True),
            Choice(text=_("an ordinary user"), why=_("That takes a user namespace with a map: rootless mode, or userns-remap."), scene=at.namespaces(("unshare", "user"), ("setup", "user"))),
            Choice(text=_("nobody: it does not exist outside"), why=_("Its processes stand in the host’s list, with their user."), scene=at.namespaces(("unshare", "pid"))),
            Choice(text=_("root of another kernel"), why=_("There is one kernel."), scene=at.beside("escape")),
        ),
    ),
    Question(
        id="containers-image", kind="single", scene=at.overlay(),
        prompt=_("To start a container with Docker one needs an image. What is added when it starts?"),
        because=_("A thin writable layer on top of the image’s layers. It goes away with the container; the image stays as it was."),
        hints=(_("May an image be changed?"), _("No. Where do the container’s writes go?"), _("Into a layer of its own.")),
        choices=(
            Choice(text=_("an empty writable layer"), right=True),
            Choice(text=_("a copy of the image"), why=_("It would take minutes and gigabytes. A hundred containers stand on one image."), scene=at.overlay()),
            Choice(text=_("a virtual disk"), why=_("That is a machine. A container sees files of its host’s file system, through overlay."), scene=at.beside("system")),
            Choice(text=_("a kernel"), why=_("The kernel is running already: it is the host’s."), scene=at.beside("crash")),
        ),
    ),
    Question(
        id="containers-engine", kind="multiple", scene=at.history(*at.EVERY_CARD),
        prompt=_("Which of these have something graphical, or join several hosts? Choose all that are true."),
        because=_("Docker Desktop has a window; Swarm mode joins Engines since 2016; Kubernetes joins nodes. An Engine alone is one host, with a command line and an API."),
        hints=(_("“Docker” is several things: Engine, Desktop, Swarm."), _("Which of them has a window?"), _("Which of them knows other hosts?")),
        choices=(
            Choice(text=_("Docker Desktop shows containers in a window"), right=True, why=_("It is Docker’s own program for desktops, with a dashboard."), scene=at.lifecycle()),
            Choice(text=_("Swarm mode makes a cluster of Docker Engines"), right=True, why=_("It has been part of Docker since 1.12, July 2016."), scene=at.history(*at.EVERY_CARD)),
            Choice(text=_("Docker Engine alone manages several hosts"), why=_("One Engine is one host: to manage several, it has to be in Swarm mode, or another program has to."), scene=at.history(*at.EVERY_CARD)),
            Choice(text=_("the Engine comes with a window of its own"), why=_("The Engine has a command line and an API. Windows are made by others: Desktop, Portainer (chapter 7)."), scene=at.lifecycle()),
        ),
    ),
    Question(
        id="containers-limit", kind="numeric", answer=(_HALF.quota or 0) / 1000, tolerance=1e-9, unit="ms", scene=at.throttle(quota=50),
        prompt=_("A Kubernetes limit of 500m, with the usual period of 100 ms: how many ms of CPU may the container use in each period?"),
        because=Message.of("50: cpu.max is written as “{half}”. And --cpus=1.5 is “{more}”.", half=_HALF.text, more=of_cpus(1.5).text),
        hints=(_("m is a thousandth of a CPU."), _("500m is half a CPU."), _("Half of 100 ms.")),
        choices=(
            Choice(value=500, why=_("500 thousandths of a CPU, not milliseconds."), scene=at.throttle(quota=400)),
            Choice(value=5, why=_("That would be a twentieth of a CPU, 50m."), scene=at.throttle(quota=5)),
        ),
    ),
    Question(
        id="containers-request", kind="numeric", answer=weight_new(shares_of(1000)), tolerance=1e-9, scene=at.shares("two"),
        prompt=_("A Kubernetes request of one CPU became cpu.shares 1024, the default of old cgroups. Which cpu.weight do runc and crun write for it since 2025?"),
        because=Message.of("{new}, the default of cgroup v2: the new curve maps default to default. The straight line used before gave {old}: such a pod was weaker than a plain process group of the host.", new=weight_new(1024), old=weight_old(1024)),
        hints=(_("1024 was the default. What is the default now?"), _("cpu.weight goes from 1 to 10 000."), _("Its default is 100.")),
        choices=(
            Choice(value=weight_old(1024), why=_("That is the straight line between the ends, as it was until 2025."), scene=at.shares("two", weight_a=39)),
            Choice(value=1024, why=_("That was cpu.shares, another scale."), scene=at.shares("two", weight_a=1024)),
            Choice(value=1000, why=_("1000m is the request; a weight is on a scale of its own."), scene=at.shares("two", weight_a=1000)),
        ),
    ),
    Question(
        id="containers-exit", kind="match", scene=at.lifecycle(*at.STARTED, ("stop", "web"), app="ignores"),
        prompt=_("What do these exit codes of containers say?"),
        because=_("A code above 128 is 128 and the number of a signal: 9 is SIGKILL, 15 SIGTERM. Below, it is what the program itself returned."),
        hints=(_("Subtract 128 where you can."), _("9 is SIGKILL, 15 is SIGTERM."), _("0 means that all went well.")),
        pairs=(("0", _("it ended by itself and was content")), ("1", _("it ended by itself, with an error")), ("143", _("it obeyed SIGTERM")), ("137", _("it was killed: by hand, after 10 s, or for memory"))),
    ),
)  # fmt: skip
