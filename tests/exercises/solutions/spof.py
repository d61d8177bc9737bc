from pathlib import Path

other = {}
exec(Path(__file__).with_name("evaluate.py").read_text("utf-8"), other)


def spof(design):
    evaluate = other["evaluate"]
    names = [f"host:{h['id']}" for h in design["hosts"]]
    for rack in design["racks"]:
        names += [f"pdu:{rack['id']}:{c}" for c in "ab"[: rack["pdus"]]]
        names += [f"tor:{rack['id']}:{c}" for c in "ab"[: rack["tors"]]]
        names.append(f"rack:{rack['id']}")
    for kind, count in (
        ("core", design["net"]["cores"]),
        ("wan", design["net"]["wans"]),
        ("feed", design["power"]["feeds"]),
    ):
        names += [f"{kind}:{n}" for n in range(1, count + 1)]
    if design["storage"]["kind"] == "nas":
        names += [f"nasctrl:{n}" for n in range(1, design["storage"]["ctrls"] + 1)]
    names.append("disks:1")
    before = evaluate(design, [])["up"]
    found = {}
    for name in names:
        after = evaluate(design, [name])["up"]
        down = sorted(s for s in before if before[s] and not after[s])
        if down:
            found[name] = down
    return found
