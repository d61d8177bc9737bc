"""A learner's answer, written from the task alone."""


def survivors(votes, groups, witness_group):
    everything = sum(votes)
    counted = [sum(votes[node] for node in group) for group in groups]
    if witness_group is not None:
        everything += 1
        counted[witness_group] += 1
    running = [at for at, own in enumerate(counted) if 2 * own > everything]
    return {"running": running, "quorum": everything // 2 + 1}
