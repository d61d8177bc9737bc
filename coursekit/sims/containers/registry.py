"""Pulling and pushing images: which requests are made, and what a host and a registry store.

Modelled: blobs named by digest; a pull asks for the manifest, then for the config and the
layers it has not got; a push asks for each blob with HEAD and sends what is missing, then the
manifest under its tag; removing frees what no other image needs. A tag that moves leaves the
old image on the host without a name. Left out: authentication, several layers at once (the
link is shared, so the time is the same), unpacking, the manifest's own few bytes in the sums.
Source: OCI distribution specification 1.1.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from coursekit.sims.containers.digests import digest
from coursekit.sims.message import require

__all__ = ["LATENCY_S", "Blob", "Image", "Registry", "Request", "Store", "made", "prune", "pull", "push", "rebuilt", "remove", "seconds"]  # fmt: skip

LATENCY_S = 0.05  # of one request there and back, illustrative
MANIFEST_MB = 0.001
CONFIG_MB = 0.005
Outcome = Literal["sent", "got", "here", "there", "missing"]


@dataclass(frozen=True)
class Blob:
    """A layer or a config: its digest, what is in it, its size in MB (10^6 bytes)."""

    digest: str
    what: str
    mb: float

    def __post_init__(self) -> None:
        require(self.mb >= 0, "mb={mb}: choose 0 or more", mb=self.mb)


@dataclass(frozen=True)
class Image:
    """A name with its tag; layers, the lowest first; `version` counts its builds."""

    name: str
    layers: tuple[Blob, ...]
    version: int = 1

    def __post_init__(self) -> None:
        require(bool(self.name), "name={name}: an image has a name", name=self.name)
        require(bool(self.layers), "layers={n}: an image has one or more", n=len(self.layers))

    @property
    def config(self) -> Blob:
        """The blob whose digest is the image ID: it names the layers."""
        named = " ".join(each.digest for each in self.layers)
        return Blob(digest(f"config {named}".encode()), "config", CONFIG_MB)

    @property
    def digest(self) -> str:
        """Of the manifest, which names config and layers."""
        return digest(f"manifest {self.config.digest}".encode())

    @property
    def mb(self) -> float:
        """Its layers, each counted."""
        return sum(each.mb for each in self.layers)


@dataclass(frozen=True)
class Request:
    """One request: what is asked, what it is about, MB moved, and how it ended.

    `here`: the host has the blob, no request is made at all; `there`: HEAD found it in the
    registry; `missing`: HEAD did not.
    """

    method: str
    what: str
    digest: str
    mb: float
    outcome: Outcome
    seconds: float


@dataclass(frozen=True)
class Store:
    """What a host has: images by name, and those that lost their name to a newer build."""

    images: Mapping[str, Image] = field(default_factory=dict)
    nameless: tuple[Image, ...] = ()

    @property
    def all(self) -> tuple[Image, ...]:
        """All images, the nameless ones last."""
        return (*self.images.values(), *self.nameless)

    @property
    def blobs(self) -> dict[str, Blob]:
        """Digest -> layer, each once."""
        return {blob.digest: blob for image in self.all for blob in image.layers}

    @property
    def mb(self) -> float:
        """MB of layers stored."""
        return sum(each.mb for each in self.blobs.values())

    @property
    def apart(self) -> float:
        """MB it would take if each image were a file of its own."""
        return sum(each.mb for each in self.all)

    def users(self, name: str) -> tuple[Image, ...]:
        """The images that stand on a layer."""
        return tuple(each for each in self.all if any(blob.digest == name for blob in each.layers))


@dataclass(frozen=True)
class Registry:
    """What a registry has: the image each name points at now, and all blobs it ever got."""

    images: Mapping[str, Image] = field(default_factory=dict)
    older: tuple[Blob, ...] = ()

    @property
    def blobs(self) -> dict[str, Blob]:
        """Digest -> blob, configs too."""
        each = (blob for image in self.images.values() for blob in (image.config, *image.layers))
        return {blob.digest: blob for blob in (*self.older, *each)}


def made(name: str, parts: Iterable[tuple[str, float]]) -> Image:
    """An image of layers with these contents and sizes: equal content is an equal digest."""
    return Image(name, tuple(Blob(digest(what.encode()), what, mb) for what, mb in parts))


def rebuilt(image: Image) -> Image:
    """A new build under the same name: the last layer, the application's, is another one."""
    version = image.version + 1
    last = image.layers[-1]
    what = f"{last.what.partition(' v')[0]} v{version}"
    return Image(image.name, (*image.layers[:-1], Blob(digest(what.encode()), what, last.mb)), version)  # fmt: skip


def pull(
    store: Store, registry: Registry, name: str, *, bandwidth: float, latency: float = LATENCY_S
) -> tuple[Store, tuple[Request, ...]]:
    """The image a name points at now; and the requests, in order. `bandwidth` in MB/s."""
    check_pace(bandwidth, latency)
    require(name in registry.images, "image={name}: the registry has {names}", name=name, names=", ".join(registry.images))  # fmt: skip
    image = registry.images[name]
    asked = [Request("GET", "manifest", image.digest, MANIFEST_MB, "got", latency + MANIFEST_MB / bandwidth)]  # fmt: skip
    if image in store.all:  # the manifest says so: config and layers are not asked for
        asked += [_here(blob) for blob in image.layers]
    else:
        asked += _fetched(store, image, bandwidth, latency)
    return _tagged(store, image), tuple(asked)


def _fetched(store: Store, image: Image, bandwidth: float, latency: float) -> Iterator[Request]:
    yield Request("GET", "config", image.config.digest, CONFIG_MB, "got", latency + CONFIG_MB / bandwidth)  # fmt: skip
    known = store.blobs
    for blob in image.layers:
        if blob.digest in known:
            yield _here(blob)
        else:
            yield Request("GET", blob.what, blob.digest, blob.mb, "got", latency + blob.mb / bandwidth)  # fmt: skip


def _here(blob: Blob) -> Request:
    return Request("–", blob.what, blob.digest, 0.0, "here", 0.0)


def _tagged(store: Store, image: Image) -> Store:
    """The name points at this image; the one it pointed at before, if another, has none now."""
    before = store.images.get(image.name)
    left = tuple(each for each in store.nameless if each != image)
    if before is not None and before != image:
        left = (*left, before)
    return Store({**store.images, image.name: image}, left)


def push(
    registry: Registry, image: Image, *, bandwidth: float, latency: float = LATENCY_S
) -> tuple[Registry, tuple[Request, ...]]:
    """The image goes to the registry: blobs it has not got, then the manifest under the name."""
    check_pace(bandwidth, latency)
    asked: list[Request] = []
    for blob in (*image.layers, image.config):
        there = blob.digest in registry.blobs
        asked.append(Request("HEAD", blob.what, blob.digest, 0.0, "there" if there else "missing", latency))  # fmt: skip
        if not there:
            # a POST opens the upload, a PUT sends the bytes
            asked.append(Request("PUT", blob.what, blob.digest, blob.mb, "sent", 2 * latency + blob.mb / bandwidth))  # fmt: skip
    asked.append(Request("PUT", "manifest", image.digest, MANIFEST_MB, "sent", latency + MANIFEST_MB / bandwidth))  # fmt: skip
    images = {**registry.images, image.name: image}
    return Registry(images, tuple(registry.blobs.values())), tuple(asked)


def remove(store: Store, name: str) -> tuple[Store, tuple[Blob, ...]]:
    """An image goes; and the layers that no other image needs, which are freed."""
    require(name in store.images, "image={name}: the host has {names}", name=name, names=", ".join(store.images) or "–")  # fmt: skip
    left = replace(store, images={key: each for key, each in store.images.items() if key != name})
    return left, _freed(store, left)


def prune(store: Store) -> tuple[Store, tuple[Blob, ...]]:
    """All images without a name go; and the layers that are freed."""
    require(bool(store.nameless), "nameless={n}: every image on the host has a name", n=0)
    left = replace(store, nameless=())
    return left, _freed(store, left)


def _freed(before: Store, after: Store) -> tuple[Blob, ...]:
    kept = after.blobs
    return tuple(blob for name, blob in before.blobs.items() if name not in kept)


def seconds(requests: Iterable[Request]) -> float:
    """All requests, one after the other."""
    return sum(each.seconds for each in requests)


def check_pace(bandwidth: float, latency: float) -> None:
    """ParameterError unless bytes can move."""
    require(bandwidth > 0, "bandwidth={b}: choose more than 0 MB/s", b=bandwidth)
    require(latency >= 0, "latency={t}: choose 0 s or more", t=latency)
