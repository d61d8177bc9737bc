HOMES = {"dc1": 1, "db1": 1, "web1": 1, "dc2": 2, "db2": 2, "web2": 2, "file1": 2}
NEEDS = {
    "dc1": ("dir", 2, 8, 80, 50, 0, True), "dc2": ("dir", 2, 8, 80, 50, 0, True),
    "db1": ("db", 8, 64, 1000, 1500, 1, True), "db2": ("db", 8, 64, 1000, 500, 1, True),
    "web1": ("web", 4, 16, 100, 100, 2, False), "web2": ("web", 4, 16, 100, 100, 2, False),
    "file1": ("file", 4, 16, 4000, 300, 3, False),
}  # fmt: skip


def my_design(budget):
    small = budget < 50_000
    hosts = ["h1"] if small else ["h1", "h2"]
    vms = [
        {
            "id": name, "service": service, "vcpu": vcpu, "ram": ram, "disk_gb": disk, "iops": iops,
            "prio": prio, "anti": anti, "host": "h1" if small else f"h{HOMES[name]}",
        }
        for name, (service, vcpu, ram, disk, iops, prio, anti) in NEEDS.items()
    ]  # fmt: skip
    storage = {"kind": "local", "disk": "ssd4", "disks": 6, "raid": 5, "mttr_h": 24}
    if not small:
        storage = {
            "kind": "hci",
            "disk": "ssd4",
            "disks": 4,
            "size": 2,
            "min_size": 1,
            "domain": "host",
            "mttr_h": 24,
        }
    return {
        "racks": [{"id": "R1", "pdus": 2, "tors": 2}],
        "net": {"gbps": 10, "cores": 1, "wans": 1},
        "hosts": [{"id": h, "rack": "R1", "model": "H2" if small else "H1", "psus": 2, "nics": 2} for h in hosts],
        "storage": storage,
        "ha": {"enabled": not small, "quorum": not small, "witness": not small},
        "power": {"feeds": 2, "ups_min": 0, "gen": False},
        "backup": {"enabled": True, "interval_h": 1, "immutable": True, "offsite": True, "restore_mb_s": 400},
        "vms": vms,
        "services": {
            "dir": {"need": 1, "deps": []}, "db": {"need": 1, "deps": []},
            "web": {"need": 1, "deps": ["db"], "public": True}, "file": {"need": 1, "deps": ["dir"]},
        },
    }  # fmt: skip
