def schedule(nodes, pods, policy):
    used = {node["name"]: [0, 0, 0] for node in nodes}
    answer = {}
    for pod in pods:
        best = None
        for node in nodes:
            cpu, mem, count = used[node["name"]]
            c, m = cpu + pod["cpu_m"], mem + pod["mem_mi"]
            hard = [t for t in node["taints"] if t["effect"] != "PreferNoSchedule"]
            if not node["ready"] or any(t not in pod["tolerations"] for t in hard):
                continue
            if any(node["labels"].get(k) != v for k, v in pod["selector"].items()):
                continue
            if c > node["cpu_m"] or m > node["mem_mi"] or count >= 110:
                continue
            pairs = [(c, node["cpu_m"]), (m, node["mem_mi"])]
            if policy == "least":
                fit = sum((have - want) * 100 // have for want, have in pairs) // 2
            else:
                fit = sum(want * 100 // have for want, have in pairs) // 2
            score = fit + int((1 - abs(c / node["cpu_m"] - m / node["mem_mi"]) / 2) * 100)
            if best is None or (-score, node["name"]) < best:
                best = (-score, node["name"])
        answer[pod["name"]] = best and best[1]
        if best:
            place = used[best[1]]
            place[0] += pod["cpu_m"]
            place[1] += pod["mem_mi"]
            place[2] += 1
    return answer
