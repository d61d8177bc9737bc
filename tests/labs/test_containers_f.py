"""What the labs on density, ports, isolation and history show."""

import pytest

from coursekit.labs.containers.beside import BesideLab
from coursekit.labs.containers.density import DensityLab
from coursekit.labs.containers.history import SHUFFLED, HistoryLab
from coursekit.labs.containers.ports import PortsLab
from coursekit.sims.containers.history import EVENTS
from coursekit.sims.containers.isolation import LADDER


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


# Density


@pytest.mark.parametrize(
    ("app", "machines", "containers"),
    [(5, 109, 4232), (20, 106, 2116), (200, 81, 302), (1024, 39, 61), (4096, 13, 15)],
)
def test_the_ratio_depends_on_the_application(app, machines, containers):
    """Vector 6-V10."""
    lab = DensityLab(1)
    lab.set(app=app)

    assert items(lab)["fact0"]["text"] == f"{machines} machines"
    assert items(lab)["fact1"]["text"] == f"{containers} containers"
    x, y = lab.chart.data[-1]
    assert x[0] == app
    assert y[0] == pytest.approx(containers / machines)


@pytest.mark.parametrize(
    ("ct", "app"), [(0.0, "5.82"), (1.0, "4.81"), (2.0, "3.8"), (5.0, "0.768")]
)
def test_a_hundred_times_is_for_tiny_applications(ct, app):
    """Vector 6-V12."""
    lab = DensityLab(1)
    lab.set(ct=ct)

    assert f"for applications of at most {app} MiB" in lab.text


def test_with_the_usual_cost_of_a_container_it_is_for_none():
    assert (
        "for no application at all; a container’s own must be below 5.76 MiB" in DensityLab(1).text
    )


def test_processors_make_both_equal():
    """Vector 6-V13."""
    lab = DensityLab(1)
    lab.set(cpu=50)

    shown = items(lab)
    assert [shown[f"fact{i}"]["text"] for i in range(4)] == ["32 machines", "32 containers", "1 times more", "the processors end first"]  # fmt: skip


def test_the_bars_fill_the_memory():
    lab = DensityLab(1)
    for machines in (True, False):
        assert sum(lab.result.memory(machines).values()) == pytest.approx(64 * 1024)


def test_a_host_without_room_for_a_machine_says_so():
    lab = DensityLab(1)
    lab.set(app=4096, os=2048, M=4)

    assert lab.text == "Not one machine fits on this host."
    assert lab.tone(lab.result) == "bad"


# Beside


def test_a_kernel_that_stops_takes_all_containers_and_one_machine():
    shown = items(BesideLab(1))

    machines = [shown[f"left-4-{i}"]["text"] for i in range(3)]
    containers = [shown[f"right-3-{i}"]["text"] for i in range(3)]
    assert machines == ["✗ service 1", "service 2", "service 3"]
    assert containers == ["✗ service 1", "✗ service 2", "✗ service 3"]
    assert shown["right-1"]["text"] == "✗ host kernel"


@pytest.mark.parametrize("way", LADDER, ids=lambda way: way.slug)
def test_what_is_shared_is_one_slab_and_what_is_own_three_boxes(way):
    lab = BesideLab(1)
    lab.set(left=way.slug)

    shown = items(lab)
    for level, part in enumerate(way.parts):
        assert (f"left-{level}" in shown) == (not part.own)
        assert (f"left-{level}-2" in shown) == part.own


def test_an_intruder_is_told_the_walls():
    lab = BesideLab(1)
    lab.set(event="escape", left="process")

    first, second = lab.text.split("\n")
    assert first == "Processes: Root is root of the whole host: nothing has to be broken."
    assert second == "Containers: to get at the others, the intruder needs a hole in the host’s kernel."  # fmt: skip


def test_the_table_is_the_whole_ladder():
    lab = BesideLab(1)

    assert [row[2] for row in lab.table(lab.result).rows] == ["3 of 3 hit"] * 3 + ["1 of 3 hit"] * 3


# Ports


def test_a_published_port_leads_to_the_container():
    lab = PortsLab(1)

    assert items(lab)["fact0"]["text"] == "✓ the connection opens"
    assert [row[2] for row in lab.table(lab.result).rows] == ["192.0.2.10:8080", "172.18.0.2:80"]
    assert any(name.startswith("packet:outside-host-web") for name in items(lab))


def test_two_containers_cannot_have_one_port_of_the_host():
    lab = PortsLab(1)
    lab.set(admin="8080:9000")

    assert lab.error is not None
    assert "port=8080: 0.0.0.0:8080 of the host is given away already" in lab.text


def test_for_the_host_alone():
    lab = PortsLab(1)
    lab.set(web="127.0.0.1:8080:80")
    assert "refused" in lab.text

    lab.set(source="host", target="localhost")
    assert lab.tone(lab.result) == "ok"


def test_a_way_that_stops_at_once_is_marked():
    lab = PortsLab(1)
    lab.set(source="outside", target=":admin", port=9000)

    assert items(lab)["stops"]["text"] == "✗"
    assert "way" not in items(lab)


# History


def test_cards_put_in_the_order_of_their_dates_all_fit():
    lab = HistoryLab(1)
    waiting = [event for event in EVENTS if event.slug in SHUFFLED]
    for event in waiting:
        gap = sum(each.when < event.when for each in lab.state.cards)
        lab.do(event.slug, gap)

    assert lab.state.right == len(waiting) == 11
    assert [event.slug for event in lab.state.cards] == [event.slug for event in EVENTS]
    assert "2013: LXC; 2014: libcontainer; LXC if asked for" in lab.text
    assert not any(name.startswith("gap:") for name in items(lab))


def test_a_card_put_wrongly_goes_to_its_own_place_with_a_mark():
    lab = HistoryLab(1)
    lab.set(card="lxc", gap=3)
    lab._put(3)

    assert lab.text.startswith("LXC: not there; it was in 2008.")
    assert items(lab)["lies:lxc"]["tone"] == "bad"
    assert lab.values["card"] != "lxc", "the next one that waits is chosen"


def test_pressing_a_card_and_a_gap_does_the_same():
    lab = HistoryLab(1)
    lab._press("card:kubernetes")
    lab._press("gap:2")

    assert lab.state.fitted
    assert lab.state.last.slug == "kubernetes"


def test_a_gap_that_is_not_there_is_refused_and_nothing_changes():
    lab = HistoryLab(1)
    lab._put(9)

    assert "gap=9: choose 0 to 3" in lab.text
    assert lab.moment == 0
