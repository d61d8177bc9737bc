"""A learner's answer, written from the task alone."""

from zlib import crc32


def moved_keys(servers, change, keys):
    def ring_of(names):
        points = {}
        for name in names:
            host, port = name.split(":")
            start = host.encode() + b"\0" + port.encode()
            value = 0
            for _point in range(160):
                value = crc32(start + value.to_bytes(4, "little"))
                points.setdefault(value, name)
        return sorted(points.items())

    def owners(names):
        ring = ring_of(names)
        ordered = sorted((crc32(key.encode()), key) for key in keys)
        found, place = {}, 0
        for value, key in ordered:
            while place < len(ring) and ring[place][0] < value:
                place += 1
            found[key] = ring[place % len(ring)][1]
        return found

    other = change[1:]
    after = [*servers, other] if change[0] == "+" else [s for s in servers if s != other]
    old, new = owners(servers), owners(after)
    moved = [key for key in keys if old[key] != new[key]]
    return {
        "moved": len(moved),
        "to_or_from_changed": sum(other in (old[key], new[key]) for key in moved),
    }
