"""Which fields the five kinds of manifests have, and what must hold between them.

Modelled: Pod, Deployment, Service, HorizontalPodAutoscaler (autoscaling/v2), PodDisruptionBudget,
with all fields of Kubernetes 1.32; those that this course does not use are accepted and not looked
into. Left out: defaults, admission. Source: the OpenAPI description of Kubernetes 1.32 for names,
types and required fields; pkg/apis/*/validation for the rules.
"""

from collections.abc import Callable, Mapping
from typing import Any

from coursekit.sims.kubernetes.fields import (
    Kind,
    Reading,
    amounts,
    choice,
    flag,
    int_or_percent,
    labels,
    listing,
    name,
    number,
    port,
    record,
    text,
)
from coursekit.sims.kubernetes.quantity import parse
from coursekit.sims.message import Message

__all__ = ["API", "check_rules", "shape"]

API = {
    "Pod": "v1", "Deployment": "apps/v1", "Service": "v1",
    "HorizontalPodAutoscaler": "autoscaling/v2", "PodDisruptionBudget": "policy/v1",
}  # fmt: skip
Value = Mapping[str, Any]

_META_MORE = "creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation managedFields ownerReferences resourceVersion selfLink uid"  # fmt: skip
_POD_MORE = "activeDeadlineSeconds affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks ephemeralContainers hostAliases hostIPC hostNetwork hostPID hostUsers hostname imagePullSecrets initContainers os overhead preemptionPolicy readinessGates resourceClaims resources runtimeClassName schedulerName schedulingGates securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain topologySpreadConstraints volumes"  # fmt: skip
_CONTAINER_MORE = "args command env envFrom resizePolicy restartPolicy securityContext stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir"  # fmt: skip
_SERVICE_MORE = "allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges publishNotReadyAddresses sessionAffinityConfig trafficDistribution"  # fmt: skip

_HANDLERS: Mapping[str, Kind] = {
    "httpGet": record({"port": port(), "path": text(), "scheme": choice("HTTP", "HTTPS")}, needed=("port",), others="host httpHeaders"),
    "tcpSocket": record({"port": port()}, needed=("port",), others="host"),
    "exec": record({"command": listing(text())}),
}  # fmt: skip
_PROBE = record({
    **_HANDLERS, "grpc": record({"port": number(1, 65535)}, needed=("port",), others="service"),
    "initialDelaySeconds": number(), "periodSeconds": number(1), "timeoutSeconds": number(1),
    "successThreshold": number(1), "failureThreshold": number(1),
}, others="terminationGracePeriodSeconds")  # fmt: skip
_SLEEP = record({"seconds": number(1)}, needed=("seconds",))
_CONTAINER = record({
    "name": name(), "image": text(least=1), "imagePullPolicy": choice("Always", "IfNotPresent", "Never"),
    "resources": record({"requests": amounts(), "limits": amounts()}, others="claims"),
    "ports": listing(record({"containerPort": number(1, 65535), "name": name(), "protocol": choice("TCP", "UDP", "SCTP")}, needed=("containerPort",), others="hostIP hostPort")),
    "livenessProbe": _PROBE, "readinessProbe": _PROBE, "startupProbe": _PROBE,
    "lifecycle": record({"preStop": record({**_HANDLERS, "sleep": _SLEEP}), "postStart": record({**_HANDLERS, "sleep": _SLEEP})}),
}, needed=("name", "image"), others=_CONTAINER_MORE)  # fmt: skip
_TOLERATION = record({
    "key": text(), "operator": choice("Equal", "Exists"), "value": text(), "tolerationSeconds": number(),
    "effect": choice("NoSchedule", "PreferNoSchedule", "NoExecute"),
})  # fmt: skip
_POD_SPEC = record({
    "containers": listing(_CONTAINER, least=1), "nodeSelector": labels(), "nodeName": text(),
    "tolerations": listing(_TOLERATION), "priority": number(-(2**31)), "priorityClassName": text(),
    "restartPolicy": choice("Always", "OnFailure", "Never"), "terminationGracePeriodSeconds": number(),
}, needed=("containers",), others=_POD_MORE)  # fmt: skip
_TEMPLATE_META = record(
    {"name": name(dots=True), "labels": labels(), "annotations": labels(values_free=True), "namespace": name()},
    others=_META_MORE,
)  # fmt: skip
_META = record(
    {"name": name(dots=True), "labels": labels(), "annotations": labels(values_free=True), "namespace": name()},
    needed=("name",), others=_META_MORE,
)  # fmt: skip
_SELECTOR = record({"matchLabels": labels()}, others="matchExpressions")
_DEPLOYMENT = record({
    "replicas": number(), "selector": _SELECTOR,
    "template": record({"metadata": _TEMPLATE_META, "spec": _POD_SPEC}, needed=("spec",)),
    "strategy": record({
        "type": choice("RollingUpdate", "Recreate"),
        "rollingUpdate": record({"maxSurge": int_or_percent(), "maxUnavailable": int_or_percent()}),
    }),
    "minReadySeconds": number(), "progressDeadlineSeconds": number(), "revisionHistoryLimit": number(),
    "paused": flag(),
}, needed=("selector", "template"))  # fmt: skip
_SERVICE = record({
    "selector": labels(), "sessionAffinity": choice("None", "ClientIP"),
    "type": choice("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
    "ports": listing(record({"port": number(1, 65535), "targetPort": port(), "name": name(), "nodePort": number(1, 65535), "protocol": choice("TCP", "UDP", "SCTP")}, needed=("port",), others="appProtocol"), least=1),
}, others=_SERVICE_MORE)  # fmt: skip
_METRIC = record({
    "type": choice("Resource", "Pods", "Object", "External", "ContainerResource"),
    "resource": record({
        "name": choice("cpu", "memory"),
        "target": record({"type": choice("Utilization", "AverageValue", "Value"), "averageUtilization": number(1)}, needed=("type",), others="averageValue value"),
    }, needed=("name", "target")),
}, needed=("type",), others="pods object external containerResource")  # fmt: skip
_RULES = record({
    "stabilizationWindowSeconds": number(0, 3600), "selectPolicy": choice("Max", "Min", "Disabled"),
    "policies": listing(record(
        {"type": choice("Pods", "Percent"), "value": number(1), "periodSeconds": number(1, 1800)},
        needed=("type", "value", "periodSeconds"),
    )),
})  # fmt: skip
_HPA = record({
    "minReplicas": number(1), "maxReplicas": number(1), "metrics": listing(_METRIC),
    "scaleTargetRef": record({"apiVersion": text(), "kind": text(least=1), "name": text(least=1)}, needed=("kind", "name")),
    "behavior": record({"scaleUp": _RULES, "scaleDown": _RULES}),
}, needed=("maxReplicas", "scaleTargetRef"))  # fmt: skip
_PDB = record({
    "minAvailable": int_or_percent(), "maxUnavailable": int_or_percent(), "selector": _SELECTOR,
}, others="unhealthyPodEvictionPolicy")  # fmt: skip
_SPECS = {"Pod": _POD_SPEC, "Deployment": _DEPLOYMENT, "Service": _SERVICE, "HorizontalPodAutoscaler": _HPA, "PodDisruptionBudget": _PDB}  # fmt: skip


def shape(kind: str) -> Kind:
    """The fields of a whole document of this kind."""
    return record(
        {"apiVersion": text(), "kind": text(), "metadata": _META, "spec": _SPECS[kind]},
        needed=("metadata", "spec"), others="status",
    )  # fmt: skip


def check_rules(kind: str, value: Value, reading: Reading) -> None:
    """What must hold between the fields of a document whose fields are right one by one."""
    _RULES_OF[kind](value["spec"], reading)


def _pod(spec: Value, reading: Reading, path: str = "spec") -> None:
    names: set[str] = set()
    for i, one in enumerate(spec["containers"]):
        at = f"{path}.containers[{i}]"
        if one["name"] in names:
            reading.wrong_at(f"{at}.name", one["name"], Message.of("another container has this name"))  # fmt: skip
        names.add(one["name"])
        _resources(one.get("resources", {}), reading, f"{at}.resources")
        for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
            if probe in one:
                _probe(one[probe], reading, f"{at}.{probe}")
    for i, one in enumerate(spec.get("tolerations", [])):
        at = f"{path}.tolerations[{i}]"
        if one.get("operator") == "Exists" and one.get("value"):
            reading.wrong_at(f"{at}.value", one["value"], Message.of("with operator Exists there is no value"))  # fmt: skip
        if not one.get("key") and one.get("operator", "Equal") == "Equal":
            reading.wrong_at(f"{at}.operator", one.get("operator", "Equal"), Message.of("without a key the operator must be Exists"))  # fmt: skip


def _resources(found: Value, reading: Reading, path: str) -> None:
    requests, limits = found.get("requests", {}), found.get("limits", {})
    for key in requests:
        if key in limits and parse(requests[key]) > parse(limits[key]):
            reading.wrong_at(f"{path}.requests.{key}", requests[key], Message.of("a request is not above the limit, {limit}", limit=limits[key]))  # fmt: skip


def _probe(found: Value, reading: Reading, path: str) -> None:
    handlers = [key for key in ("httpGet", "tcpSocket", "exec", "grpc") if key in found]
    if len(handlers) != 1:
        reading.wrong_at(path, ", ".join(handlers) or "?", Message.of("write exactly one of httpGet, tcpSocket, exec, grpc"))  # fmt: skip
    if not path.endswith("readinessProbe") and found.get("successThreshold", 1) != 1:
        reading.wrong_at(f"{path}.successThreshold", found["successThreshold"], Message.of("only a readiness probe may ask for more than 1"))  # fmt: skip


def _deployment(spec: Value, reading: Reading) -> None:
    template = spec["template"]
    wanted = spec["selector"].get("matchLabels", {})
    given = template.get("metadata", {}).get("labels", {})
    for key, value in wanted.items():
        if given.get(key) != value:
            reading.wrong_at(f"spec.selector.matchLabels.{key}", value, Message.of("the template's labels do not have it: the Deployment would not find its own pods"))  # fmt: skip
    if not wanted and "matchExpressions" not in spec["selector"]:
        reading.wrong_at("spec.selector", "{}", Message.of("an empty selector would select every pod"))  # fmt: skip
    if template["spec"].get("restartPolicy", "Always") != "Always":
        reading.wrong_at("spec.template.spec.restartPolicy", template["spec"]["restartPolicy"], Message.of("a Deployment's pods are always restarted: Always"))  # fmt: skip
    _strategy(spec.get("strategy", {}), reading)
    if spec.get("progressDeadlineSeconds", 600) <= spec.get("minReadySeconds", 0):
        reading.wrong_at("spec.progressDeadlineSeconds", spec.get("progressDeadlineSeconds", 600), Message.of("it must be more than minReadySeconds"))  # fmt: skip
    _pod(template["spec"], reading, "spec.template.spec")


def _strategy(found: Value, reading: Reading) -> None:
    rolling = found.get("rollingUpdate")
    if found.get("type") == "Recreate" and rolling is not None:
        reading.wrong_at("spec.strategy.rollingUpdate", "{…}", Message.of("Recreate has no rollingUpdate"))  # fmt: skip
    if rolling is None:
        return
    surge, away = rolling.get("maxSurge", "25%"), rolling.get("maxUnavailable", "25%")
    if _is_none(surge) and _is_none(away):
        reading.wrong_at("spec.strategy.rollingUpdate.maxUnavailable", away, Message.of("with maxSurge 0 it may not be 0: nothing could move"))  # fmt: skip
    if isinstance(away, str) and int(away[:-1]) > 100:
        reading.wrong_at("spec.strategy.rollingUpdate.maxUnavailable", away, Message.of("at most 100%"))  # fmt: skip


def _is_none(amount: int | str) -> bool:
    return amount == 0 or (isinstance(amount, str) and int(amount[:-1]) == 0)


def _service(spec: Value, reading: Reading) -> None:
    ports = spec.get("ports", [])
    if not ports and spec.get("type") != "ExternalName":
        reading.wrong_at("spec.ports", "?", Message.of("the field is missing"))
    for i, one in enumerate(ports):
        if len(ports) > 1 and "name" not in one:
            reading.wrong_at(f"spec.ports[{i}].name", "?", Message.of("with several ports each needs a name"))  # fmt: skip


def _hpa(spec: Value, reading: Reading) -> None:
    if spec.get("minReplicas", 1) > spec["maxReplicas"]:
        reading.wrong_at("spec.minReplicas", spec["minReplicas"], Message.of("it must not be above maxReplicas, {most}", most=spec["maxReplicas"]))  # fmt: skip
    for i, metric in enumerate(spec.get("metrics", [])):
        at = f"spec.metrics[{i}]"
        if metric["type"] == "Resource" and "resource" not in metric:
            reading.wrong_at(f"{at}.resource", "?", Message.of("the field is missing"))
        target = metric.get("resource", {}).get("target", {})
        if target.get("type") == "Utilization" and "averageUtilization" not in target:
            reading.wrong_at(f"{at}.resource.target.averageUtilization", "?", Message.of("the field is missing"))  # fmt: skip


def _pdb(spec: Value, reading: Reading) -> None:
    if "minAvailable" in spec and "maxUnavailable" in spec:
        reading.wrong_at("spec.maxUnavailable", spec["maxUnavailable"], Message.of("write minAvailable or maxUnavailable, not both"))  # fmt: skip


_RULES_OF: Mapping[str, Callable[[Value, Reading], None]] = {
    "Pod": _pod, "Deployment": _deployment, "Service": _service,
    "HorizontalPodAutoscaler": _hpa, "PodDisruptionBudget": _pdb,
}  # fmt: skip
