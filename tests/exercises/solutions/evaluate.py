TOLERANCE = {0: 0, 1: 1, 10: 1, 5: 1, 6: 2}
RAM = {"H1": 128, "H2": 256}
CORES = {"H1": 16, "H2": 32}


def evaluate(design, failed, partition=None):  # noqa: PLR0912
    failed = set(failed)
    power, net, storage, ha = design["power"], design["net"], design["storage"], design["ha"]
    feeds = {
        n: f"feed:{n}" not in failed
        or power["gen"]
        or ("short" in failed and power["ups_min"] >= 15)
        for n in range(1, power["feeds"] + 1)
    }
    pdu, tor = {}, {}
    for rack in design["racks"]:
        r = rack["id"]
        dead = f"rack:{r}" in failed
        for k, letter in enumerate("ab"[: rack["pdus"]]):
            feed = feeds[2 if k == 1 and power["feeds"] == 2 else 1]
            pdu[r, letter] = feed and not dead and f"pdu:{r}:{letter}" not in failed
        for letter in "ab"[: rack["tors"]]:
            socket = letter if rack["pdus"] == 2 else "a"
            tor[r, letter] = pdu[r, socket] and not dead and f"tor:{r}:{letter}" not in failed
    core = any(f"core:{n}" not in failed for n in range(1, net["cores"] + 1))
    wan = any(f"wan:{n}" not in failed for n in range(1, net["wans"] + 1))

    def alive(host):
        r = host["rack"]
        powered = any(pdu.get((r, c)) for c in "ab"[: host["psus"]])
        wired = any(tor.get((r, c)) for c in "ab"[: host["nics"]])
        return (
            core
            and powered
            and wired
            and f"host:{host['id']}" not in failed
            and f"rack:{r}" not in failed
        )

    n = sum(int(name.split(":")[1]) for name in failed if name.startswith("disks:"))
    kind = storage["kind"]
    lost = n >= storage["size"] if kind == "hci" else n > TOLERANCE[storage["raid"]]
    hosts = {h["id"]: h for h in design["hosts"]}
    total = len(hosts)
    sets = [set(p) for p in partition] if partition else [{r["id"] for r in design["racks"]}]
    running, filled = set(), []
    for k, racks in enumerate(sets):
        here = [h["id"] for h in design["hosts"] if h["rack"] in racks and alive(h)]
        filled.append(bool(here))
        witness = ha["witness"] and total % 2 == 0
        need = (total + 1) // 2 + 1 if witness else total // 2 + 1
        votes = len(here) + (1 if witness and k == 0 else 0)
        active = votes >= need if ha["enabled"] and ha["quorum"] else True
        if kind == "local":
            ok = not lost
        elif kind == "nas":
            r = storage["rack"]
            ctrl = any(f"nasctrl:{i}" not in failed for i in range(1, storage["ctrls"] + 1))
            fed = any(v for (rack, _), v in pdu.items() if rack == r)
            wired = any(v for (rack, _), v in tor.items() if rack == r)
            ok = ctrl and fed and wired and core and not lost and (not partition or r in racks)
        else:
            place = (lambda h: h) if storage["domain"] == "host" else (lambda h: hosts[h]["rack"])
            down = len({place(h) for h in hosts}) - len({place(h) for h in here})
            ok = (
                storage["size"] - min(storage["size"], down + n) >= storage["min_size"]
                and not lost
                and active
            )
        if not ok:
            continue
        at = {v["id"]: v["host"] for v in design["vms"] if v["host"] in here}
        if kind != "local" and ha["enabled"] and active:
            rest = [v for v in design["vms"] if v["id"] not in at]
            for v in sorted(rest, key=lambda v: (v["prio"], -v["ram"], v["id"])):
                for h in sorted(here):
                    own = [w for w in design["vms"] if at.get(w["id"]) == h]
                    model = hosts[h]["model"]
                    ram = sum(w["ram"] for w in own) + v["ram"] <= RAM[model]
                    cpu = sum(w["vcpu"] for w in own) + v["vcpu"] <= 4 * CORES[model]
                    if (
                        ram
                        and cpu
                        and not (v["anti"] and any(w["service"] == v["service"] for w in own))
                    ):
                        at[v["id"]] = h
                        break
        running |= set(at)
    up, services = {}, design["services"]

    def is_up(name):
        s = services[name]
        count = sum(v["service"] == name and v["id"] in running for v in design["vms"])
        return (
            count >= s["need"] and all(is_up(d) for d in s["deps"]) and (wan or not s.get("public"))
        )

    for name in services:
        up[name] = is_up(name)
    split = (
        bool(partition) and ha["enabled"] and not ha["quorum"] and all(filled) and kind != "local"
    )
    return {"up": up, "running": sorted(running), "data_lost": lost, "split_brain": split}
