"""States of the Kubernetes labs that questions point at."""

from collections.abc import Sequence
from typing import Any

from coursekit.quizzes.question import Scene

Deed = tuple[Any, ...]  # what is done, and to what


def _numbered(deeds: Sequence[Deed]) -> tuple[tuple[Any, ...], ...]:
    return tuple((k, *deed) for k, deed in enumerate(deeds, 1))


def reconcile(*deeds: Deed) -> Scene:
    """The loop after these deeds: ("delete", "web-2"), ("step",)…"""
    return Scene(lab="kubernetes-reconcile", actions=_numbered(deeds))


def scheduler(nodes: str = "spec", **values: Any) -> Scene:
    """One pod and some nodes."""
    return Scene(lab="kubernetes-scheduler", values={"nodes": nodes, **values})


def packing(cpu: int = 100, use: int = 900, pods: int = 45, **values: Any) -> Scene:
    """Pods placed one by one, to the last."""
    return Scene(lab="kubernetes-packing", values={"cpu": cpu, "use": use, "pods": pods, **values})


def qos(form: str, **values: Any) -> Scene:
    """A pod of this form on a node that runs short of memory."""
    return Scene(lab="kubernetes-qos", values={"form": form, **values})


def rollout(replicas: int = 10, surge: int = 25, unavailable: int = 25, **values: Any) -> Scene:
    """An update to its end."""
    values = {"replicas": replicas, "surge": surge, "unavailable": unavailable, **values}
    return Scene(lab="kubernetes-rollout", values=values)


def drain(budget: str = "max1", replicas: int = 3, **values: Any) -> Scene:
    """A node being emptied."""
    return Scene(lab="kubernetes-drain", values={"budget": budget, "replicas": replicas, **values})


def probes(app: str, **values: Any) -> Scene:
    """An application of this behaviour, asked by probes."""
    return Scene(lab="kubernetes-probes", values={"app": app, **values})


def advice(use: int, current: int = 3, target: int = 50, **values: Any) -> Scene:
    """One recommendation of the autoscaler."""
    values = {"use": use, "current": current, "target": target, **values}
    return Scene(lab="kubernetes-advice", values=values)


def hpa(curve: str = "step", **values: Any) -> Scene:
    """The autoscaler under a load."""
    return Scene(lab="kubernetes-hpa", values={"curve": curve, **values})


def node(phase: float = 0.0, **values: Any) -> Scene:
    """A node that dies, or is cut off."""
    return Scene(lab="kubernetes-node", values={"phase": phase, **values})


def service(*deeds: Deed, **values: Any) -> Scene:
    """Connections over pods after these deeds: ("connect", 30), ("scale", 6)…"""
    return Scene(lab="kubernetes-service", values=values, actions=_numbered(deeds))


def leaving(pre_stop: float = 0.0, **values: Any) -> Scene:
    """A pod that ends while requests arrive."""
    return Scene(lab="kubernetes-leaving", values={"pre_stop": pre_stop, **values})


def autoscaler(pending: int = 5, **values: Any) -> Scene:
    """Pods that fit nowhere, and the nodes ordered for them."""
    return Scene(lab="kubernetes-autoscaler", values={"pending": pending, **values})


def hour(event: str = "all", **values: Any) -> Scene:
    """A small cluster to the end of its twenty minutes."""
    return Scene(lab="kubernetes-hour", values={"event": event, **values})


def console(*deeds: Deed, role: str = "operator") -> Scene:
    """The web console after these requests: ("reader", "GET", "/api/pods")."""
    return Scene(lab="kubernetes-console", values={"role": role}, actions=_numbered(deeds))


def remote(target: str, fault: str) -> Scene:
    """Ways from afar while something is out of order."""
    return Scene(lab="kubernetes-remote", values={"target": target, "fault": fault})


MANIFEST = Scene(lab="kubernetes-manifest")
DELETED: tuple[Deed, ...] = (("delete", "web-2"), ("step",), ("step",), ("step",))
