"""A design as JSON-like data, and back; what does not fit is said with its place."""

from collections.abc import Mapping
from dataclasses import MISSING, asdict, fields
from typing import Any

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.parts import (
    Backup,
    Ha,
    Host,
    Net,
    Power,
    Rack,
    Service,
    Storage,
    Vm,
)
from coursekit.sims.message import require

__all__ = ["plain", "read"]

LISTS = {"racks": Rack, "hosts": Host, "vms": Vm}
OBJECTS = {"net": Net, "storage": Storage, "ha": Ha, "power": Power, "backup": Backup}
USED = {  # what a kind of storage has beside kind, disk, disks and mttr_h
    "local": ("raid",), "nas": ("raid", "ctrls", "rack"), "hci": ("size", "min_size", "domain"),
}  # fmt: skip


def read(data: Any) -> Design:
    """A design from its JSON form; ParameterError says which value breaks which rule."""
    _object("design", data)
    names = (*LISTS, *OBJECTS, "services")
    _names("design", data, names)
    for name in ("racks", "hosts", "vms", "services"):
        require(name in data, "design.{name}: it is missing", name=name)
    made: dict[str, Any] = {}
    for name, kind in LISTS.items():
        require(isinstance(data[name], (list, tuple)), "{name}={value}: give a list", name=name, value=data[name])  # fmt: skip
        made[name] = tuple(_made(kind, each, name) for each in data[name])
    for name, kind in OBJECTS.items():
        made[name] = _made(kind, data.get(name, {}), name)
    _object("services", data["services"])
    made["services"] = tuple(_service(*each) for each in data["services"].items())
    return Design(**made)


def _service(name: str, data: Any) -> Service:
    _object(f"services.{name}", data)
    deps = data.get("deps", ())
    ok = isinstance(deps, (list, tuple)) and all(isinstance(each, str) for each in deps)
    require(ok, "services.{name}.deps={value}: give a list of services", name=name, value=deps)
    service: Service = _made(
        Service, {**data, "name": name, "deps": tuple(deps)}, f"services.{name}"
    )
    return service


def _made(kind: type, data: Any, where: str) -> Any:
    _object(where, data)
    known = {each.name: each for each in fields(kind)}
    _names(where, data, tuple(known))
    for name, each in known.items():
        require(name in data or each.default is not MISSING, "{where}.{name}: it is missing", where=where, name=name)  # fmt: skip
    return kind(**data)


def _object(where: str, data: Any) -> None:
    require(isinstance(data, Mapping), "{where}={value}: give an object", where=where, value=data)


def _names(where: str, data: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in data:
        require(name in known, "{where}.{name}: choose among {known}", where=where, name=name, known=", ".join(known))  # fmt: skip


def plain(design: Design) -> dict[str, Any]:
    """The JSON form; `read(plain(design)) == design`, but for what its storage does not use."""
    made: dict[str, Any] = {name: [asdict(each) for each in getattr(design, name)] for name in LISTS}  # fmt: skip
    made |= {name: asdict(getattr(design, name)) for name in OBJECTS}
    kept = ("kind", "disk", "disks", "mttr_h", *USED[design.storage.kind])
    made["storage"] = {name: value for name, value in made["storage"].items() if name in kept}
    made["services"] = {each.name: _plain_service(each) for each in design.services}
    return made


def _plain_service(service: Service) -> dict[str, Any]:
    said: dict[str, Any] = {"need": service.need, "deps": list(service.deps)}
    return said | ({"public": True} if service.public else {})
