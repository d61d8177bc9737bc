"""A learner's answer, written from the task alone."""

import base64
import struct


def parse_pvd(blob):
    data = base64.b64decode(blob)
    for at in range(16 * 2048, len(data) + 2048, 2048):
        sector = data[at : at + 2048]
        if len(sector) < 2048:
            return {"error": "too_short"}
        if sector[1:6] != b"CD001":
            return {"error": "bad_magic"}
        if sector[0] == 255:
            return {"error": "no_primary"}
        if sector[0] == 1:
            break
    (little,) = struct.unpack("<I", sector[80:84])
    (big,) = struct.unpack(">I", sector[84:88])
    (block,) = struct.unpack("<H", sector[128:130])
    (kcolb,) = struct.unpack(">H", sector[130:132])
    if little != big or block != kcolb:
        return {"error": "endian_mismatch"}
    name = sector[40:72].decode("latin-1").rstrip(" ")
    return {"volume": name, "sectors": little, "block": block, "bytes": little * block}
