"""From manifests to what the simulations take, and back to texts that kubectl accepts.

Modelled: requests and limits (summed over containers), node selector, tolerations, priority;
replicas, strategy, readiness; the autoscaler's limits and behaviour; budgets; which Deployment a
Service, an autoscaler or a budget means. Left out: what the simulations have no use for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.sims.kubernetes import quantity
from coursekit.sims.kubernetes.disruption import Budget
from coursekit.sims.kubernetes.hpa import DOWN, UP, Autoscaler, Behavior, Policy, Rules
from coursekit.sims.kubernetes.kinds import API
from coursekit.sims.kubernetes.manifest import Document
from coursekit.sims.kubernetes.objects import Pod, Toleration
from coursekit.sims.kubernetes.probes import Probe, ProbeKind
from coursekit.sims.kubernetes.qos import Container
from coursekit.sims.kubernetes.rollout import Deployment
from coursekit.sims.kubernetes.rounding import Amount
from coursekit.sims.message import require

__all__ = [
    "as_budget", "as_containers", "as_deployment", "as_hpa", "as_pod", "as_probes", "budget_value",
    "deployment_value", "hpa_value", "pod_value", "service_value", "targets",
]  # fmt: skip

Value = dict[str, Any]


def _pod_spec(document: Document) -> Mapping[str, Any]:
    require(document.kind in ("Pod", "Deployment"), "kind={kind}: choose one of {choices}", kind=document.kind, choices="Pod, Deployment")  # fmt: skip
    spec: Mapping[str, Any] = document.value["spec"]
    return spec["template"]["spec"] if document.kind == "Deployment" else spec


def as_containers(document: Document) -> tuple[Container, ...]:
    """Requests and limits as written, for the QoS class."""
    return tuple(_container(each) for each in _pod_spec(document)["containers"])


def _container(value: Mapping[str, Any]) -> Container:
    found = value.get("resources", {})
    requests, limits = found.get("requests", {}), found.get("limits", {})

    def of(amounts: Mapping[str, str], key: str) -> int | None:
        reads = quantity.cores_m if key == "cpu" else quantity.mebibytes
        return reads(amounts[key]) if key in amounts else None

    return Container(
        cpu_m=of(requests, "cpu"), mem_mi=of(requests, "memory"),
        lim_cpu_m=of(limits, "cpu"), lim_mem_mi=of(limits, "memory"),
    )  # fmt: skip


def as_pod(document: Document, name: str = "") -> Pod:
    """A pod for the scheduler; a Deployment's template, under the name given."""
    spec, containers = _pod_spec(document), as_containers(document)
    limits = [(each.lim_cpu_m, each.lim_mem_mi) for each in containers]
    return Pod(
        name=name or document.name,
        cpu_m=sum(each.requests[0] or 0 for each in containers),
        mem_mi=sum(each.requests[1] or 0 for each in containers),
        lim_cpu_m=_all(cpu for cpu, _ in limits), lim_mem_mi=_all(mem for _, mem in limits),
        prio=spec.get("priority", 0), selector=dict(spec.get("nodeSelector", {})),
        tolerations=tuple(_toleration(each) for each in spec.get("tolerations", [])),
        owner=document.name if document.kind == "Deployment" else "",
        image=spec["containers"][0]["image"],
    )  # fmt: skip


def _all(limits: Any) -> int | None:
    """The sum, if every container has a limit."""
    every = list(limits)
    return None if None in every else sum(every)


def _toleration(value: Mapping[str, Any]) -> Toleration:
    return Toleration(
        key=value.get("key", ""), value=value.get("value", ""), effect=value.get("effect", ""),
        operator=value.get("operator", "Equal"),
    )  # fmt: skip


def as_deployment(document: Document, ready: float = 5.0, stop: float = 0.0) -> Deployment:
    """The strategy; how long a pod takes is not written in a manifest."""
    require(document.kind == "Deployment", "kind={kind}: choose one of {choices}", kind=document.kind, choices="Deployment")  # fmt: skip
    spec = document.value["spec"]
    strategy = spec.get("strategy", {})
    rolling = strategy.get("rollingUpdate", {})
    return Deployment(
        replicas=spec.get("replicas", 1), surge=rolling.get("maxSurge", "25%"),
        unavailable=rolling.get("maxUnavailable", "25%"), ready=ready, stop=stop,
        min_ready=spec.get("minReadySeconds", 0), strategy=strategy.get("type", "RollingUpdate"),
        deadline=spec.get("progressDeadlineSeconds", 600),
    )  # fmt: skip


def as_hpa(document: Document) -> tuple[Autoscaler, int]:
    """The autoscaler, and its target for the CPU in percent (80 if none is written)."""
    require(document.kind == "HorizontalPodAutoscaler", "kind={kind}: choose one of {choices}", kind=document.kind, choices="HorizontalPodAutoscaler")  # fmt: skip
    spec = document.value["spec"]
    behavior = spec.get("behavior", {})
    resources = [metric.get("resource", {}) for metric in spec.get("metrics", [])]
    targets = [r["target"]["averageUtilization"] for r in resources if r.get("name") == "cpu" and "averageUtilization" in r["target"]]  # fmt: skip
    scaler = Autoscaler(
        least=spec.get("minReplicas", 1), most=spec["maxReplicas"],
        behavior=Behavior(up=_rules(behavior.get("scaleUp", {}), UP), down=_rules(behavior.get("scaleDown", {}), DOWN)),
    )  # fmt: skip
    return scaler, targets[0] if targets else 80


def _rules(value: Mapping[str, Any], usual: Rules) -> Rules:
    policies = tuple(Policy(p["type"], p["value"], p["periodSeconds"]) for p in value.get("policies", []))  # fmt: skip
    return Rules(
        window=value.get("stabilizationWindowSeconds", usual.window),
        policies=policies or usual.policies, select=value.get("selectPolicy", "Max"),
    )  # fmt: skip


def as_budget(document: Document) -> Budget:
    """The budget."""
    require(document.kind == "PodDisruptionBudget", "kind={kind}: choose one of {choices}", kind=document.kind, choices="PodDisruptionBudget")  # fmt: skip
    spec = document.value["spec"]
    return Budget(min_available=spec.get("minAvailable"), max_unavailable=spec.get("maxUnavailable"))  # fmt: skip


_PROBES: Mapping[str, ProbeKind] = {"startupProbe": "startup", "readinessProbe": "readiness", "livenessProbe": "liveness"}  # fmt: skip


def as_probes(document: Document) -> tuple[Probe, ...]:
    """The probes of the first container."""
    first = _pod_spec(document)["containers"][0]
    return tuple(
        Probe(
            kind=kind, initial_delay=found.get("initialDelaySeconds", 0), period=found.get("periodSeconds", 10),
            timeout=found.get("timeoutSeconds", 1), success=found.get("successThreshold", 1),
            failure=found.get("failureThreshold", 3),
        )
        for field, kind in _PROBES.items()
        if (found := first.get(field)) is not None
    )  # fmt: skip


def targets(document: Document, documents: Sequence[Document]) -> tuple[Document, ...]:
    """The Deployments and Pods that a Service, a budget or an autoscaler means."""
    spec = document.value["spec"]
    if document.kind == "HorizontalPodAutoscaler":
        ref = spec["scaleTargetRef"]
        return tuple(d for d in documents if (d.kind, d.name) == (ref["kind"], ref["name"]))
    selector = spec.get("selector", {})
    wanted = selector if document.kind == "Service" else selector.get("matchLabels", {})
    pods = [d for d in documents if d.kind in ("Pod", "Deployment")]
    return tuple(d for d in pods if wanted and wanted.items() <= d.labels.items())


def pod_value(pod: Pod, *, image: str = "nginx:1.27", labels: Mapping[str, str] | None = None) -> Value:  # fmt: skip
    """A Pod that asks for the same."""
    labels = labels or {"app": pod.owner or pod.name}
    return {"apiVersion": API["Pod"], "kind": "Pod", "metadata": {"name": pod.name, "labels": dict(labels)}, "spec": _spec_value(pod, image)}  # fmt: skip


def _spec_value(pod: Pod, image: str) -> Value:
    requests = _amounts(pod.cpu_m or None, pod.mem_mi or None)
    limits = _amounts(pod.lim_cpu_m, pod.lim_mem_mi)
    resources = {k: v for k, v in (("requests", requests), ("limits", limits)) if v}
    container: Value = {"name": "app", "image": pod.image or image}
    spec: Value = {"containers": [{**container, "resources": resources} if resources else container]}  # fmt: skip
    if pod.selector:
        spec["nodeSelector"] = dict(pod.selector)
    if pod.tolerations:
        spec["tolerations"] = [{k: v for k, v in (("key", t.key), ("operator", t.operator), ("value", t.value), ("effect", t.effect)) if v} for t in pod.tolerations]  # fmt: skip
    return spec


def _amounts(cpu_m: int | None, mem_mi: int | None) -> Value:
    found = {}
    if cpu_m is not None:
        found["cpu"] = quantity.written_cpu(cpu_m)
    if mem_mi is not None:
        found["memory"] = quantity.written_mem(mem_mi)
    return found


def deployment_value(name: str, deployment: Deployment, pod: Pod, *, image: str = "nginx:1.27", probes: Sequence[Probe] = ()) -> Value:  # fmt: skip
    """A Deployment of such pods."""
    spec = _spec_value(pod, image)
    spec["containers"][0].update({f"{probe.kind}Probe": _probe_value(probe) for probe in probes})
    strategy: Value = {"type": deployment.strategy}
    if deployment.strategy == "RollingUpdate":
        strategy["rollingUpdate"] = {"maxSurge": deployment.surge, "maxUnavailable": _not_both(deployment)}  # fmt: skip
    body: Value = {
        "replicas": deployment.replicas, "selector": {"matchLabels": {"app": name}}, "strategy": strategy,
        "template": {"metadata": {"labels": {"app": name}}, "spec": spec},
    }  # fmt: skip
    if deployment.min_ready:
        body["minReadySeconds"] = int(deployment.min_ready)
    return {"apiVersion": API["Deployment"], "kind": "Deployment", "metadata": {"name": name}, "spec": body}  # fmt: skip


def _not_both(deployment: Deployment) -> Amount:
    """The API refuses 0 and 0; the controller would take 1."""
    none = (0, "0%")
    both = deployment.surge in none and deployment.unavailable in none
    return 1 if both else deployment.unavailable


def _probe_value(probe: Probe) -> Value:
    delay = {"initialDelaySeconds": int(probe.initial_delay)} if probe.initial_delay else {}
    return {
        "httpGet": {"path": "/", "port": 80}, **delay, "periodSeconds": int(probe.period),
        "timeoutSeconds": int(probe.timeout), "successThreshold": probe.success,
        "failureThreshold": probe.failure,
    }  # fmt: skip


def service_value(name: str, app: str, *, port: int = 80, target: int = 80, affinity: bool = False) -> Value:  # fmt: skip
    """A Service over the pods labelled app=…"""
    spec: Value = {"selector": {"app": app}, "ports": [{"port": port, "targetPort": target}]}
    if affinity:
        spec["sessionAffinity"] = "ClientIP"
    return {"apiVersion": API["Service"], "kind": "Service", "metadata": {"name": name}, "spec": spec}  # fmt: skip


def hpa_value(name: str, deployment: str, scaler: Autoscaler, target: int = 50) -> Value:
    """An autoscaler of that Deployment; the tolerance is the cluster's, so it is not written."""
    return {
        "apiVersion": API["HorizontalPodAutoscaler"], "kind": "HorizontalPodAutoscaler",
        "metadata": {"name": name},
        "spec": {
            "scaleTargetRef": {"apiVersion": API["Deployment"], "kind": "Deployment", "name": deployment},
            "minReplicas": scaler.least, "maxReplicas": scaler.most,
            "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": target}}}],
            "behavior": {"scaleUp": _rules_value(scaler.behavior.up), "scaleDown": _rules_value(scaler.behavior.down)},
        },
    }  # fmt: skip


def _rules_value(rules: Rules) -> Value:
    return {
        "stabilizationWindowSeconds": int(rules.window), "selectPolicy": rules.select,
        "policies": [{"type": p.kind, "value": p.value, "periodSeconds": int(p.period)} for p in rules.policies],
    }  # fmt: skip


def budget_value(name: str, app: str, budget: Budget) -> Value:
    """A budget of the pods labelled app=…"""
    amount = {"minAvailable": budget.min_available} if budget.min_available is not None else {"maxUnavailable": budget.max_unavailable}  # fmt: skip
    return {
        "apiVersion": API["PodDisruptionBudget"], "kind": "PodDisruptionBudget", "metadata": {"name": name},
        "spec": {**amount, "selector": {"matchLabels": {"app": app}}},
    }  # fmt: skip
