def spof(design):
    """With the function of E14.1, which stands in the same notebook."""
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
    before = evaluate(design, [])["up"]  # noqa: F821
    found = {}
    for name in names:
        after = evaluate(design, [name])["up"]  # noqa: F821
        down = sorted(s for s in before if before[s] and not after[s])
        if down:
            found[name] = down
    return found
