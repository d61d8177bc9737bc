"""A learner's answer, written from the task alone."""

import struct
import uuid
import zlib


def parse_gpt(image, sector=512):
    def header(lba):
        at = lba * sector
        h = image[at : at + 92]
        if len(h) < 92 or h[:8] != b"EFI PART":
            return None, False
        (crc,) = struct.unpack("<I", h[16:20])
        return h, zlib.crc32(h[:16] + b"\0\0\0\0" + h[20:]) == crc

    def entries(h):
        (lba,) = struct.unpack("<Q", h[72:80])
        number, size = struct.unpack("<II", h[80:88])
        start = lba * sector
        return [image[start + i * size : start + (i + 1) * size] for i in range(min(number, 4096))]

    def good(lba):
        h, crc_ok = header(lba)
        if not crc_ok or struct.unpack("<Q", h[24:32])[0] != lba:
            return None
        (said,) = struct.unpack("<I", h[88:92])
        return h if zlib.crc32(b"".join(entries(h))) == said else None

    def text(raw):
        return str(uuid.UUID(bytes_le=bytes(raw))).upper()

    first, crc_ok = header(1)
    other = struct.unpack("<Q", first[32:40])[0] if crc_ok else len(image) // sector - 1
    primary, backup = good(1), good(other)
    h = primary or backup
    partitions = []
    for i, e in enumerate(entries(h) if h else []):
        if any(e[:16]):
            begin, end = struct.unpack("<QQ", e[32:48])
            name = ""
            for k in range(56, 128, 2):
                if e[k : k + 2] == b"\0\0":
                    break
                name += e[k : k + 2].decode("latin-1")
            partitions.append(
                {
                    "n": i + 1,
                    "type": text(e[:16]),
                    "guid": text(e[16:32]),
                    "first": begin,
                    "last": end,
                    "name": name.encode("latin-1").decode("utf-16-le"),
                }
            )
    return {
        "primary_ok": primary is not None,
        "backup_ok": backup is not None,
        "source": "primary" if primary else "backup" if backup else None,
        "disk_guid": text(h[56:72]) if h else None,
        "partitions": partitions,
    }
