"""A learner's answer, written from the task alone."""

import math


def place(pg, hosts, size, out):
    wrap = (1 << 64) - 1

    def mix64(z):
        z = (z + 0x9E3779B97F4A7C15) & wrap
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & wrap
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & wrap
        return z ^ (z >> 31)

    def choose(candidates, r):
        best, longest = None, None
        for item, weight in candidates:
            if weight <= 0:
                continue
            bits = mix64(mix64(mix64(pg) ^ item) ^ r) >> 11
            straw = math.log((bits + 1) / 2**53) / weight
            if longest is None or straw > longest:
                best, longest = item, straw
        return best

    totals = [(1000 + int(h), sum(w for _, w in hosts[h])) for h in sorted(hosts, key=int)]
    chosen = {}
    r = 0
    while r < size + 50 and len(chosen) < size:
        host = choose(totals, r)
        if host is not None and host not in chosen:
            osd = choose(hosts[str(host - 1000)], r)
            if osd is not None and osd not in out:
                chosen[host] = osd
        r += 1
    return list(chosen.values())
