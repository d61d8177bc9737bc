"""A learner's answer, written from the task alone."""

MS = {"hdd": 12.667, "sata_ssd": 0.1, "nvme": 0.08, "ram": 0.001}
MB_S = {"hdd": 200, "sata_ssd": 550, "nvme": 3500, "ram": 20_000}


def faster(local, server, io_bytes, gbps, rtt_ms, h):
    def disk(name):
        return MS[name] + io_bytes / MB_S[name] / 1000

    goodput = gbps * 1e9 / 8 * (1500 - 52) / (1500 + 38)
    c = rtt_ms + 0.03 + io_bytes / goodput * 1000
    here, r, m = disk(local), disk(server), disk("ram")
    there = c + h * m + (1 - h) * r
    return {
        "local_ms": here,
        "remote_ms": there,
        "winner": "equal" if abs(here - there) < 1e-9 else "local" if here < there else "remote",
        "break_even_h": None if server == "ram" else (c + r - here) / (r - m),
    }
