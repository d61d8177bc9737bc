"""What each containers lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.containers import scenes as at
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.containers import buildcache, lifecycle, memory
from coursekit.sims.containers.density import Host, largest_app, most_ct
from coursekit.sims.containers.dockerjudge import BAD, judge
from coursekit.sims.containers.registrystory import Deed, tell
from coursekit.sims.containers.throttle import Throttle
from coursekit.sims.containers.throttle import tell as throttled
from coursekit.sims.message import Message

_STORY = throttled(Throttle(work=200, quota=100, threads=4))
_SCORES = {
    each.name: round(memory.score(each, memory.Limits(max=100)))
    for each in (memory.Process(1, "p1", 60), memory.Process(2, "p2", 30, 500))
}
_STORE = tell([Deed("pull", name) for name in ("shop", "blog", "cache")]).states[-1].store
_SECONDS = {
    order: buildcache.build(buildcache.plan(order), buildcache.changes("source")).seconds
    for order in ("copy_first", "deps_first")
}
_TIGHT = Host(app=5)
_DELAYS = tuple(lifecycle.delays(6))
_BAD = judge(BAD)

PREDICTIONS = {
    "containers-namespaces": Prediction(
        question=Question(
            id="containers-predict-namespaces", kind="single",
            prompt=_("docker run starts a web server. What of the host does the process in the container share, unless one says otherwise?"),
            because=_("Its users and its kernel. Docker makes new mount, PID, network, IPC, UTS and cgroup namespaces, but no user namespace: root in the container is root on the host, held back only by what it cannot see and by capabilities it was not given. And no namespace hides the kernel."),
            choices=(
                Choice(text=_("users and kernel: root inside is root outside"), right=True),
                Choice(text=_("the network: it sees the host’s interfaces"), why=_("Only with --network host. Otherwise it has a network namespace of its own: lo, and a virtual cable to a bridge."), scene=at.namespaces(("unshare", "net"))),
                Choice(text=_("the process list: it sees all processes"), why=_("A PID namespace hides them: its own first process is number 1. The host, though, sees the container’s processes."), scene=at.namespaces(("unshare", "pid"))),
                Choice(text=_("nothing: it is a small virtual machine"), why=_("There is no second kernel. ps on the host shows its processes, and a bug of the kernel concerns both."), scene=at.beside("crash")),
            ),
            hints=(_("Eight kinds of namespaces exist; Docker makes six by default."), _("Which of them would need a map of numbers?"), _("Users. And what has no namespace at all?")),
        ),
        scene=at.namespaces(),
        change=_("let the process enter the host’s network again: what does it see, and what not?"),
    ),
    "containers-shares": Prediction(
        question=Question(
            id="containers-predict-shares", kind="numeric", answer=100, tolerance=1e-9, unit="%",
            prompt=_("Two groups share a CPU: A has cpu.weight 100, B has 300. B has nothing to do. How much of the CPU does A get?"),
            because=_("All of it. A weight is no limit: it only divides what several want at the same time. When B wakes up, A is pushed back to a quarter."),
            choices=(
                Choice(value=25, why=_("That is its share while both are busy. B is idle, and what it leaves is given on."), scene=at.shares("two", weight_b=300)),
                Choice(value=75, why=_("That would be B’s share while both are busy."), scene=at.shares("two", weight_b=300)),
                Choice(value=50, why=_("Two groups, but not two equal ones; and only one of them wants anything."), scene=at.shares("two", weight_b=300)),
            ),
            hints=(_("What does the scheduler do with a CPU that nobody else wants?"), _("Does it let it stand idle?"), _("A weight is compared with the weights of those who are busy.")),
        ),
        scene=at.shares("two", weight_b=300, busy_b=False),
        change=_("take the tree with two levels: what does a group inside X get when its neighbour in X falls asleep, and what does Y get?"),
    ),
    "containers-throttle": Prediction(
        question=Question(
            id="containers-predict-throttle", kind="numeric", answer=_STORY.wall, tolerance=5e-3, unit="ms",
            prompt=_("A container limited to one CPU (--cpus=1: 100 ms in each period of 100 ms) has 4 threads on a host with 8 cores and must do 200 ms of CPU work. How long does it take?"),
            because=Message.of("{wall:g} ms. Four threads burn the 100 ms in 25 ms; then all stand still for {stall:g} ms until the next period, and need 25 ms more. With 100 ms of work it would have been 25 ms: “one CPU” does not mean one thread, it means long stalls for bursts.", wall=_STORY.wall, stall=_STORY.stalled),
            choices=(
                Choice(value=50, why=_("That would be without a limit: 200 ms over four threads."), scene=at.throttle(quota=400)),
                Choice(value=200, why=_("One thread would take that long and never be stopped. Four run at once, and use the quota up early."), scene=at.throttle(threads=1)),
                Choice(value=100, why=_("The quota of the first period is gone after 25 ms, with half of the work to do. When does it go on?"), scene=at.throttle()),
            ),
            hints=(_("How fast do four threads use up 100 ms?"), _("In 25 ms. What happens for the rest of the period?"), _("All wait, 75 ms; the second half of the work then takes 25 ms.")),
        ),
        scene=at.throttle(),
        change=_("take two threads, then one: when does the stall disappear, and what does it cost?"),
    ),
    "containers-memory": Prediction(
        question=Question(
            id="containers-predict-memory", kind="single",
            prompt=_("A group may use 100 MiB (memory.max). web holds 60 MiB, worker 30 MiB with oom_score_adj 500. web asks for 20 MiB more, and there is no cache to throw away. Who is killed?"),
            because=Message.of("worker. The score is memory in thousandths of the limit plus the adjustment: {p1} for web, {p2} for worker. web gets its 20 MiB, worker ends with code 137.", p1=_SCORES["p1"], p2=_SCORES["p2"]),
            choices=(
                Choice(text="worker", right=True),
                Choice(text=_("web: it asked"), why=_("Asking is no crime: the kernel compares scores, whoever the asker is."), scene=at.memory()),
                Choice(text=_("web: it is the biggest"), why=_("Without adjustments it would be. 500 is added to worker’s score of 300."), scene=at.memory()),
                Choice(text=_("nobody: web is refused the memory"), why=_("Linux promises memory lightly and finds out when a page is used: then there is nobody to say no to."), scene=at.memory()),
            ),
            hints=(_("Memory by the limit, in thousandths: 600 and 300."), _("Then the adjustment is added."), _("600 against 800.")),
        ),
        scene=at.memory(),
        change=_("set memory.oom.group: who dies now? Then set memory.high below memory.max."),
    ),
    "containers-overlay": Prediction(
        question=Question(
            id="containers-predict-overlay", kind="single",
            prompt=_("An image holds a file of 1 GiB. A container appends one byte to it. How much is written to the container’s layer?"),
            because=_("A little more than 1 GiB. Overlay knows files, not blocks: before the first write, the whole file is copied up, with its owner and its date; then the byte is appended to the copy. That is why databases belong on volumes."),
            choices=(
                Choice(text=_("the whole file, 1 GiB"), right=True),
                Choice(text=_("one byte"), why=_("The upper layer would have to hold a piece of a file. It holds files or nothing."), scene=at.overlay(("write", "d/y", 1025))),
                Choice(text=_("one block of 4 KiB"), why=_("A snapshot of a disk works in blocks (chapter 5). Overlay works in files."), scene=at.overlay(("write", "d/y", 1025))),
                Choice(text=_("nothing: images are read-only"), why=_("The image stays as it is, yet the write succeeds: above it lies the container’s own layer."), scene=at.overlay(("write", "d/y", 1025))),
            ),
            hints=(_("Where does a write go when the layers below may not change?"), _("Into the layer on top. What must be in it?"), _("A file of that name, whole.")),
        ),
        scene=at.overlay(("write", "d/y", 1025)),
        change=_("delete a file of a lower layer: what is freed? Then delete a folder and make it again."),
    ),
    "containers-digests": Prediction(
        question=Question(
            id="containers-predict-digests", kind="single",
            prompt=_("An image has three layers. One byte of a file in the first layer changes, and the image is built again from the same other layers. Which digests change?"),
            because=_("The first layer’s own; the config, which lists the layers; the manifest, which lists config and layers. Layers two and three keep theirs: a layer’s digest says what is in it, not what it stands on. Only the ChainIDs above change, and with them the place where the host unpacks those layers."),
            choices=(
                Choice(text=_("first layer, config, manifest"), right=True),
                Choice(text=_("all of them"), why=_("The bytes of layers two and three are the same, so are their digests: a registry need not be sent them again."), scene=at.digests("first")),
                Choice(text=_("the first layer’s only"), why=_("The config names each layer by its digest: another digest in it, other bytes of it, another digest of it."), scene=at.digests("first")),
                Choice(text=_("none, as long as the tag stays"), why=_("A tag is a name that points to a digest. Here it will point to another one."), scene=at.digests("tag")),
            ),
            hints=(_("A digest is computed from bytes. Whose bytes changed?"), _("The layer’s. Where is its digest written?"), _("In the config; and the config’s digest stands in the manifest.")),
        ),
        scene=at.digests("first"),
        change=_("change only a file’s date, then only the tag: what does each do?"),
    ),
    "containers-registry": Prediction(
        question=Question(
            id="containers-predict-registry", kind="numeric", answer=round(_STORE.mb), tolerance=2e-3, unit="MB",
            prompt=_("Three images: base 80 MB + runtime 120 MB + shop 5 MB; base 80 + runtime 120 + blog 7; base 80 + cache server 30. All three are pulled onto one host. How many MB are stored?"),
            because=Message.of("{mb:.0f} MB: the base once, the runtime once, and 5, 7 and 30. Added up separately it would be {apart:.0f}.", mb=_STORE.mb, apart=_STORE.apart),
            choices=(
                Choice(value=522, why=_("That is the sum of the three images. Equal layers have equal digests and are stored once."), scene=at.registry(("pull", "shop"), ("pull", "blog"), ("pull", "cache"))),
                Choice(value=322, why=_("The base is shared by all three, but the runtime by two as well."), scene=at.registry(("pull", "shop"), ("pull", "blog"))),
                Choice(value=362, why=_("The runtime is shared, but so is the base."), scene=at.registry(("pull", "shop"), ("pull", "cache"))),
            ),
            hints=(_("Which layers are the same bytes?"), _("The base in all three, the runtime in two."), _("Count each once: 80 + 120 + …")),
        ),
        scene=at.registry(("pull", "shop"), ("pull", "blog"), ("pull", "cache")),
        change=_("remove one image: how much is freed? Push a rebuilt one and pull it again."),
    ),
    "containers-cache": Prediction(
        question=Question(
            id="containers-predict-cache", kind="numeric", answer=_SECONDS["copy_first"], tolerance=1e-9, unit="s",
            prompt=_("A Dockerfile: FROM; COPY . . (1 s); RUN npm ci (60 s); RUN npm run build (20 s). One line of the source changes. How many seconds does the next build take?"),
            because=Message.of("{all:g} s. The copied files differ, so the COPY runs again, and after the first step that runs again nothing is reused. Copy the list of packages first and the source after the installation: {good:g} s.", all=_SECONDS["copy_first"], good=_SECONDS["deps_first"]),
            choices=(
                Choice(value=_SECONDS["deps_first"], why=_("That is the price with the better order. Here the installation stands after the COPY that changed."), scene=at.cache("deps_first")),
                Choice(value=20, why=_("The build step alone? The COPY before it changed, and with it all that follows."), scene=at.cache("copy_first")),
                Choice(value=1, why=_("Only the COPY? What stands after it was computed on top of the old files."), scene=at.cache("copy_first")),
            ),
            hints=(_("Which is the first step whose inputs changed?"), _("COPY . . What about the steps after it?"), _("They all run again: 1 + 60 + 20.")),
        ),
        scene=at.cache("copy_first"),
        change=_("take the better order, then change the list of packages; then a build in two stages."),
    ),
    "containers-density": Prediction(
        question=Question(
            id="containers-predict-density", kind="single",
            prompt=_("The notes say: a hundred times more web servers with containers than with machines. Take a guest system of 512 MiB, a machine’s monitor of 64 MiB, and 10 MiB that each container costs. For which application is it true, memory alone counted?"),
            because=Message.of("For none. (app + 576) / (app + 10) is below 58 whatever the application; a container’s own cost would have to be below {most:g} MiB. With 1 MiB it is true up to {app:.1f} MiB; with a usual 200 MiB it is 3.7 times.", most=most_ct(_TIGHT, 100), app=largest_app(Host(ct=1), 100)),
            choices=(
                Choice(text=_("for none"), right=True),
                Choice(text=_("for each: a container needs no guest system"), why=_("It saves 576 MiB each time. For an application of 4 GiB that is a seventh."), scene=at.density(4096)),
                Choice(text=_("for applications below 200 MiB"), why=_("At 200 MiB it is 776 against 210 MiB: 3.7 times."), scene=at.density(200)),
                Choice(text=_("for applications below 5 MiB"), why=_("Even for 2 MiB it is 578 against 12 MiB: 48 times."), scene=at.density(2)),
            ),
            hints=(_("What does one more machine take, what one more container?"), _("app + 576, and app + 10. What is the ratio for an app of nearly 0?"), _("576 / 10.")),
        ),
        scene=at.density(),
        change=_("give a container 1 MiB and the application 4 MiB; then let each take half a core."),
    ),
    "containers-lifecycle": Prediction(
        question=Question(
            id="containers-predict-lifecycle", kind="single",
            prompt=_("A container whose program ignores SIGTERM is told to stop. What happens?"),
            because=_("Docker sends SIGTERM, waits 10 s, then sends SIGKILL: it ends after 10 s with code 137 (128 + 9). A program that obeys ends when it is ready, mostly with code 143 (128 + 15)."),
            choices=(
                Choice(text=_("after 10 s it is killed, code 137"), right=True),
                Choice(text=_("at once, code 143"), why=_("143 is SIGTERM obeyed. This program does not hear it."), scene=at.lifecycle(*at.STARTED, ("stop", "web"), app="obeys")),
                Choice(text=_("it goes on: a program may refuse"), why=_("It may refuse SIGTERM. SIGKILL is not sent to the program at all: the kernel ends it."), scene=at.lifecycle(*at.STARTED, ("kill", "web"), app="ignores")),
                Choice(text=_("at once, code 0"), why=_("0 is what a program says that ended of itself and was content."), scene=at.lifecycle(*at.STARTED, ("stop", "web"), app="obeys")),
            ),
            hints=(_("Two signals may be sent. Which is the polite one?"), _("SIGTERM. How long does Docker wait?"), _("10 s; then SIGKILL, number 9, and codes count from 128.")),
        ),
        scene=at.lifecycle(*at.STARTED, ("stop", "web"), app="ignores"),
        change=Message.of("let the program crash, with the policy on-failure: its restarts wait {delays} s.", delays=", ".join(f"{each:g}" for each in _DELAYS)),
    ),
    "containers-ports": Prediction(
        question=Question(
            id="containers-predict-ports", kind="single",
            prompt=_("A database is started with -p 127.0.0.1:5432:5432 beside a web server; both are in a network that the user made. Who can open a connection to the database?"),
            because=_("Programs of the host, at 127.0.0.1, and containers of its network, by its name. Publishing on 127.0.0.1 keeps the outside away, and a neighbour in the network needs no published port at all."),
            choices=(
                Choice(text=_("the host and the web server"), right=True),
                Choice(text=_("everybody who reaches the host"), why=_("That is -p 5432:5432: without an address, Docker publishes on all of the host’s."), scene=at.ports("outside", "host", 8080)),
                Choice(text=_("the host only"), why=_("Containers of one network reach each other, published or not."), scene=at.ports("web", "db", 5432)),
                Choice(text=_("the web server only"), why=_("The published port is there for the host, on 127.0.0.1."), scene=at.ports("host", "localhost", 8080, web="127.0.0.1:8080:80")),
            ),
            hints=(_("127.0.0.1 of whom?"), _("Of the host. And what does a neighbour in the network use?"), _("The container’s name and its own port.")),
        ),
        scene=at.ports("host", "localhost", 8080, web="127.0.0.1:8080:80"),
        change=_("go from outside to the same port; then from web to db by name, and from admin to web by name."),
    ),
    "containers-beside": Prediction(
        question=Question(
            id="containers-predict-beside", kind="single",
            prompt=_("Three services in three containers on one host. A system call of the first meets a bug that stops the kernel. What of the others?"),
            because=_("They stop too: there is one kernel, and all three call it. In three virtual machines, each would have a kernel of its own, and only the first would fall."),
            choices=(
                Choice(text=_("all three stop, and the host with them"), right=True),
                Choice(text=_("they run on: containers are isolated"), why=_("Namespaces change what a process sees. They do not double the kernel that shows it."), scene=at.beside("crash", left="process")),
                Choice(text=_("they run on if they are limited by cgroups"), why=_("A budget bounds memory and CPU time. A kernel that has stopped divides nothing any more."), scene=at.beside("memory")),
                Choice(text=_("they are started again at once by Docker"), why=_("Docker is a program of the same host, under the same kernel."), scene=at.beside("power")),
            ),
            hints=(_("How many kernels are there?"), _("One. Who stands on it?"), _("All three services, Docker, and the host itself.")),
        ),
        scene=at.beside("crash"),
        change=_("compare hardened containers with a sandbox for an intruder who is root; then cut the power."),
    ),
    "containers-history": Prediction(
        question=Question(
            id="containers-predict-history", kind="order",
            prompt=_("Put in the order in which they came, the oldest first."),
            because=_("chroot 1979, FreeBSD jails 2000, LXC 2008, Docker 2013, Kubernetes 2014. Docker began with LXC, had its own way by 2014, and lost the LXC driver in February 2016: “Docker uses LXC” has been wrong ever since."),
            choices=(
                Choice(text="chroot", why=_("It is from the Unix of 1979: another root for a process, nothing more.")),
                Choice(text="FreeBSD jails", why=_("Jails came in 2000, long before Linux had all it needs for the same.")),
                Choice(text="LXC", why=_("LXC (2008) put the kernel’s new namespaces and cgroups to use, before Docker did.")),
                Choice(text="Docker", why=_("Docker (2013) came when LXC could already start containers, and used it.")),
                Choice(text="Kubernetes", why=_("Kubernetes (2014) manages containers: they had to be there first.")),
            ),
            hints=(_("What is the oldest idea: another root folder, or a budget?"), _("Who needs whom? Docker used LXC at first."), _("Kubernetes starts containers that others had made usable.")),
        ),
        scene=at.history(),
        change=_("put all eleven cards, then read who started Docker’s containers in which year."),
    ),
    "containers-own": Prediction(
        question=Question(
            id="containers-predict-own", kind="single",
            prompt=_("A Dockerfile copies 500 MB in one line and deletes them with RUN rm in the next. By how much does the deletion shrink the image?"),
            because=_("By nothing. The first layer still holds the files; the second holds marks that hide them. What must not be in the image has to go in the same line that brings it, or never be copied."),
            choices=(
                Choice(text=_("by nothing"), right=True),
                Choice(text=_("by 500 MB"), why=_("Layers below are never changed. The container does not see the files; whoever pulls the image downloads them all the same."), scene=at.OWN),
                Choice(text=_("by 500 MB, once the image is pushed"), why=_("What is pushed is layers, as they are: the first one with its 500 MB."), scene=at.registry(("pull", "shop"))),
                Choice(text=_("by about half, as layers are compressed"), why=_("Compression makes the first layer smaller, whether or not a second one hides its files."), scene=at.digests("second")),
            ),
            hints=(_("Each line makes a layer. Can a layer change the one below?"), _("No. What does it write down instead?"), _("A mark that hides a name: a whiteout.")),
        ),
        scene=at.OWN,
        change=Message.of("the Dockerfile you find makes {mb} MB and takes {s} s to rebuild after a change of the source: reach what is asked below it.", mb=round(_BAD.plan.image_kb / 1000), s=round(_BAD.plan.rebuild_s)),
    ),
}  # fmt: skip
