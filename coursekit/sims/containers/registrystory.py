"""Images pulled, rebuilt, pushed and removed, deed by deed: the requests, the store, and why.

Built on `registry`; nothing is decided here but the sentences. Sizes are those of 6-V6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from coursekit.sims.containers import registry
from coursekit.sims.containers.registry import Blob, Registry, Request, Store
from coursekit.sims.message import Message, require

__all__ = ["DEEDS", "IMAGES", "Deed", "State", "Told", "catalogue", "tell"]

Kind = Literal["pull", "push", "remove", "prune"]
DEEDS: tuple[Kind, ...] = get_args(Kind)

BASE, RUNTIME = ("debian base", 80.0), ("python runtime", 120.0)
IMAGES: Mapping[str, tuple[tuple[str, float], ...]] = {
    "shop": (BASE, RUNTIME, ("shop app", 5.0)),
    "blog": (BASE, RUNTIME, ("blog app", 7.0)),
    "cache": (BASE, ("cache server", 30.0)),
}


@dataclass(frozen=True)
class Deed:
    """What is done with which image; `push` builds its application anew first."""

    kind: Kind
    image: str = ""


@dataclass(frozen=True)
class State:
    """After a deed: both stores, the requests it took, the layers it freed."""

    store: Store
    registry: Registry
    deed: Deed | None
    requests: tuple[Request, ...]
    freed: tuple[Blob, ...]
    moved_mb: float  # over the network, in all so far
    why: tuple[Message, ...] = field(default=())

    @property
    def seconds(self) -> float:
        """How long the deed took."""
        return registry.seconds(self.requests)


@dataclass(frozen=True)
class Told:
    """A state before the first deed and one after each."""

    states: tuple[State, ...]


def catalogue() -> Registry:
    """A registry with all images, none of them on the host."""
    return Registry({name: registry.made(name, parts) for name, parts in IMAGES.items()})


def tell(deeds: Sequence[Deed], *, bandwidth: float = 10.0) -> Told:
    """The whole record; ParameterError names a deed that cannot be done."""
    registry.check_pace(bandwidth, 0)
    start = Message.of("The registry has {n} images, the host has none.", n=len(IMAGES))
    states = [State(Store(), catalogue(), None, (), (), 0.0, (start,))]
    for deed in deeds:
        after = _after(states[-1], deed, bandwidth)
        moved = sum(each.mb for each in after.requests)
        states.append(replace(after, moved_mb=states[-1].moved_mb + moved))
    return Told(tuple(states))


def _after(before: State, deed: Deed, bandwidth: float) -> State:
    require(deed.kind in DEEDS, "deed={kind}: choose one of {deeds}", kind=deed.kind, deeds=", ".join(DEEDS))  # fmt: skip
    state = replace(before, deed=deed, requests=(), freed=())
    if deed.kind == "prune":
        return _prune(state)
    require(deed.image in IMAGES, "image={image}: choose one of {images}", image=deed.image, images=", ".join(IMAGES))  # fmt: skip
    if deed.kind == "remove":
        return _remove(state, deed.image)
    return (_pull if deed.kind == "pull" else _push)(state, deed.image, bandwidth)


def _pull(state: State, name: str, bandwidth: float) -> State:
    store, asked = registry.pull(state.store, state.registry, name, bandwidth=bandwidth)
    layers = [each for each in asked if each.what not in ("manifest", "config")]
    had = [each for each in layers if each.outcome == "here"]
    mb = sum(each.mb for each in layers)
    if not had:
        said = Message.of("The host has none of the {n} layers of {image}: all {mb} MB are downloaded.", n=len(layers), image=name, mb=round(mb))  # fmt: skip
    elif len(had) == len(layers):
        said = Message.of("The manifest of {image} names layers the host has all: nothing else is asked for.", image=name)  # fmt: skip
    else:
        said = Message.of("The host has {had} of {n} layers already, by their digests: only {mb} MB of {all} are downloaded.", had=len(had), n=len(layers), mb=round(mb), all=round(state.registry.images[name].mb))  # fmt: skip
    why = [said]
    if len(store.nameless) > len(state.store.nameless):
        why.append(Message.of("The name {image} points at the new image now; the old one stays without a name until it is pruned.", image=name))  # fmt: skip
    return replace(state, store=store, requests=asked, why=tuple(why))


def _push(state: State, name: str, bandwidth: float) -> State:
    image = registry.rebuilt(state.registry.images[name])
    after, asked = registry.push(state.registry, image, bandwidth=bandwidth)
    sent = sum(each.mb for each in asked if each.method == "PUT" and each.what not in ("manifest", "config"))  # fmt: skip
    why = [Message.of("{image} was built again: HEAD finds the layers below in the registry, only the application's {mb} MB are sent.", image=name, mb=round(sent))]  # fmt: skip
    if name in state.store.images:
        why.append(Message.of("The tag moved, the host's image did not: it stays the old one until it is pulled again."))  # fmt: skip
    return replace(state, registry=after, requests=asked, why=tuple(why))


def _remove(state: State, name: str) -> State:
    store, freed = registry.remove(state.store, name)
    return replace(state, store=store, freed=freed, why=(_freed(freed, name),))


def _freed(freed: Sequence[Blob], name: str) -> Message:
    if not freed:
        return Message.of("{image} goes, and frees nothing: other images stand on all its layers.", image=name)  # fmt: skip
    names = ", ".join(each.what for each in freed)
    return Message.of("{image} goes: {mb} MB are freed ({names}); layers that other images need stay.", image=name, mb=round(sum(each.mb for each in freed)), names=names)  # fmt: skip


def _prune(state: State) -> State:
    store, freed = registry.prune(state.store)
    names = ", ".join(each.what for each in freed) or "–"
    mb = round(sum(each.mb for each in freed))
    said = Message.of("Images without a name go: {mb} MB are freed ({names}).", mb=mb, names=names)
    return replace(state, store=store, freed=freed, why=(said,))
