"""A learner's answer, written from the task alone."""


def napt_trace(eip, forwards, packets):
    timeout = {
        "syn_sent": 120, "syn_recv": 60, "established": 432000, "fin_wait": 120, "close_wait": 60,
        "last_ack": 30, "time_wait": 120, "close": 10, "new": 30, "seen": 120,
    }  # fmt: skip
    table = []

    def touch(entry, t, flags, side):
        state, other = entry["state"], side != entry.get("fin")
        if entry["proto"] == "udp":
            state = "seen" if side == "r" else state
        elif flags == "RST":
            state = "close"
        elif (state, flags, side) == ("syn_sent", "SYN+ACK", "r"):
            state = "syn_recv"
        elif (state, flags, side) == ("syn_recv", "ACK", "o"):
            state = "established"
        elif (state, flags) == ("established", "FIN"):
            state, entry["fin"] = "fin_wait", side
        elif (state, flags) == ("fin_wait", "ACK") and other:
            state = "close_wait"
        elif (state, flags) == ("close_wait", "FIN") and other:
            state = "last_ack"
        elif (state, flags) == ("last_ack", "ACK"):
            state = "time_wait"
        entry["state"], entry["expires"] = state, t + timeout[state]

    def out(p):
        key = (p["proto"], p["src"], p["sport"], p["dst"], p["dport"])
        for entry in table:
            if entry["key"] == key:
                touch(entry, p["t"], p["flags"], "o")
                return "translate", eip, entry["eport"], p["dst"], p["dport"]
        low, high = next(c for c in ((1, 511), (512, 1023), (1024, 65535)) if c[0] <= p["sport"] <= c[1])  # fmt: skip
        used = {e["eport"] for e in table if (e["proto"], *e["remote"]) == (p["proto"], p["dst"], p["dport"])}  # fmt: skip
        port = p["sport"]
        while port in used:
            port = low if port == high else port + 1
        state = "new" if p["proto"] == "udp" else {"SYN": "syn_sent", "ACK": "established"}[p["flags"]]  # fmt: skip
        table.append({"proto": p["proto"], "key": key, "remote": (p["dst"], p["dport"]), "eport": port, "state": state, "expires": p["t"] + timeout[state]})  # fmt: skip
        return "translate", eip, port, p["dst"], p["dport"]

    def inside(p):
        for entry in table:
            if (entry["proto"], entry["remote"], entry["eport"]) == (p["proto"], (p["src"], p["sport"]), p["dport"]):  # fmt: skip
                touch(entry, p["t"], p["flags"], "r")
                return "translate", p["src"], p["sport"], *entry["key"][1:3]
        for f in forwards:
            if (f["proto"], f["eport"]) == (p["proto"], p["dport"]):
                return "translate", p["src"], p["sport"], f["ip"], f["port"]
        return "to_host", p["src"], p["sport"], p["dst"], p["dport"]

    answers = []
    for p in packets:
        table = [e for e in table if e["expires"] > p["t"]]
        said = out(p) if p["dir"] == "out" else inside(p)
        answers.append(dict(zip(("action", "src", "sport", "dst", "dport"), said, strict=True)))
    return answers
