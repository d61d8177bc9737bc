"""What each Kubernetes lab asks before it runs, and the state of the lab that answers."""

from coursekit.i18n import mark as _
from coursekit.quizzes.kubernetes import scenes as at
from coursekit.quizzes.kubernetes.measured import HOUR
from coursekit.quizzes.question import Choice, Prediction, Question
from coursekit.sims.kubernetes import disruption, hpa, nodefailure, probes, rounding
from coursekit.sims.kubernetes.nodes import Reaction, grow, reaction
from coursekit.sims.kubernetes.objects import Node, Pod
from coursekit.sims.kubernetes.placing import place_many
from coursekit.sims.kubernetes.qos import oom_score_adj
from coursekit.sims.kubernetes.service import lost
from coursekit.sims.message import Message

_PACKED = sum(
    each is not None
    for each in place_many([Node(name="n1")], [Pod(name=f"p{i}", cpu_m=100) for i in range(45)])
)
_SURGE, _UNAVAILABLE = rounding.limits(3)
_BUDGET = disruption.allowed(disruption.Budget(max_unavailable="25%"), 3, 3)[1]
_SAFE = nodefailure.bounds()
_WHOLE = tuple(bound + nodefailure.TOLERATION_S for bound in _SAFE)
_DETECTED = probes.detection(probes.Probe())
_ADVICE = hpa.advise(3, hpa.Use(ready=(111, 111, 111), target=100)).replicas
_LOST, _KEPT = lost(50), lost(50, pre_stop=5)
_NEW = len(
    grow([Pod(name=f"p{i}", cpu_m=1000, mem_mi=1024) for i in range(5)], Node(name="t")).bins
)
_SLOWEST = max(reaction(Reaction()), key=lambda each: each.most)
_ADJ = oom_score_adj("Burstable", 4096, 16_384)

PREDICTIONS = {
    "kubernetes-reconcile": Prediction(
        question=Question(
            id="kubernetes-predict-reconcile", kind="single",
            prompt=_("A Deployment wishes 3 pods and 3 run. You delete one of them by hand. What follows?"),
            because=_("A new pod with another name. Nobody recorded your command: the loop compares the wish, 3, with what is there, 2, and makes the difference. Whoever wants fewer pods must change the wish."),
            choices=(
                Choice(text=_("a new pod appears, with another name"), right=True),
                Choice(text=_("the Deployment has 2 pods from now on"), why=_("Deleting a pod is no new wish. The wish still says 3."), scene=at.reconcile(*at.DELETED)),
                Choice(text=_("nothing, until somebody applies the manifest again"), why=_("The wish is kept in the cluster, and a loop looks at it all the time."), scene=at.reconcile(*at.DELETED)),
                Choice(text=_("the same pod starts again"), why=_("A pod is not repaired, it is replaced: another name, another address."), scene=at.reconcile(*at.DELETED)),
            ),
            hints=(_("What does the controller compare?"), _("3 wished, 2 there."), _("And which pod does it make: the old one, or any?")),
        ),
        scene=at.reconcile(*at.DELETED),
        change=_("stop the loop after it has read, delete another pod, and let it act: what does it do with old news? Then kill a node."),
    ),
    "kubernetes-scheduler": Prediction(
        question=Question(
            id="kubernetes-predict-scheduler", kind="single",
            prompt=_("Three nodes: n1 with 4000 m and 8 GiB, of which 1000 m and 6 GiB are requested; n2 as large, 2500 m and 2 GiB requested; n3 with 2000 m and 4 GiB, 500 m and 1 GiB requested. A pod asks for 500 m and 1 GiB. Which node does the scheduler choose?"),
            because=_("n3, with 150 points: 50 because half of it stays free, and 100 because CPU and memory would be used alike. n1 has more CPU left in numbers, but hardly any memory, and is lopsided."),
            choices=(
                Choice(text="n3", right=True),
                Choice(text="n1", why=_("It has the most CPU left, but its memory is nearly full: 37 points for room, 75 for balance."), scene=at.scheduler()),
                Choice(text="n2", why=_("It has memory left, and less CPU: 43 points for room, 81 for balance."), scene=at.scheduler()),
                Choice(text=_("any: all three have room"), why=_("Room is the filter. Among those that pass, points decide."), scene=at.scheduler()),
            ),
            hints=(_("Which share of each node would stay free?"), _("n1: five eighths of the CPU, an eighth of the memory."), _("Which node would be used evenly?")),
        ),
        scene=at.scheduler(),
        change=_("let the scheduler pack (most requested) instead of spread; then ask for more than any node has, and read the event."),
    ),
    "kubernetes-packing": Prediction(
        question=Question(
            id="kubernetes-predict-packing", kind="numeric", answer=_PACKED, tolerance=1e-9, unit="pods",
            prompt=_("Each pod requests 100 m of CPU and really uses 900 m. How many of them does the scheduler put on a node with 4000 m?"),
            because=Message.of("{n}: it adds up requests, never what is used. The node would then be wanted {times} times over, and all pods on it slow. Requests are a promise, and nobody checks it but the learner.", n=_PACKED, times=_PACKED * 900 // 4000),
            choices=(
                Choice(value=4, why=_("That is how many the node can serve. The scheduler does not look at use."), scene=at.packing()),
                Choice(value=110, why=_("110 pods a node is the usual ceiling. Requests are used up earlier here."), scene=at.packing(cpu=10)),
                Choice(value=44, why=_("4000 by 90? Requests count, and they are 100 each."), scene=at.packing()),
            ),
            hints=(_("Which of the two numbers does the scheduler read?"), _("The request."), _("4000 / 100.")),
        ),
        scene=at.packing(),
        change=_("request what is used: how many fit now? Then request nothing at all."),
    ),
    "kubernetes-qos": Prediction(
        question=Question(
            id="kubernetes-predict-qos", kind="single",
            prompt=_("A container has limits for CPU and memory, and no requests are written. Which class is its pod?"),
            because=Message.of("Guaranteed: a missing request is taken to be the limit. A Burstable pod that requests 4 of 16 GiB has an oom_score_adj of {adj}; Guaranteed has −997 and is killed last, BestEffort 1000 and goes first.", adj=_ADJ),
            choices=(
                Choice(text="Guaranteed", right=True),
                Choice(text="Burstable", why=_("That would need a request below the limit. Where only the limit is written, the request is the same."), scene=at.qos("cpu")),
                Choice(text="BestEffort", why=_("That is a pod without any request and any limit."), scene=at.qos("none")),
                Choice(text=_("none: such a pod is refused"), why=_("It is accepted: requests are filled in."), scene=at.qos("limits")),
            ),
            hints=(_("What does Kubernetes put for a request that is missing?"), _("If there is a limit: the limit."), _("So requests and limits are equal, for CPU and memory.")),
        ),
        scene=at.qos("limits"),
        change=_("let your pod use more than it requests; then raise its priority: who is evicted first?"),
    ),
    "kubernetes-rollout": Prediction(
        question=Question(
            id="kubernetes-predict-rollout", kind="numeric", answer=_UNAVAILABLE, tolerance=1e-9, unit="pods",
            prompt=_("A Deployment of 3 pods with maxSurge 25 % and maxUnavailable 25 %. How many of the 3 may be missing during an update?"),
            because=Message.of("None: 0.75 is rounded down for maxUnavailable, and up for maxSurge, so that {s} may come on top: strictly one by one. A disruption budget of 25 % would be rounded up and allow {b}.", s=_SURGE, b=_BUDGET),
            choices=(
                Choice(value=1, why=_("0.75 rounded up: so a disruption budget does it. A Deployment rounds unavailable pods down."), scene=at.rollout(3)),
                Choice(value=0.75, why=_("Pods come whole. In which direction is it rounded?"), scene=at.rollout(3)),
                Choice(value=3, why=_("That is the strategy Recreate: all old ones go first."), scene=at.rollout(3, strategy="Recreate")),
            ),
            hints=(_("25 % of 3 is 0.75."), _("To be careful, in which direction?"), _("Down.")),
        ),
        scene=at.rollout(3),
        change=_("take 10 pods and an image that never gets ready: where does the update stand still, and who still serves?"),
    ),
    "kubernetes-drain": Prediction(
        question=Question(
            id="kubernetes-predict-drain", kind="single",
            prompt=_("A Deployment of 3 pods has a disruption budget minAvailable 100 %. An administrator drains a node on which one of them runs. What happens?"),
            because=_("The eviction is refused, again and again: a healthy pod may never be taken away, and its substitute is only made after it has gone. The drain does not end until somebody changes the budget."),
            choices=(
                Choice(text=_("the drain is refused that pod, for ever"), right=True),
                Choice(text=_("a substitute starts elsewhere, then the pod goes"), why=_("Nobody makes a substitute before one is missing: the wish is 3, and 3 are there."), scene=at.drain("min100")),
                Choice(text=_("the pod is evicted: an administrator may"), why=_("By eviction, no. Deleting the pod would work, for a budget guards the eviction API only."), scene=at.drain("min100")),
                Choice(text=_("after 5 minutes the budget expires"), why=_("Budgets do not expire. A drain may be given a time limit, and then it gives up."), scene=at.drain("min100")),
            ),
            hints=(_("How many of the 3 may be missing?"), _("None. When would a fourth be made?"), _("When one of the 3 is missing.")),
        ),
        scene=at.drain("min100"),
        change=_("allow one missing pod; then find a budget in percent under which 3 pods still cannot be drained."),
    ),
    "kubernetes-probes": Prediction(
        question=Question(
            id="kubernetes-predict-probes", kind="single",
            prompt=_("A liveness probe every 10 s, with a time limit of 1 s and 3 failures allowed. The application hangs silently. After how long is that noticed?"),
            because=Message.of("After {least:.0f} to {most:.0f} s: the third probe in a row must fail, and each is given 1 s. Until then, readiness has to keep requests away; then the container is killed and started again.", least=_DETECTED[0], most=_DETECTED[1]),
            choices=(
                Choice(text=Message.of("after {least:.0f} to {most:.0f} s", least=_DETECTED[0], most=_DETECTED[1]), right=True),
                Choice(text=_("after 1 s"), why=_("One probe that fails is forgiven: it may be a hiccup."), scene=at.probes("hang")),
                Choice(text=_("after 10 s"), why=_("That is the next probe. Two more must fail."), scene=at.probes("hang")),
                Choice(text=_("after 30 to 40 s"), why=_("The first probe that fails may come at once; between the first and the third lie two periods."), scene=at.probes("hang")),
            ),
            hints=(_("How many probes must fail in a row?"), _("Three: two periods lie between the first and the third."), _("At best the first comes at once, at worst after a whole period; the last one waits 1 s.")),
        ),
        scene=at.probes("hang"),
        change=_("take an application that starts in 40 s: what does liveness do to it? Then add a startup probe."),
    ),
    "kubernetes-advice": Prediction(
        question=Question(
            id="kubernetes-predict-advice", kind="single",
            prompt=_("3 pods, target 100 % of the requested CPU. They use 110 %. What does the autoscaler do? And at 111 %?"),
            because=Message.of("At 110 % nothing: a tenth above or below the target is tolerated. At 111 % it wants {n}: 3 × 1.11, rounded up.", n=_ADVICE),
            choices=(
                Choice(text=_("nothing; then 4 pods"), right=True),
                Choice(text=_("4 pods; then 4 pods"), why=_("3 × 1.1 is 3.3, and that would be 4; but the tolerance comes first."), scene=at.advice(110, target=100)),
                Choice(text=_("nothing; then nothing"), why=_("The tolerance ends at 110 %."), scene=at.advice(111, target=100)),
                Choice(text=_("one pod more each time"), why=_("It does not climb by one: it computes the number at which the use would meet the target."), scene=at.advice(300, target=100)),
            ),
            hints=(_("Is every difference worth a pod?"), _("A tolerance of 10 % is the default."), _("110 is the edge, and the edge still belongs to it.")),
        ),
        scene=at.advice(111, target=100),
        change=_("let one of the pods not be ready yet: what is assumed of it, and why so carefully?"),
    ),
    "kubernetes-hpa": Prediction(
        question=Question(
            id="kubernetes-predict-hpa", kind="single",
            prompt=_("An autoscaler with the defaults has grown to 10 pods. At one moment the load falls to nearly nothing. What becomes of the pods?"),
            because=_("Nothing for five minutes: on the way down the largest recommendation of the last 300 s counts. Then all may go in one step, for down to 100 % is allowed in 15 s. On the way up there is no such patience."),
            choices=(
                Choice(text=_("they stay for 5 minutes, then most go at once"), right=True),
                Choice(text=_("they go at the next turn, 15 s later"), why=_("So it is on the way up. Downwards it remembers what it recommended before."), scene=at.hpa("fall", window=0)),
                Choice(text=_("one goes every 15 s"), why=_("There is no such rule by default: when the window has passed, the whole difference may go."), scene=at.hpa("fall")),
                Choice(text=_("they stay: an autoscaler only adds"), why=_("It takes away too, with more patience."), scene=at.hpa("fall")),
            ),
            hints=(_("What is worse, to scale down too early or too late?"), _("Too early. How could one guard against it?"), _("By believing the largest recommendation of the last minutes.")),
        ),
        scene=at.hpa("fall"),
        change=_("take the sine with windows of 0 and 300 s: which loses fewer requests, which costs fewer pods?"),
    ),
    "kubernetes-node": Prediction(
        question=Question(
            id="kubernetes-predict-node", kind="single",
            prompt=_("A node loses its power. After how long do no more requests go to its pods, and after how long are substitutes made (defaults, version 1.32 or later)?"),
            because=Message.of("{a:.0f} to {b:.0f} s, and {c:.0f} to {d:.0f} s. The node’s lease must be 50 s old before it is called unreachable; then its pods leave the Service, and 300 s later they are replaced. VRRP needs 4 s for an address (chapter 2); here whole programs move, and one waits for the node to come back.", a=_SAFE[0], b=_SAFE[1], c=_WHOLE[0], d=_WHOLE[1]),
            choices=(
                Choice(text=_("about 50 s, and nearly 6 minutes"), right=True),
                Choice(text=_("10 s, and 20 s"), why=_("10 s is how often a node sends its lease. One that is late proves nothing."), scene=at.node()),
                Choice(text=_("about 50 s for both"), why=_("Then it is only known that the node is not heard of. Its pods are tolerated for 300 s more."), scene=at.node()),
                Choice(text=_("5 minutes for both"), why=_("Requests stop much earlier: as soon as the node is unreachable, its pods are not ready."), scene=at.node()),
            ),
            hints=(_("Two clocks run one after the other."), _("First the grace period: when is the node unreachable?"), _("Then the pods’ toleration: 300 s.")),
        ),
        scene=at.node(),
        change=_("take a StatefulSet, then a node that is only cut off: what may not happen twice?"),
    ),
    "kubernetes-service": Prediction(
        question=Question(
            id="kubernetes-predict-service", kind="numeric", answer=0, tolerance=1e-9, unit="%",
            prompt=_("3 pods serve 30 clients that keep their connections open. The Deployment is scaled to 6. What share of the requests do the new pods get, as long as no client connects anew?"),
            because=_("None. A Service chooses a pod when a connection is opened, not for each request. New pods stand idle until clients reconnect."),
            choices=(
                Choice(value=50, why=_("That is their share of new connections. The 30 there are stay where they are."), scene=at.service(("connect", 30), ("scale", 6), ("reconnect", 0))),
                Choice(value=33.3, why=_("A choice is made when a connection is opened, not for each request."), scene=at.service(("connect", 30), ("scale", 6))),
            ),
            hints=(_("When does a Service choose a pod?"), _("When a connection is opened."), _("How many are opened here after the scaling?")),
        ),
        scene=at.service(("connect", 30), ("scale", 6)),
        change=_("let the clients connect anew; then scale down to 2: what happens to those whose pod goes?"),
    ),
    "kubernetes-leaving": Prediction(
        question=Question(
            id="kubernetes-predict-leaving", kind="numeric", answer=_LOST, tolerance=1e-9, unit=_("requests"),
            prompt=_("A pod serves 50 requests a second and is told to end. It ends at once; the proxies of the nodes learn of it 2 s later. How many requests are lost?"),
            because=Message.of("{lost:g}: for 2 s, requests are still sent to a pod that is gone. A preStop hook that only sleeps 5 s brings it to {kept:g}: the pod goes on serving until everybody knows.", lost=_LOST, kept=_KEPT),
            choices=(
                Choice(value=0, why=_("The list of endpoints and the end of the process are two things at once; nobody waits for the other."), scene=at.leaving(0.0)),
                Choice(value=50, why=_("That is one second’s worth. The news takes two."), scene=at.leaving(0.0)),
                Choice(value=1500, why=_("30 s is the longest a pod may take to end. This one ends at once."), scene=at.leaving(0.0)),
            ),
            hints=(_("For how long does somebody still send requests?"), _("2 s."), _("50 a second.")),
        ),
        scene=at.leaving(0.0),
        change=_("sleep 1 s, then 2 s, then 5 s in preStop: from when on is more of no use?"),
    ),
    "kubernetes-autoscaler": Prediction(
        question=Question(
            id="kubernetes-predict-autoscaler", kind="numeric", answer=_NEW, tolerance=1e-9, unit=_("nodes"),
            prompt=_("5 pods of 1000 m and 1 GiB each find no node. New nodes have 4000 m and 8 GiB. How many does the cluster autoscaler order?"),
            because=Message.of("{n}: four pods fill the first by their CPU, the fifth takes the second. Then everything waits for a machine: {longest:.0f} s of provisioning, by far the slowest of all the loops.", n=_NEW, longest=_SLOWEST.most),
            choices=(
                Choice(value=1, why=_("By memory one would do. The CPU is full after four."), scene=at.autoscaler()),
                Choice(value=5, why=_("A node is not ordered for each pod: they are packed first."), scene=at.autoscaler()),
                Choice(value=1.25, why=_("5000 m by 4000 m, but nodes come whole."), scene=at.autoscaler()),
            ),
            hints=(_("How many such pods fit on one node, by CPU and by memory?"), _("Four by CPU, eight by memory."), _("5 pods, 4 on a node.")),
        ),
        scene=at.autoscaler(),
        change=_("choose larger nodes: fewer of them, and how much of them is asked for by nobody?"),
    ),
    "kubernetes-manifest": Prediction(
        question=Question(
            id="kubernetes-predict-manifest", kind="single",
            prompt=_("A Deployment’s pods carry the label app: shop. The Service beside it has the selector app: web. kubectl apply takes both. What happens to requests?"),
            because=_("They reach nobody. A Service finds its pods by labels and nothing else; one that finds none is valid, and has no endpoints. Nothing turns red, which is why it is a favourite mistake."),
            choices=(
                Choice(text=_("they reach no pod, and no error is shown"), right=True),
                Choice(text=_("apply refuses the Service"), why=_("Both are valid objects. Whether they mean each other is not checked."), scene=at.MANIFEST),
                Choice(text=_("they reach the pods: both stand in one file"), why=_("A file is only a way to bring objects along. Labels tie them, not files."), scene=at.MANIFEST),
                Choice(text=_("Kubernetes corrects the selector"), why=_("It does what is written. Nobody could know which of the two was meant."), scene=at.MANIFEST),
            ),
            hints=(_("How does a Service know its pods?"), _("By their labels."), _("Which pods carry app: web?")),
        ),
        scene=at.MANIFEST,
        change=_("write 500mb in place of 500Mi, then a tab; then give the autoscaler a Deployment that does not exist."),
    ),
    "kubernetes-hour": Prediction(
        question=Question(
            id="kubernetes-predict-hour", kind="single",
            prompt=_("18 pods on six nodes serve 630 requests a second and could serve 900; another 12 serve a second application. On three days one thing happens: the requests double, and an autoscaler may make more pods; one node loses power for nine minutes; all 18 pods are updated and end at once when told to. Which day loses the most requests?"),
            because=Message.of("The rush: {load} requests, {node} with the dead node, {rollout} in the update. The autoscaler needs up to 15 s to look and a new pod 10 s to start; until then everything beyond 900 a second is lost. When the rush is over, pods that end lose a few more. A dead node loses its sixth for about 50 s; an update only what is under way to pods that end.", **HOUR),
            choices=(
                Choice(text=_("the rush, although an autoscaler runs"), right=True),
                Choice(text=_("the dead node, because it is away for nine minutes"), why=_("Requests are sent to it only until it is found unreachable, about 50 s; then the others serve everything."), scene=at.hour("node")),
                Choice(text=_("the update, because it touches every pod"), why=_("It touches them a few at a time, and what is lost is only sent while one of them ends."), scene=at.hour("rollout")),
                Choice(text=_("none of them loses any: a loop corrects each"), why=_("Each loop corrects, but only after it has looked. What comes before that is lost."), scene=at.hour("load")),
            ),
            hints=(_("For how long is something wrong before a loop has corrected it?"), _("And how many requests a second fail in that time?"), _("Rush: 360 a second. Dead node: a sixth of 810 a second.")),
        ),
        scene=at.hour("load"),
        change=_("let everything happen at once, then look for pods without a node: who takes their room, and what sets them free? Then let dead pods be tolerated for 0 s."),
    ),
    "kubernetes-console": Prediction(
        question=Question(
            id="kubernetes-predict-console", kind="single",
            prompt=_("A web console such as Portainer runs as a container and was given /var/run/docker.sock. Somebody gets hold of that socket, past the console’s sign-in. What may they do on the host?"),
            because=_("Everything, as root. The socket asks for no name; a container may be started through it that mounts the host’s whole disk. The console’s roles bind only those who come through the console."),
            choices=(
                Choice(text=_("everything: they are root"), right=True),
                Choice(text=_("look at containers, nothing more"), why=_("The socket is the engine’s API: reading and writing alike."), scene=at.console(("socket", "POST", "/api/containers", "host"))),
                Choice(text=_("what their role in the console allows"), why=_("Roles live in the console. Who goes past it has none, and needs none."), scene=at.console(("socket", "POST", "/api/containers/shop/stop"))),
                Choice(text=_("start and stop the console’s own containers"), why=_("The engine knows no owners: all containers are one to it."), scene=at.console(("socket", "POST", "/api/containers/db/stop"))),
            ),
            hints=(_("What is at the other end of the socket?"), _("The engine, which runs as root."), _("Could it be asked to mount / into a container?")),
        ),
        scene=at.console(("socket", "POST", "/api/containers", "host"), role="socket"),
        change=_("open the page in a tab of its own and sign in as a reader; then stop the console itself."),
    ),
    "kubernetes-remote": Prediction(
        question=Question(
            id="kubernetes-predict-remote", kind="single",
            prompt=_("After a mistake in its settings, a virtual machine no longer answers on the network. Which way still leads to it?"),
            because=_("The hypervisor’s console: screen and keyboard go through the host, not through the machine’s network card. It is also why its password is worth as much as all the machines of the host."),
            choices=(
                Choice(text=_("the hypervisor’s console"), right=True),
                Choice(text="SSH", why=_("It goes through the very card that does not work."), scene=at.remote("vm", "network")),
                Choice(text=_("the engine’s API"), why=_("That is for containers. A machine has none."), scene=at.remote("vm", "network")),
                Choice(text=_("none: it has to be built anew"), why=_("A machine has a screen even without a network."), scene=at.remote("vm", "network")),
            ),
            hints=(_("Which way needs nothing of the machine itself?"), _("One that goes through the host."), _("Who draws the machine’s screen?")),
        ),
        scene=at.remote("vm", "network"),
        change=_("take a container without a shell; then a firewall that lets only port 22 in."),
    ),
}  # fmt: skip
