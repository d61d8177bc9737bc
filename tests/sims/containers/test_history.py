"""Events in order, and who started Docker's containers in a given month."""

from itertools import pairwise

import pytest

from coursekit.sims.containers.history import EVENTS, Put, drivers, fits, play
from coursekit.sims.message import ParameterError

SLUGS = [event.slug for event in EVENTS]


def test_the_events_stand_in_order():
    assert all(a.when <= b.when for a, b in pairwise(EVENTS))


@pytest.mark.parametrize(
    "year, month, who",
    [
        (2012, 12, "there is no Docker yet"),
        (2013, 3, "LXC"),
        (2014, 2, "LXC"),
        (2014, 3, "libcontainer; LXC if asked for"),
        (2016, 1, "libcontainer; LXC if asked for"),
        (2016, 2, "libcontainer"),
        (2016, 4, "containerd and runc"),
        (2026, 1, "containerd and runc"),
    ],
)
def test_docker_used_lxc_until_2014_and_could_until_2016(year, month, who):
    assert str(drivers(year, month)) == who


def test_a_card_fits_where_the_order_stays():
    lines = play(["chroot", "dockershim"], [Put("docker", 1), Put("lxc", 1), Put("oci", 1)])

    assert [line.fitted for line in lines[1:]] == [True, True, False]
    assert [event.slug for event in lines[-1].cards] == ["chroot", "lxc", "docker", "oci", "dockershim"]  # fmt: skip
    assert lines[-1].right == 2


@pytest.mark.parametrize("slug", SLUGS[1:-1])
def test_one_gap_is_right_for_each_card(slug):
    others = [event for event in EVENTS if event.slug != slug]
    event = EVENTS[SLUGS.index(slug)]

    right = [gap for gap in range(len(others) + 1) if fits(others, event, gap)]

    assert right == [SLUGS.index(slug)]


def test_bad_cards_are_refused():
    with pytest.raises(ParameterError, match="card=podman: choose one of chroot"):
        play(["podman"], [])
    with pytest.raises(ParameterError, match="card=chroot: it lies on the line already"):
        play(["chroot"], [Put("chroot", 0)])
    with pytest.raises(ParameterError, match="gap=2: choose 0 to 1"):
        play(["chroot"], [Put("docker", 2)])
