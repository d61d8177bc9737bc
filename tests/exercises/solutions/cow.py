"""A learner's answer, written from the task alone."""


def cow(store_chunks, chunk, writes):
    per_area = chunk // 16
    capacity, left = 0, store_chunks - 1
    while left > 1:
        data = min(per_area, left - 1)
        capacity += data
        left -= data + 1
    seen, ios = set(), 0
    for i, w in enumerate(writes):
        if w in seen:
            ios += 1
        elif len(seen) < capacity:
            seen.add(w)
            ios += 3
        else:
            return {
                "valid": False,
                "overflow_at": i,
                "used": len(seen),
                "capacity": capacity,
                "ios": ios,
            }
    return {"valid": True, "overflow_at": None, "used": len(seen), "capacity": capacity, "ios": ios}
