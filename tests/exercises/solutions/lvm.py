"""A learner's answer, written from the task alone."""


def lvm(ops, pv_extents):
    owner = {(p, e): None for p, n in enumerate(pv_extents) for e in range(n)}
    lvs = {}

    def ranges(cells):
        out = []
        for p, e in cells:
            if out and out[-1][0] == p and out[-1][2] + 1 == e:
                out[-1][2] = e
            else:
                out.append([p, e, e])
        return out

    for at, op in enumerate(ops):
        name = op[1]
        free = [cell for cell in owner if owner[cell] is None]
        if (op[0] == "create") == (name in lvs) or (len(op) == 3 and op[2] > len(free)):
            return {"error": at}
        if op[0] == "remove":
            for cell in lvs.pop(name):
                owner[cell] = None
            continue
        need = op[2]
        if op[0] == "create":
            take = free[:need]
            for p, first, last in ranges(free):
                if last - first + 1 >= need:
                    take = [(p, first + i) for i in range(need)]
                    break
            lvs[name] = []
        else:
            p, e = lvs[name][-1]
            after = []
            while owner.get((p, e + 1 + len(after)), "none") is None:
                after.append((p, e + 1 + len(after)))
            rest = [cell for cell in free if cell not in after]
            order = after + [c for c in rest if c[0] == p] + [c for c in rest if c[0] != p]
            take = order[:need]
        for cell in take:
            owner[cell] = name
        lvs[name] += take
    return {
        "lvs": {name: ranges(cells) for name, cells in lvs.items()},
        "free": ranges([cell for cell in owner if owner[cell] is None]),
    }
