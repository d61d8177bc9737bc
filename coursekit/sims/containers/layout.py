"""An image as a folder of files: the OCI image layout, written and read back.

Modelled: `oci-layout`, `index.json` with a tag for each manifest, `blobs/sha256/DIGEST`. The
reader trusts no file: each blob's digest and size are computed again. Nothing here touches a
disk: a layout is a mapping from a file's name to its bytes. Left out: nested indexes, other
algorithms. Source: OCI image specification, image-layout.md.
"""

import json
from collections.abc import Mapping
from typing import Any

from coursekit.sims.containers.digests import ALGORITHM, DIGEST, digest, expand
from coursekit.sims.containers.image import Blob, Image
from coursekit.sims.message import ParameterError, require

__all__ = ["Files", "place", "read", "tags", "write"]

Files = dict[str, bytes]
INDEX = "application/vnd.oci.image.index.v1+json"
NAME = "org.opencontainers.image.ref.name"  # the annotation that holds a tag


def write(images: Mapping[str, Image]) -> Files:
    """The files of a layout with these images by tag; a blob that two of them have is there once."""
    entries = [
        each.manifest.described | {"annotations": {NAME: tag}} for tag, each in images.items()
    ]
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": entries}
    files = {
        "oci-layout": b'{"imageLayoutVersion":"1.0.0"}',
        "index.json": json.dumps(index, indent=2).encode(),
    }
    return files | {place(blob.digest): blob.data for each in images.values() for blob in each.blobs}  # fmt: skip


def place(name: str) -> str:
    """The file of a blob with this digest."""
    require(DIGEST.fullmatch(name) is not None, "digest={name}: expected sha256: and 64 hex digits", name=name)  # fmt: skip
    return f"blobs/{ALGORITHM}/{name.removeprefix(ALGORITHM + ':')}"


def tags(files: Mapping[str, bytes]) -> dict[str, str]:
    """Tag -> digest of its manifest, as the index says."""
    version = _json(files, "oci-layout").get("imageLayoutVersion")
    require(version == "1.0.0", "oci-layout={version}: expected version 1.0.0", version=version)
    manifests = _json(files, "index.json").get("manifests", [])
    return {each.get("annotations", {}).get(NAME, ""): str(each["digest"]) for each in manifests}


def read(files: Mapping[str, bytes], tag: str) -> Image:
    """The image of this tag; ParameterError names the file that is missing or is not what it says."""
    known = tags(files)
    require(tag in known, "tag={tag}: choose one of {tags}", tag=tag, tags=", ".join(known))
    entries = _json(files, "index.json")["manifests"]
    entry = next(each for each in entries if each["digest"] == known[tag])
    manifest = _blob(files, entry)
    said = _parsed(manifest.data, place(manifest.digest))
    config = _blob(files, said["config"])
    image = Image(tuple(_blob(files, each) for each in said["layers"]), config, manifest)
    _check_diff_ids(image, _parsed(config.data, place(config.digest)))
    return image


def _check_diff_ids(image: Image, config: Mapping[str, Any]) -> None:
    named = config["rootfs"]["diff_ids"]
    require(len(named) == len(image.layers), "layers={n}: the config names {named}", n=len(image.layers), named=len(named))  # fmt: skip
    for number, (blob, name) in enumerate(zip(image.layers, named, strict=True), start=1):
        found = digest(expand(blob.data))
        require(found == name, "layer={number}: its tar has the digest {found}, the config says {name}", number=number, found=found, name=name)  # fmt: skip


def _blob(files: Mapping[str, bytes], entry: Mapping[str, Any]) -> Blob:
    path = place(str(entry["digest"]))
    require(path in files, "file={path}: missing", path=path)
    data = files[path]
    require(len(data) == entry["size"], "file={path}: {n} bytes, its descriptor says {size}", path=path, n=len(data), size=entry["size"])  # fmt: skip
    require(digest(data) == entry["digest"], "file={path}: its bytes have another digest, it was changed", path=path)  # fmt: skip
    return Blob(str(entry["mediaType"]), data)


def _json(files: Mapping[str, bytes], path: str) -> dict[str, Any]:
    require(path in files, "file={path}: missing", path=path)
    return _parsed(files[path], path)


def _parsed(data: bytes, path: str) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        raise ParameterError("file={path}: not JSON", path=path) from None
    require(isinstance(value, dict), "file={path}: expected an object", path=path)
    return dict(value)
