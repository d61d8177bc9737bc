"""A learner's answer, written from the task alone."""


def snapshot_ops(n, ops):
    layers, reads, copied, count = [{}], [], 0, 0
    for kind, *rest in ops:
        if kind == "w":
            count += 1
            layers[-1][rest[0]] = count
        elif kind == "r":
            for depth, layer in enumerate(layers[::-1]):
                if rest[0] in layer:
                    reads.append([layer[rest[0]], depth])
                    break
            else:
                reads.append([0, len(layers) - 1])
        elif kind == "snap":
            layers.append({})
        elif kind == "revert":
            layers = [*layers[: rest[0] + 1], {}]
        else:
            j, way = rest
            if way == "down":
                copied += len(layers[j])
                layers[j - 1].update(layers[j])
            else:
                copied += sum(c not in layers[j + 1] for c in layers[j])
                layers[j + 1] = {**layers[j], **layers[j + 1]}
            del layers[j]
    return {"sizes": [len(layer) for layer in layers], "reads": reads, "copied": copied}
