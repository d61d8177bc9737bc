def rollout(n, surge, unavailable, ready_ticks):
    def part(x, rounded_up):
        if isinstance(x, int):
            return x
        exact = n * int(x.rstrip("%"))
        return exact // 100 + (1 if rounded_up and exact % 100 else 0)

    extra, away = part(surge, True), part(unavailable, False)
    if extra == 0 and away == 0:
        away = 1
    t, old, waiting, good = 0, n, {}, 0
    out = [[0, n, 0, n]]
    while True:
        while True:
            new = good + sum(waiting.values())
            if new < n and old + new < n + extra:
                more = min(n + extra - old - new, n - new)
                waiting[t + ready_ticks] = waiting.get(t + ready_ticks, 0) + more
                out.append([t, old, new + more, old + good])
                continue
            k = min(old, old + new - (n - away) - (new - good), old + good - (n - away))
            if k > 0:
                old -= k
                out.append([t, old, new, old + good])
                continue
            break
        if not waiting:
            return out
        t = min(waiting)
        good += waiting.pop(t)
        out.append([t, old, good + sum(waiting.values()), old + good])
