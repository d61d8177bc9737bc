"""An image: layers, a config that names them by DiffID, a manifest that names all by digest.

Modelled: OCI image manifests and configs for one platform, their JSON and their digests. The
image ID is the digest of the config. A tag is in neither: it is an entry beside them. Left out:
image indexes of several platforms, annotations, signatures. Source: OCI image specification
1.1, manifest.md and config.md.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from coursekit.sims.containers import layer as layers
from coursekit.sims.containers.digests import chain_ids, compress, digest, expand
from coursekit.sims.containers.layer import Entry, Tree
from coursekit.sims.message import require

__all__ = ["CONFIG", "LAYER", "LAYER_GZIP", "MANIFEST", "Blob", "Config", "Image", "build", "tree"]

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
LAYER_GZIP = f"{LAYER}+gzip"
DAWN = "1970-01-01T00:00:00Z"  # the date of builds that must not depend on the day
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True)
class Blob:
    """Bytes in a registry or a store, and what they are."""

    media: str
    data: bytes

    @cached_property
    def digest(self) -> str:
        """Its name."""
        return digest(self.data)

    @property
    def described(self) -> dict[str, Any]:
        """The descriptor that a manifest or an index has of it."""
        return {"mediaType": self.media, "digest": self.digest, "size": len(self.data)}


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a container gets besides its files; `created` is a date in UTC, the same for each step."""

    env: Mapping[str, str] = field(default_factory=dict)
    cmd: tuple[str, ...] = ()
    workdir: str = ""
    user: str = ""
    created: str = DAWN
    architecture: str = "amd64"

    def __post_init__(self) -> None:
        for name in self.env:
            require(bool(name) and "=" not in name, "env={name}: a name without =", name=name)
        require(DATE.fullmatch(self.created) is not None, "created={date}: write it as {dawn}", date=self.created, dawn=DAWN)  # fmt: skip

    def json(self, diff_ids: Sequence[str], history: Sequence[str]) -> bytes:
        """The config file over these layers."""
        when = self.created
        run: dict[str, Any] = {"Env": [f"{name}={value}" for name, value in self.env.items()]}
        run |= {"Cmd": list(self.cmd)} if self.cmd else {}
        run |= {"WorkingDir": self.workdir} if self.workdir else {}
        run |= {"User": self.user} if self.user else {}
        return _json(
            {
                "created": when, "architecture": self.architecture, "os": "linux", "config": run,
                "rootfs": {"type": "layers", "diff_ids": list(diff_ids)},
                "history": [{"created": when, "created_by": each} for each in history],
            }
        )  # fmt: skip


@dataclass(frozen=True)
class Image:
    """Layers as blobs, the lowest first; config and manifest as the bytes that are named."""

    layers: tuple[Blob, ...]
    config: Blob
    manifest: Blob

    @cached_property
    def diff_ids(self) -> tuple[str, ...]:
        """The name of each layer's tar."""
        return tuple(digest(expand(each.data)) for each in self.layers)

    @property
    def chain_ids(self) -> tuple[str, ...]:
        """The name of each stack of layers: what a store looks for."""
        return chain_ids(self.diff_ids)

    @property
    def id(self) -> str:
        """The image ID: the digest of the config."""
        return self.config.digest

    @property
    def digest(self) -> str:
        """What one may pull by in place of a tag: the digest of the manifest."""
        return self.manifest.digest

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """All that is stored."""
        return (self.manifest, self.config, *self.layers)


def build(
    contents: Sequence[Sequence[Entry]], config: Config | None = None, *, gzip: bool = True,
    history: Sequence[str] = (),
) -> Image:  # fmt: skip
    """An image of these layers, the lowest first; `history` has the step that made each."""
    steps = history or [f"layer {number}" for number in range(1, len(contents) + 1)]
    require(len(steps) == len(contents), "history={n}: one step a layer, {layers}", n=len(steps), layers=len(contents))  # fmt: skip
    return of_tars([layers.pack(each) for each in contents], config, gzip=gzip, history=steps)


def of_tars(
    tars: Sequence[bytes], config: Config | None = None, *, gzip: bool = True,
    history: Sequence[str] = (),
) -> Image:  # fmt: skip
    """An image of layers that are packed already."""
    blobs = tuple(Blob(LAYER_GZIP, compress(tar)) if gzip else Blob(LAYER, tar) for tar in tars)
    said = (config or Config()).json([digest(tar) for tar in tars], history)
    config_blob = Blob(CONFIG, said)
    manifest = {
        "schemaVersion": 2, "mediaType": MANIFEST, "config": config_blob.described,
        "layers": [each.described for each in blobs],
    }  # fmt: skip
    return Image(blobs, config_blob, Blob(MANIFEST, _json(manifest)))


def tree(image: Image) -> Tree:
    """What a container sees of it: path -> content, None for a directory."""
    return layers.apply([layers.entries(expand(each.data)) for each in image.layers])


def _json(value: Any) -> bytes:
    """JSON always written the same way: another blank would be another digest."""
    return json.dumps(value, separators=(",", ":")).encode()
