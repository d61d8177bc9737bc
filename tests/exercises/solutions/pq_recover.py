"""A learner's answer, written from the task alone."""

EXP = [1]
for _ in range(254):
    EXP.append(EXP[-1] << 1 ^ (0x11D if EXP[-1] & 0x80 else 0))
LOG = {value: i for i, value in enumerate(EXP)}


def mul(a, b):
    return EXP[(LOG[a] + LOG[b]) % 255] if a and b else 0


def pq(data):
    p = q = 0
    for i, byte in enumerate(data):
        p, q = p ^ byte, q ^ mul(EXP[i], byte)
    return p, q


def pq_recover(data, p, q):
    lost = [i for i, byte in enumerate(data) if byte is None]
    if len(lost) + (p is None) + (q is None) > 2:
        return {"error": "unrecoverable"}
    for i in lost:
        data[i] = 0
    pp, qq = pq(data)
    if len(lost) == 1 and p is not None:
        data[lost[0]] = p ^ pp
    elif len(lost) == 1:
        data[lost[0]] = mul(EXP[-lost[0] % 255], q ^ qq)
    elif len(lost) == 2:
        x, y = lost
        g = EXP[y - x]
        inv = EXP[-LOG[g ^ 1] % 255]
        data[x] = mul(mul(g, inv), p ^ pp) ^ mul(mul(EXP[-x % 255], inv), q ^ qq)
        data[y] = p ^ pp ^ data[x]
    pp, qq = pq(data)
    return {"data": data, "p": pp if p is None else p, "q": qq if q is None else q}
