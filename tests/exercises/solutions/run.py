def run(level, items, schedule):
    versions = {key: [(0, value)] for key, value in items.items()}
    commits = 0
    snapshot, writes, status, waits_for, queue, lock = {}, {}, {}, {}, {}, {}
    reads, order = [], []

    def end(tx, how):
        status[tx] = how
        for key in [key for key, holder in lock.items() if holder == tx]:
            del lock[key]
        waits_for.pop(tx, None)
        queue.pop(tx, None)
        if tx in order:
            order.remove(tx)

    def closes_ring(tx, holder):
        while holder in waits_for:
            holder = waits_for[holder]
            if holder == tx:
                return True
        return False

    def step(tx, kind, key=None, value=None):  # noqa: PLR0912
        """True if it has to wait."""
        nonlocal commits
        if kind in "rw" and tx not in snapshot:
            snapshot[tx] = commits
        own = writes.setdefault(tx, {})
        if kind == "r":
            drafts = [w[key] for t, w in writes.items() if key in w and t not in status and t != tx]
            if key in own:
                got = own[key]
            elif level == "RU" and drafts:
                got = drafts[0]
            elif level == "SI":
                got = [v for n, v in versions[key] if n <= snapshot[tx]][-1]
            else:
                got = versions[key][-1][1]
            reads.append([tx, key, got])
        elif kind == "w":
            holder = lock.get(key)
            if holder not in (None, tx):
                if closes_ring(tx, holder):
                    end(tx, "40P01")
                    wake()
                    return False
                waits_for[tx] = holder
                return True
            if level == "SI" and versions[key][-1][0] > snapshot[tx]:
                end(tx, "40001")
                wake()
                return False
            lock[key] = tx
            own[key] = value
        elif kind == "c":
            commits += 1
            for k, v in own.items():
                versions[k].append((commits, v))
            end(tx, "committed")
            wake()
        else:
            end(tx, "aborted")
            wake()
        return False

    def wake():
        for tx in order:
            if tx in order and waits_for.get(tx) is not None:
                go_on(tx)

    def go_on(tx):
        first = queue[tx][0]
        if first[1] == "w" and lock.get(first[2]) not in (None, tx):
            waits_for[tx] = lock[first[2]]
            return
        waits_for.pop(tx, None)
        order.remove(tx)
        while queue.get(tx):
            now = queue[tx].pop(0)
            if not queue[tx]:
                del queue[tx]
            if step(*now):
                queue[tx] = [now, *queue.get(tx, [])]
                order.append(tx)
                return

    for each in schedule:
        tx = each[0]
        if tx in status:
            continue
        if tx in queue:
            queue[tx].append(each)
        elif step(*each):
            queue[tx] = [each]
            order.append(tx)
    final = {key: found[-1][1] for key, found in versions.items()}
    return {
        "final": final,
        "status": {str(tx): how for tx, how in sorted(status.items())},
        "reads": reads,
    }
