"""The sentences of the notes about Kubernetes and Portainer, each judged and tied to a lab state."""

from coursekit.i18n import mark as _
from coursekit.quizzes.kubernetes import scenes as at
from coursekit.quizzes.question import Claim

CLAIMS = (
    Claim(
        id="kubernetes-claim-nodes", verdict="imprecise", scene=at.console(("reader", "GET", "/api/nodes")),
        quote=_("Kubernetes makes a cluster and so manages several nodes (Docker manages only 1)"),
        correct=_("Kubernetes runs pods on many nodes, through any runtime that speaks CRI: containerd, CRI-O; Docker only with cri-dockerd since 1.24. One Docker Engine is one host, but Swarm mode joins several; and a Kubernetes of a single node exists."),
        source="kubernetes.io, Components; Docker, Swarm mode", question="kubernetes-docker",
    ),
    Claim(
        id="kubernetes-claim-automates", verdict="right", scene=at.reconcile(*at.DELETED),
        quote=_("It automates operational tasks: deploy, change, scale up and down, monitor"),
        correct=_("Right, with conditions. It compares wish and reality all the time and makes the difference. It scales by itself only with an autoscaler and metrics, and nodes only with a node autoscaler; it replaces pods, but repairs no application; monitoring takes further programs."),
        source="kubernetes.io, Controllers, HPA, Node autoscaling", question="kubernetes-automatic",
    ),
    Claim(
        id="kubernetes-claim-window", verdict="imprecise", scene=at.console(("reader", "GET", "/api/containers")),
        quote=_("Docker has no graphical interface"),
        correct=_("The Engine has a command line and an API. Docker Desktop has a window, and anybody may put a page before the API, as the lab does."),
        source="Docker", question="kubernetes-socket",
    ),
    Claim(
        id="kubernetes-claim-portainer", verdict="incomplete", scene=at.console(("socket", "POST", "/api/containers", "host"), role="socket"),
        quote=_("Portainer: a graphical interface for Docker; a web server in a container; others exist"),
        correct=_("Right, but not all of it: it manages Swarm, Kubernetes and Podman as well (HTTPS on 9443, agents on 9001, a tunnel on 8000). And it works through the engine’s socket: who controls it is root on the host. Others: Docker Desktop, Rancher, Headlamp, Cockpit."),
        source="Portainer documentation; Docker, Protect the daemon socket", question="kubernetes-socket",
    ),
    Claim(
        id="kubernetes-claim-remote", verdict="incomplete", scene=at.remote("vm", "network"),
        quote=_("Remote connection"),
        correct=_("A word the notes leave open. One reaches a machine by SSH, or by the hypervisor’s console when its network is broken; a container by exec through the host, the engine’s API, kubectl or a web console. Each needs another door open, and each key holds more or less than its owner thinks."),
        source="OpenSSH; Docker; kubernetes.io", question="kubernetes-exposed",
    ),
)  # fmt: skip
