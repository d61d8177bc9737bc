from itertools import pairwise, product


def crash_outcomes(program, mode, finished):
    results = set()
    for stop in [len(program)] if finished else range(len(program) + 1):
        names, effects, forced, new = {"f": 0}, [], set(), 0
        for op in program[:stop]:
            if op[0] == "creat" and op[1] in names:
                effects.append(("T", names[op[1]], None, None, ()))
            elif op[0] == "creat":
                new += 1
                names[op[1]] = new
                effects.append(("L", new, None, op[1], ()))
            elif op[0] == "write":
                effects.append(("D", names[op[1]], None, None, ()))
            elif op[0] == "unlink":
                effects.append(("U", names.pop(op[1]), op[1], None, ()))
            elif op[0] == "rename":
                inode, over = names.pop(op[1]), op[2] in names
                names[op[2]] = inode
                need = tuple(k for k, e in enumerate(effects) if e[0] == "D" and e[1] == inode)
                wants = over and mode == "auto_da_alloc"
                effects.append(("R", inode, op[1], op[2], need if wants else ()))
            else:
                for k, e in enumerate(effects):
                    own = op[0] == "fsync" and e[1] == names[op[1]] and e[0] in "DT"
                    if own or (e[0] != "D" and (op[0] == "fsyncdir" or mode != "posix")):
                        forced.add(k)
        for kept in product([False, True], repeat=len(effects)):
            if legal(kept, effects, closed(forced, effects, mode), mode):
                results.add(final([e for e, k in zip(effects, kept, strict=True) if k]))
    return sorted(results)


def required(k, effects, mode):
    if effects[k][0] != "D" and mode == "ordered":
        return [j for j in range(k) if effects[j][0] == "D"]
    return effects[k][4]


def closed(forced, effects, mode):
    return forced | {j for k in forced for j in required(k, effects, mode)}


def legal(kept, effects, forced, mode):
    if any(not kept[k] for k in forced):
        return False
    meta = [kept[k] for k in range(len(effects)) if effects[k][0] != "D"]
    if mode != "posix" and any(b and not a for a, b in pairwise(meta)):
        return False
    return all(kept[j] for k in range(len(effects)) if kept[k] for j in required(k, effects, mode))


def final(effects):
    names, data = {"f": 0}, {0: "A"}
    for kind, inode, old, new, _ in effects:
        if kind in "DT":
            data[inode] = {"D": "B", "T": "empty"}[kind]
        if kind in "UR":
            names.pop(old, None)
        if kind in "LR":
            names[new] = inode
    return data.get(names["f"], "empty") if "f" in names else "absent"
