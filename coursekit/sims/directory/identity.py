"""What stays when a name changes: GUID and SID, as text, as bytes, as a filter asks for them.

Modelled: objectGUID, 16 bytes whose first three fields lie lowest byte first; a SID of a domain and
the relative id (RID) that makes it one of a principal's; well-known RIDs. Left out: SID history.
Sources: [MS-DTYP] 2.3.4, 2.4.2; RFC 9562 for version 4.
"""

import re
import struct
import uuid

import numpy as np

from coursekit.sims.message import require

__all__ = ["DOMAIN_ADMINS", "FIRST_RID", "asked", "domain_sid", "guid", "guid_bytes", "in_domain", "rid", "sid_bytes", "sid_text"]  # fmt: skip

DOMAIN_ADMINS, FIRST_RID = 512, 1000
SID = re.compile(r"S-1-(\d+)((?:-\d+){1,15})")


def guid(rng: np.random.Generator) -> str:
    """A random identity, of version 4."""
    return str(uuid.UUID(bytes=rng.bytes(16), version=4))


def guid_bytes(text: str) -> bytes:
    """The 16 bytes of objectGUID."""
    require(re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None, "guid={text}: write it as 8-4-4-4-12 hexadecimal digits", text=text)  # fmt: skip
    return uuid.UUID(text).bytes_le


def domain_sid(rng: np.random.Generator) -> str:
    """A new domain's SID: three random numbers of 32 bits."""
    return "S-1-5-21-" + "-".join(str(int(each)) for each in rng.integers(1, 1 << 32, 3))


def in_domain(domain: str, number: int) -> str:
    """The SID of a principal of a domain."""
    require(0 < number < 1 << 30, "rid={number}: choose 1 to 1073741823", number=number)
    return f"{domain}-{number}"


def rid(sid: str) -> int:
    """The last number of a SID."""
    _checked(sid)
    return int(sid.rpartition("-")[2])


def sid_bytes(sid: str) -> bytes:
    """Revision, count, authority highest byte first, then the numbers lowest byte first."""
    found = _checked(sid)
    numbers = [int(each) for each in found[2][1:].split("-")]
    require(max(numbers) < 1 << 32 and int(found[1]) < 1 << 48, "sid={sid}: a number is too large", sid=sid)  # fmt: skip
    return struct.pack(">BB", 1, len(numbers)) + int(found[1]).to_bytes(6, "big") + struct.pack(f"<{len(numbers)}I", *numbers)  # fmt: skip


def sid_text(raw: bytes) -> str:
    """The text of those bytes."""
    require(len(raw) >= 12 and raw[0] == 1 and len(raw) == 8 + 4 * raw[1], "sid={raw}: 1, the count, 6 bytes and 4 for each number", raw=raw.hex())  # fmt: skip
    numbers = struct.unpack(f"<{raw[1]}I", raw[8:])
    return "-".join(["S", "1", str(int.from_bytes(raw[2:8], "big")), *map(str, numbers)])


def asked(raw: bytes) -> str:
    """Bytes as a filter's value holds them, a backslash and two digits each."""
    return "".join(f"\\{each:02x}" for each in raw)


def _checked(sid: str) -> re.Match[str]:
    found = SID.fullmatch(sid)
    require(found is not None, "sid={sid}: write it as S-1-5-21-…", sid=sid)
    assert found is not None
    return found
