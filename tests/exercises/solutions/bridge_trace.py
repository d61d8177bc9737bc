"""A learner's answer, written from the task alone."""


def bridge_trace(n_ports, ageing, frames):
    table, answer = {}, []
    for t, port, src, dst in frames:
        if not int(src[:2], 16) & 1:
            table[src] = (port, t)
        others = [p for p in range(1, n_ports + 1) if p != port]
        if dst[:-1] == "01:80:c2:00:00:0":
            answer.append([])
        elif int(dst[:2], 16) & 1 or dst not in table or t - table[dst][1] >= ageing:
            answer.append(others)
        elif table[dst][0] == port:
            answer.append([])
        else:
            answer.append([table[dst][0]])
    return answer
