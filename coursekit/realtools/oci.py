"""skopeo and umoci: an image that our simulation wrote, read by the tools that registries trust.

The simulation writes an OCI image layout, byte by byte; skopeo names its digests, its history and the
image ID, copies it from store to store and refuses a damaged blob; umoci unpacks it. Layers are plain
tar: gzip may pack them otherwise from one version to the next. Source: skopeo(1), umoci(1), OCI image
specification 1.1. Left out: registries, signatures. All commands are typed in a shell whose folder
is a temporary one; umoci unpacks as a plain user.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.realtools.source import Source
from coursekit.sims.containers import layout
from coursekit.sims.containers.digests import short
from coursekit.sims.containers.image import Image
from coursekit.sims.message import require

__all__ = ["SKOPEO", "UMOCI", "blobs_after_copies", "digest", "image_id", "layers", "refuses", "site", "steps", "unpacked"]  # fmt: skip

SKOPEO = Tool("skopeo", "skopeo")
UMOCI = Tool("umoci", "umoci")
AS_IT_IS = "--dest-oci-accept-uncompressed-layers"
_OF = re.compile(r"^(\w{64})  \./(.*)$", re.MULTILINE)


@contextmanager
def site(source: Source, images: Mapping[str, Image]) -> Iterator[Shell]:
    """A shell in a folder with an image layout `site`, as the simulation writes it."""
    with TemporaryDirectory() as folder, source.shell() as shell:
        for name, data in layout.write(images).items():
            path = Path(folder) / "site" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        shell.quietly(f"cd '{folder}'; export HOME='{folder}' XDG_RUNTIME_DIR='{folder}'")
        yield shell


def _said(shell: Shell, command: str) -> str:
    answer = shell.run(command)
    require(answer.code == 0, "command={command}: {said}", command=command, said=answer.text)
    return answer.text


def digest(shell: Shell, tag: str) -> str:
    """The short digest of the manifest: by which one may pull."""
    return short(_said(shell, f"skopeo inspect --format '{{{{.Digest}}}}' oci:site:{tag}"))


def layers(shell: Shell, tag: str) -> tuple[str, ...]:
    """The short DiffID of each layer, the lowest first, as umoci counts them."""
    told = json.loads(_said(shell, f"umoci stat --json --image site:{tag}"))
    return tuple(short(each["diff_id"]) for each in told["history"])


def steps(shell: Shell, tag: str) -> tuple[str, ...]:
    """The step that made each layer."""
    told = json.loads(_said(shell, f"skopeo inspect --config oci:site:{tag}"))
    return tuple(each["created_by"] for each in told["history"])


def image_id(shell: Shell, tag: str) -> str:
    """The short image ID: the name that Docker's own archive gives the config."""
    _said(shell, f"skopeo copy --quiet oci:site:{tag} docker-archive:site.tar:site:{tag}")
    told = json.loads(_said(shell, "tar xOf site.tar manifest.json"))
    return short("sha256:" + str(told[0]["Config"]).removesuffix(".json"))


def unpacked(shell: Shell, tag: str) -> tuple[str, ...]:
    """Every file that a container would see, with the beginning of its bytes' SHA-256."""
    _said(shell, f"umoci unpack --rootless --image site:{tag} bundle")
    said = _said(shell, "cd bundle/rootfs; find . -type f -exec sha256sum {} + | sort -k 2; cd ../..")  # fmt: skip
    return tuple(f"{path} {name[:12]}" for name, path in _OF.findall(said))


def blobs_after_copies(shell: Shell, *tags: str) -> tuple[int, ...]:
    """How many blobs another store holds after each copy: what is there is not sent again."""
    counts = []
    for tag in tags:
        _said(shell, f"skopeo copy --quiet {AS_IT_IS} oci:site:{tag} oci:store:{tag}")
        counts.append(int(_said(shell, "ls store/blobs/sha256 | wc -l")))
    return tuple(counts)


def refuses(shell: Shell, tag: str, blob: str) -> bool:
    """Whether skopeo will not copy an image with one byte of this blob changed."""
    file = f"site/{layout.place(blob)}"
    shell.run(f"printf X | dd of={file} conv=notrunc status=none")
    answer = shell.run(f"skopeo copy --quiet {AS_IT_IS} oci:site:{tag} oci:other:{tag}")
    return answer.code != 0 and "Digest did not match" in answer.text
