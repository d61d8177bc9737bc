"""A learner's answer, written from the task alone."""


def restore_plan(types, sizes, target, throughput):
    chain, i = [], target
    while True:
        chain.insert(0, i)
        if types[i] == "F":
            break
        i = i - 1 if types[i] == "I" else types.rindex("F", 0, i)
    total = sum(sizes[i] for i in chain)
    return {"chain": chain, "bytes": total, "seconds": total / throughput}
