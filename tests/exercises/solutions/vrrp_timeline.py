"""A learner's answer, written from the task alone."""

import heapq


def vrrp_timeline(nodes, events, t_end):  # noqa: PLR0912  (as a learner would)
    queue, rows, cut = [], [], set()
    number = [0]

    def push(t, what):
        heapq.heappush(queue, (t, number[0], what))
        number[0] += 1

    state = {}
    for node in nodes:
        state[node["id"]] = dict(node, state="Initialize", timer=0, heard=node["adv"])
        x, y, z, w = map(int, node["ip"].split("."))
        state[node["id"]]["addr"] = ((x * 256 + y) * 256 + z) * 256 + w
        push(0, ("restart", node["id"]))
    for event in events:
        push(event[0], tuple(event[1:]))

    def change(n, to, t):
        n["state"] = to
        rows.append([t, n["id"], to])

    def arm(n, at):
        n["timer"] += 1
        push(at, ("timer", n["id"], n["timer"]))

    def skew(n):
        return (256 - n["prio"]) * n["heard"] / 256

    def send(n, t, prio):
        for other in state.values():
            if other is not n and frozenset((n["id"], other["id"])) not in cut:
                push(t, ("hear", other["id"], n["id"], prio))

    def active(n, t):
        change(n, "Active", t)
        send(n, t, n["prio"])
        arm(n, t + n["adv"])

    def backup(n, t, heard):
        change(n, "Backup", t)
        n["heard"] = heard
        arm(n, t + 3 * heard + skew(n))

    while queue and queue[0][0] <= t_end:
        t, _, (what, name, *more) = heapq.heappop(queue)
        n = state[name]
        if what == "restart" and n["state"] == "Initialize":
            if n["prio"] == 255:
                active(n, t)
            else:
                backup(n, t, n["adv"])
        elif what in ("crash", "stop") and n["state"] != "Initialize":
            if what == "stop" and n["state"] == "Active":
                send(n, t, 0)
            n["timer"] += 1
            change(n, "Initialize", t)
        elif what == "prio":
            n["prio"] = more[0]
        elif what == "cut":
            cut.add(frozenset((name, more[0])))
        elif what == "heal":
            cut.discard(frozenset((name, more[0])))
        elif what == "timer" and more[0] == n["timer"]:
            if n["state"] == "Backup":
                active(n, t)
            else:
                send(n, t, n["prio"])
                arm(n, t + n["adv"])
        elif what == "hear":
            sender, prio = state[more[0]], more[1]
            if n["state"] == "Backup":
                if prio == 0:
                    arm(n, t + skew(n))
                elif prio >= n["prio"] or not n["preempt"]:
                    n["heard"] = sender["adv"]
                    arm(n, t + 3 * n["heard"] + skew(n))
            elif n["state"] == "Active":
                if prio == 0:
                    send(n, t, n["prio"])
                    arm(n, t + n["adv"])
                elif (prio, sender["addr"]) > (n["prio"], n["addr"]):
                    backup(n, t, sender["adv"])
                else:
                    send(n, t, n["prio"])
    return rows
