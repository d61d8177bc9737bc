"""Single points of failure: each component alone, and the services that stop with it."""

from coursekit.sims.datacentre.components import components
from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.evaluate import evaluate

__all__ = ["spof"]


def spof(design: Design) -> dict[str, list[str]]:
    """The components that take a service down alone, with those services in order of their names."""
    before = evaluate(design).up
    found = {}
    for name in components(design):
        up = evaluate(design, [name]).up
        stopped = sorted(service for service, is_up in up.items() if before[service] and not is_up)
        if stopped:
            found[name] = stopped
    return found
