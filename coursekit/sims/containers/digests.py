"""Names made of content: the digest of a blob, and the ChainID of a stack of layers.

Modelled: SHA-256 of the bytes, as registries and stores name everything. A layer has two
names: its DiffID (of the tar as it is unpacked) and its digest (of the blob as it is sent,
mostly compressed). Left out: SHA-512, zstd. Source: OCI image specification 1.1, descriptor.md
and config.md (layer DiffID, layer ChainID).
"""

import gzip
import io
import re
import zlib
from collections.abc import Sequence
from hashlib import sha256

from coursekit.sims.message import ParameterError, require

__all__ = ["ALGORITHM", "DIGEST", "chain_ids", "compress", "digest", "expand", "short"]

ALGORITHM = "sha256"
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
MAGIC = b"\x1f\x8b"  # how a gzip file begins (RFC 1952)


def digest(data: bytes) -> str:
    """The name of these bytes."""
    return f"{ALGORITHM}:{sha256(data).hexdigest()}"


def short(name: str, letters: int = 12) -> str:
    """The first letters of a digest, as `docker images` shows them."""
    require(DIGEST.fullmatch(name) is not None, "digest={name}: expected sha256: and 64 hex digits", name=name)  # fmt: skip
    return name.removeprefix(f"{ALGORITHM}:")[:letters]


def chain_ids(diff_ids: Sequence[str]) -> tuple[str, ...]:
    """The name of each stack: ChainID(1) = DiffID(1), ChainID(n) = digest of "ChainID(n-1) DiffID(n)"."""
    chain: list[str] = []
    for diff_id in diff_ids:
        chain.append(digest(f"{chain[-1]} {diff_id}".encode()) if chain else diff_id)
    return tuple(chain)


def compress(tar: bytes) -> bytes:
    """gzip without a date: the same bytes each time here.

    Another version of zlib may pack the same tar into other bytes: the blob's digest changes
    then, the DiffID never.
    """
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        packed.write(tar)
    return out.getvalue()


def expand(blob: bytes) -> bytes:
    """The tar in a blob, compressed or not; ParameterError when the gzip is damaged."""
    if not blob.startswith(MAGIC):
        return blob
    try:
        return gzip.decompress(blob)
    except (OSError, EOFError, zlib.error) as why:
        raise ParameterError("blob={n}: {n} bytes of gzip that cannot be read: {why}", n=len(blob), why=str(why)) from None  # fmt: skip
