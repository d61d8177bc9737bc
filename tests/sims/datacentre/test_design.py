"""The JSON form of a design: there and back, and every mistake by its name."""

import copy
from dataclasses import replace

import pytest

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.form import plain, read
from coursekit.sims.datacentre.parts import Service
from coursekit.sims.datacentre.samples import D0, D1, D2, SAMPLES, machines
from coursekit.sims.message import ParameterError


@pytest.mark.parametrize("name", SAMPLES)
def test_there_and_back(name):
    data = plain(SAMPLES[name])
    assert plain(read(data)) == data
    assert read(data) == SAMPLES[name]


def test_only_what_the_storage_uses_is_said():
    assert set(plain(D0)["storage"]) == {"kind", "disk", "disks", "mttr_h", "raid"}
    assert set(plain(D1)["storage"]) == {"kind", "disk", "disks", "mttr_h", "raid", "ctrls", "rack"}
    assert "domain" in plain(D2)["storage"]
    assert "raid" not in plain(D2)["storage"]


def changed(path, value):
    data = copy.deepcopy(plain(D1))
    *way, last = path
    place = data
    for each in way:
        place = place[each]
    place[last] = value
    return data


@pytest.mark.parametrize(
    "path, value, says",
    [
        (("racks", 0, "pdus"), 3, r"racks.R1.pdus=3: choose one of 1, 2"),
        (("racks", 0, "pdus"), True, r"racks.R1.pdus=True: choose one of 1, 2"),
        (("hosts", 0, "rack"), "R9", r"hosts.h1.rack=R9: choose one of R1"),
        (("hosts", 0, "model"), "H3", r"hosts.h1.model=H3: choose one of H1, H2"),
        (("hosts", 1, "id"), "h1", r"hosts=h1: a name is given once"),
        (("net", "gbps"), 40, r"net.gbps=40: choose one of 10, 25"),
        (("storage", "raid"), 4, r"storage.raid=4: choose one of 0, 1, 10, 5, 6"),
        (("storage", "disks"), 7, r"storage.disks=7: RAID 10 takes an even number"),
        (("storage", "disks"), 0, r"storage.disks=0: choose 1 to 32"),
        (("storage", "rack"), "R2", r"storage.rack=R2: choose one of R1"),
        (("storage", "kind"), "san", r"storage.kind=san: choose one of local, nas, hci"),
        (("storage", "colour"), 1, r"storage.colour: choose among kind, disk"),
        (("backup", "interval_h"), 0, r"backup.interval_h=0: choose 0.01 to 8766"),
        (("backup", "enabled"), 1, r"backup.enabled=1: choose true or false"),
        (("power", "ups_min"), "15", r"power.ups_min=15: choose 0 to 240"),
        (("vms", 0, "host"), "h3", r"vms.dc1.host=h3: choose one of h1, h2"),
        (("vms", 0, "service"), "mail", r"vms.dc1.service=mail: choose one of db, dir, file, web"),
        (("vms", 0, "vcpu"), 0, r"vms.dc1.vcpu=0: choose 1 to 1024"),
        (("services", "web", "deps"), ["mail"], r"services.web.deps=mail: choose one of"),
        (("services", "web", "deps"), "db", r"services.web.deps=db: give a list of services"),
        (("services", "db", "deps"), ["web"], r"services=db, web: no service may need itself"),
        (("services", "db", "need"), 1.5, r"services.db.need=1.5: choose a whole number"),
        (("racks",), {}, r"racks={}: give a list"),
        (("hosts",), [], r"hosts=0: choose 1 to 16 hosts"),
        (("hosts", 0), 7, r"hosts=7: give an object"),
        (("colour",), 7, r"design.colour: choose among racks"),
    ],
)
def test_mistakes_are_said_with_their_place(path, value, says):
    with pytest.raises(ParameterError, match=says):
        read(changed(path, value))


def test_what_is_missing_is_said():
    data = plain(D1)
    del data["vms"]
    with pytest.raises(ParameterError, match=r"design.vms: it is missing"):
        read(data)
    data = plain(D1)
    del data["hosts"][0]["rack"]
    with pytest.raises(ParameterError, match=r"hosts.rack: it is missing"):
        read(data)
    with pytest.raises(ParameterError, match=r"design=3: give an object"):
        read(3)


def test_copies_have_rules_of_their_own():
    for values, says in (({"min_size": 4}, "storage.min_size=4: choose 1 to 3"), ({"size": 6}, "storage.size=6"), ({"domain": "room"}, "storage.domain=room")):  # fmt: skip
        with pytest.raises(ParameterError, match=says):
            replace(D2.storage, **values)


def test_a_mirror_has_two_disks():
    with pytest.raises(ParameterError, match=r"storage.disks=3: RAID 1 takes 2 to 2"):
        replace(D1.storage, raid=1, disks=3)


def test_a_ring_of_services_is_found():
    ring = tuple(Service(name=a, deps=(b,)) for a, b in ("ab", "bc", "ca"))
    with pytest.raises(ParameterError, match="services=a, b, c"):
        Design(racks=D0.racks, hosts=D0.hosts, vms=(), services=ring)


def test_only_known_machines_find_a_home():
    with pytest.raises(ParameterError, match="vm=mail1: choose among dc1"):
        machines({"mail1": "h1"})
