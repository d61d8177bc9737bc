def pitr(bases, segments, target):
    usable = [b for b in bases if b["stop_time"] <= target]
    if not usable:
        return {"ok": False, "reason": "no base", "reachable": None}
    base = max(usable, key=lambda b: b["stop_time"])
    last_time = {number: last for number, _, last in segments}
    number, reachable = base["start_seg"], None
    while number in last_time:
        reachable = last_time[number]
        if reachable >= target:
            return {"ok": True, "base": base["id"], "first": base["start_seg"], "last": number}
        number += 1
    return {"ok": False, "reason": "wal gap", "reachable": reachable}
