"""The questions of the Kubernetes chapter; every figure in them is computed."""

from coursekit.i18n import mark as _
from coursekit.quizzes.kubernetes import scenes as at
from coursekit.quizzes.question import Choice, Question
from coursekit.sims.kubernetes import nodefailure, probes
from coursekit.sims.message import Message

_BOUNDS = tuple(bound + nodefailure.TOLERATION_S for bound in nodefailure.bounds())
_BACK_OFF = ", ".join(f"{probes.back_off(k):g}" for k in range(1, 8))

QUESTIONS = (
    Question(
        id="kubernetes-delete-pod", kind="single", scene=at.reconcile(*at.DELETED),
        prompt=_("You delete a pod of a Deployment. What follows?"),
        because=_("A new pod: the wish has not changed, and the loop makes the difference between wish and reality."),
        hints=(_("Where is the wish written?"), _("In the Deployment. Did you change it?"), _("No: so something is missing.")),
        choices=(
            Choice(text=_("a new pod appears"), right=True),
            Choice(text=_("the Deployment shrinks by one"), why=_("Deleting a pod is no new wish. kubectl scale would be one."), scene=at.reconcile(("scale", "", 2), ("step",), ("step",), ("step",))),
            Choice(text=_("nothing runs until somebody applies the manifest again"), why=_("A manifest is no script that has run and is over: the wish stays in the cluster."), scene=at.reconcile(*at.DELETED)),
            Choice(text=_("the same pod restarts with its name and address"), why=_("Pods are replaced, not nursed: another name, another address."), scene=at.reconcile(*at.DELETED)),
        ),
    ),
    Question(
        id="kubernetes-requests", kind="single", scene=at.packing(),
        prompt=_("To place a pod, the scheduler looks at …"),
        because=_("Its requests, and those of the pods already there. What is really used it does not know."),
        hints=(_("Does it watch the nodes, or does it keep accounts?"), _("It keeps accounts."), _("Of what was asked for.")),
        choices=(
            Choice(text=_("requests"), right=True),
            Choice(text=_("how busy the CPUs are now"), why=_("That would change every second; and a pod that sleeps now may wake up later."), scene=at.packing()),
            Choice(text=_("limits"), why=_("A limit is a ceiling, not a place kept free. Limits may add up to more than a node has."), scene=at.qos("limits")),
            Choice(text=_("the number of containers"), why=_("Two small ones may ask for less than a big one. (A ceiling on pods there is: 110 a node.)"), scene=at.packing(cpu=10, pods=60)),
        ),
    ),
    Question(
        id="kubernetes-readiness", kind="single", scene=at.probes("slow"),
        prompt=_("A readiness probe fails. What follows?"),
        because=_("The pod gets no more requests from its Services until the probe succeeds again. It is not restarted: that is the liveness probe’s matter."),
        hints=(_("Ready for what?"), _("For requests."), _("So what must stop?")),
        choices=(
            Choice(text=_("no more requests, no restart"), right=True),
            Choice(text=_("the container is restarted"), why=_("That is what a liveness probe does."), scene=at.probes("hang")),
            Choice(text=_("the pod is deleted"), why=_("Pods are deleted by eviction, or because the wish has changed."), scene=at.drain("none")),
            Choice(text=_("the node is tainted"), why=_("One pod is not its node. A node is judged by its lease."), scene=at.node()),
        ),
    ),
    Question(
        id="kubernetes-rounding", kind="single", scene=at.rollout(3),
        prompt=_("maxUnavailable 25 % of 3 replicas is …"),
        because=_("0: what may be missing is rounded down, what may come on top is rounded up. So an update of 3 goes one by one, with a fourth pod."),
        hints=(_("0.75 pods may be missing."), _("Careful is …"), _("… downwards.")),
        choices=(
            Choice(text="0", right=True),
            Choice(text="1", why=_("Rounded up: so do surge, and disruption budgets."), scene=at.drain("max30")),
            Choice(text="0.75", why=_("Pods come whole."), scene=at.rollout(3)),
            Choice(text="3", why=_("Percentages do count. All 3 at once go with Recreate."), scene=at.rollout(3, strategy="Recreate")),
        ),
    ),
    Question(
        id="kubernetes-no-request", kind="single", scene=at.advice(90),
        prompt=_("An autoscaler has a target of 50 % CPU. The pods have no CPU request. What happens?"),
        because=_("Nothing: use is counted in percent of the request. Without a request there is no percentage, and the autoscaler says so in its events."),
        hints=(_("50 % of what?"), _("Of what the pod requests."), _("And if it requests nothing?")),
        choices=(
            Choice(text=_("no percentage, no action"), right=True),
            Choice(text=_("it takes the limits in their place"), why=_("Where only a limit is written, the request is filled in from it. Without either, there is nothing."), scene=at.qos("none")),
            Choice(text=_("it takes the node’s CPU"), why=_("How busy a node is belongs to all its pods, not to this one."), scene=at.packing()),
            Choice(text=_("it takes one core as the base"), why=_("No such number is invented."), scene=at.advice(90)),
        ),
    ),
    Question(
        id="kubernetes-budget", kind="single", scene=at.drain("min100"),
        prompt=_("A disruption budget protects against …"),
        because=_("Evictions that somebody asks for: draining a node, the cluster autoscaler taking one away. A crash asks nobody."),
        hints=(_("Who asks a budget?"), _("The eviction API."), _("Which of these goes through it?")),
        choices=(
            Choice(text=_("draining a node"), right=True),
            Choice(text=_("the crash of a node"), why=_("A node that loses its power asks for no permission."), scene=at.node()),
            Choice(text=_("the kernel’s memory killer"), why=_("It kills inside a group, and knows no budgets (chapter 6)."), scene=at.qos("none")),
            Choice(text=_("a faulty image"), why=_("An update has limits of its own: maxUnavailable."), scene=at.rollout(10, bad=True)),
        ),
    ),
    Question(
        id="kubernetes-unplugged", kind="single", scene=at.node(),
        prompt=_("A node is unplugged. With the defaults, substitutes for its pods are made after about …"),
        because=Message.of("{a:.0f} to {b:.0f} s: first the grace period for its lease, then the 300 s for which pods tolerate an unreachable node.", a=_BOUNDS[0], b=_BOUNDS[1]),
        hints=(_("Two waits, one after the other."), _("50 s and 300 s."), _("Nearly six minutes.")),
        choices=(
            Choice(text=_("5 min 40 s to 5 min 55 s"), right=True),
            Choice(text=_("10 s: one lease was missed"), why=_("A lease that is late proves nothing: the grace period is five of them."), scene=at.node()),
            Choice(text=_("50 s"), why=_("Then its pods leave their Services. They are replaced 300 s later."), scene=at.node()),
            Choice(text=_("never"), why=_("So it is with a StatefulSet, which must never have two of the same name."), scene=at.node(owner="StatefulSet")),
        ),
    ),
    Question(
        id="kubernetes-socket", kind="single", scene=at.console(("socket", "POST", "/api/containers", "host"), role="socket"),
        prompt=_("To give a web console /var/run/docker.sock means to give it …"),
        because=_("Root on that host: the socket is the engine’s whole API, and the engine can mount any folder into a container."),
        hints=(_("What can be asked of the engine?"), _("To start a container with any folder of the host."), _("As whom does it run?")),
        choices=(
            Choice(text=_("root on that host"), right=True),
            Choice(text=_("a view without the power to change"), why=_("A socket mounted read-only is still a socket: what is sent through it is obeyed."), scene=at.console(("socket", "POST", "/api/containers/shop/stop"))),
            Choice(text=_("power over its own containers only"), why=_("The engine knows no owners."), scene=at.console(("socket", "POST", "/api/containers/db/stop"))),
            Choice(text=_("nothing dangerous, as long as its page uses HTTPS"), why=_("HTTPS protects what is on the way. It says nothing of what the one who arrives may do."), scene=at.console(("admin", "POST", "/api/containers", "host"))),
        ),
    ),
    Question(
        id="kubernetes-docker", kind="single", scene=at.console(("reader", "GET", "/api/nodes")),
        prompt=_("“Kubernetes manages several nodes, Docker only one.” What is right about it?"),
        because=_("One Docker Engine is one host, and Kubernetes is made for many. But Docker’s Swarm mode joins Engines too, a Kubernetes of one node exists, and since 1.24 Kubernetes speaks to containerd or CRI-O, not to Docker."),
        hints=(_("What is “Docker” here: the Engine or Swarm?"), _("And must a cluster have several nodes?"), _("Half of it, then.")),
        choices=(
            Choice(text=_("true of one Engine; Swarm mode joins several"), right=True),
            Choice(text=_("all of it"), why=_("Swarm mode has been part of Docker since 2016."), scene=at.console(("reader", "GET", "/api/nodes"))),
            Choice(text=_("nothing of it: Kubernetes drives Docker"), why=_("It did, through dockershim, until version 1.24. Images are the same."), scene=at.console(("reader", "GET", "/api/containers"))),
            Choice(text=_("nothing of it: a pod may span several nodes"), why=_("A pod is always on one node: its containers share one address."), scene=at.scheduler()),
        ),
    ),
    Question(
        id="kubernetes-automatic", kind="multiple", scene=at.hpa(),
        prompt=_("“Kubernetes automates deploying, scaling, monitoring.” What does it do by itself, without being asked for more? Choose all that are true."),
        because=_("It keeps what was wished: the number of pods, on nodes that live, in the version that was asked for. Scaling takes an autoscaler and metrics, monitoring takes more programs, and a fault in an application is never repaired, only restarted."),
        hints=(_("What is in the cluster from the start: which loops?"), _("Deployments and nodes are looked after."), _("Who measures the CPU?")),
        choices=(
            Choice(text=_("replaces pods that are gone"), right=True, why=_("It is the first of all loops."), scene=at.reconcile(*at.DELETED)),
            Choice(text=_("exchanges a version pod by pod"), right=True, why=_("A Deployment’s update does, within its limits."), scene=at.rollout()),
            Choice(text=_("adds pods when the load rises"), why=_("Only if there is an autoscaler, and metrics for it."), scene=at.hpa()),
            Choice(text=_("repairs an application that answers wrongly"), why=_("It restarts what a probe says is dead. A wrong answer looks healthy."), scene=at.probes("healthy")),
        ),
    ),
    Question(
        id="kubernetes-backoff", kind="numeric", answer=probes.back_off(5), tolerance=1e-9, unit="s", scene=at.probes("crash"),
        prompt=_("A container crashes at once after each start. Its first restart comes at once. For how long does CrashLoopBackOff hold the restarts that follow: 10, 20, 40, 80, and then?"),
        because=Message.of("It doubles up to five minutes: {list}.", list=_BACK_OFF),
        hints=(_("Doubled each time."), _("80 doubled."), _("The ceiling, 300, is not reached yet.")),
        choices=(
            Choice(value=100, why=_("It doubles; it does not grow by 20."), scene=at.probes("crash")),
            Choice(value=300, why=_("That is the ceiling, and it comes next."), scene=at.probes("crash")),
        ),
    ),
    Question(
        id="kubernetes-match", kind="match", scene=at.reconcile(),
        prompt=_("Which part does what?"),
        because=_("Each is a loop of its own with its own clock; nobody gives orders to all of them."),
        hints=(_("Which one decides on a node, and which one starts the process?"), _("The scheduler chooses, the kubelet starts."), _("A Service only leads requests.")),
        pairs=(
            (_("scheduler"), _("chooses a node for a pod")), (_("kubelet"), _("starts containers on its node and asks probes")),
            (_("ReplicaSet controller"), _("makes and deletes pods until the number is right")), (_("Service"), _("leads connections to ready pods")),
        ),
    ),
    Question(
        id="kubernetes-exposed", kind="single", scene=at.remote("container", "none"),
        prompt=_("Which of these doors may stand open to the Internet without further thought?"),
        because=_("None. The engine’s API without TLS is root for everybody; consoles hold everything they know; even SSH is tried day and night. They belong behind a VPN or a jump host, and what they hold decides how well."),
        hints=(_("What does somebody hold who gets through it?"), _("Compare 2375, 6443, 9443 and 22."), _("Is there one among them that holds nothing?")),
        choices=(
            Choice(text=_("none of them"), right=True),
            Choice(text=_("port 2375, the engine’s API"), why=_("Without TLS, and without a name: root on the host for whoever finds it first."), scene=at.remote("container", "none")),
            Choice(text=_("port 9443, a web console: it has a password"), why=_("One password, then, for all hosts it knows."), scene=at.remote("container", "none")),
            Choice(text=_("port 443 of a hypervisor: it uses HTTPS"), why=_("Behind it are screen, disks and power switch of all machines."), scene=at.remote("vm", "none")),
        ),
    ),
)  # fmt: skip
