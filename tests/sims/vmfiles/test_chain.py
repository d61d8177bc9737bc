"""A chain of images: the vector of the specification, a plain dict as a second opinion, sentences."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.vmfiles import chain
from coursekit.sims.vmfiles.chain import Cost, Disk
from coursekit.sims.vmfiles.chainstory import Deed, tell, trace


def v1():
    """5-V1: a full base, then two overlays; the version is the number of the layer."""
    disk, cost = chain.snapshot(chain.full(10)), Cost()
    for layer, writes in enumerate([[(1, True), (2, True)], [(2, True), (5, False)]], start=1):
        disk = disk if layer == 1 else chain.snapshot(disk)
        for number, whole in writes:
            disk, one = chain.write(disk, number, layer, whole=whole)
            cost += one
    return disk, cost


def test_the_vector_of_the_specification():
    disk, cost = v1()
    found = [chain.read(disk, number) for number in range(6)]

    assert disk.sizes == (10, 2, 2)
    assert [(f.value, f.depth) for f in found] == [(0, 2), (1, 1), (2, 0), (0, 2), (0, 2), (2, 0)]
    assert cost == Cost(reads=1, writes=4)
    assert chain.delete(disk, 1, "down")[1].copied == 2
    assert chain.delete(disk, 1, "up")[1].copied == 1
    assert disk.bytes == 14 * 65_536


def test_a_cluster_nobody_wrote_is_zeros_behind_all_layers():
    found = chain.read(Disk(clusters=4, layers=({}, {}, {})), 3)
    assert (found.value, found.layer, found.depth) == (0, None, 2)


def test_a_partial_write_reads_only_what_is_there():
    overlay = chain.snapshot(chain.full(2))
    assert chain.write(overlay, 0, 1, whole=False)[1] == Cost(reads=1, writes=1)
    again = chain.write(overlay, 0, 1, whole=False)[0]
    assert chain.write(again, 0, 2, whole=False)[1] == Cost(writes=1)
    assert chain.write(Disk(clusters=2), 0, 1, whole=False)[1] == Cost(writes=1)


def test_without_its_base_no_state_is_left():
    """Quiz 2, prediction 4: three snapshots intact, the base damaged."""
    disk = chain.full(4)
    for _time in range(3):
        disk = chain.snapshot(disk)
    assert chain.lose(disk, 0) == ()
    assert chain.lose(disk, 2) == (0, 1)


def test_a_longer_chain_reads_more_slowly_unless_the_tables_are_cached():
    assert chain.read_us(3, 100.0, 20.0) == 160
    assert chain.read_us(3, 100.0, 0.0) == 100


ANY = st.tuples(
    st.sampled_from(["write", "part", "snapshot", "revert", "down", "up", "flatten"]),
    st.integers(0, 7),
)


@given(st.lists(ANY, max_size=40))
def test_any_sequence_reads_as_a_plain_dict_does(deeds):
    """Property of 5.6; each layer's closed state is kept beside it as a whole dict."""
    disk, states, now = Disk(clusters=8), [], {}
    for version, (kind, place) in enumerate(deeds, start=1):
        if kind in ("write", "part"):
            disk, _cost = chain.write(disk, place, version, whole=kind == "write")
            now = {**now, place: version}
        elif kind == "snapshot":
            disk, states = chain.snapshot(disk), [*states, now]
        elif kind == "revert" and states:
            layer = place % len(states)
            disk, now, states = chain.revert(disk, layer), states[layer], states[: layer + 1]
        elif kind == "flatten":
            disk, states = chain.flatten(disk)[0], []
        elif kind in ("down", "up") and (last := disk.top - (kind == "up")) >= 1:
            layer = 1 + place % last
            disk = chain.delete(disk, layer, kind)[0]
            del states[layer - (kind == "down")]  # down: the state below is overwritten
        assert disk.seen == tuple(now.get(number, 0) for number in range(8))
        assert len(states) == disk.top


@given(st.lists(st.lists(st.integers(0, 5), max_size=6), min_size=1, max_size=5))
def test_flatten_leaves_one_layer_with_the_same_reads(writes):
    disk = Disk(
        clusters=6, layers=tuple(dict.fromkeys(each, i + 1) for i, each in enumerate(writes))
    )
    flat, cost = chain.flatten(disk)

    assert flat.seen == disk.seen
    assert flat.top == 0
    assert cost.copied == len(set().union(*writes))


def test_every_small_merge_keeps_what_the_guest_sees():
    """All chains of three layers over two clusters; versions tell the layers apart."""
    small = [set(), {0}, {1}, {0, 1}]
    for base, lower, upper in product(small, repeat=3):
        layers = tuple(dict.fromkeys(each, i) for i, each in enumerate((base, lower, upper), 1))
        disk = Disk(clusters=2, layers=layers)
        (down, down_cost), (up, up_cost) = (chain.delete(disk, 1, way) for way in ("down", "up"))

        assert down.seen == up.seen == disk.seen
        assert down.layers[1] == disk.layers[2]  # the top is untouched
        assert up.layers[0] == disk.layers[0]  # and so is the base
        assert up_cost.copied == len(lower - upper) <= down_cost.copied == len(lower)


@pytest.mark.parametrize(
    "call, says",
    [
        (lambda: chain.read(Disk(clusters=4), 4), "cluster=4: choose 0 to 3"),
        (lambda: chain.write(Disk(clusters=4), -1, 1), "cluster=-1: choose 0 to 3"),
        (lambda: chain.revert(Disk(), 0), "layer=0: choose a closed layer; there is none"),
        (lambda: chain.revert(Disk(layers=({}, {})), 1), "layer=1: choose a closed layer, 0 to 0"),
        (lambda: chain.delete(Disk(), 0), "layer=0: nothing to merge yet"),
        (lambda: chain.delete(Disk(layers=({}, {})), 0, "down"), "layer=0: choose 1 to 1"),
        (
            lambda: chain.delete(Disk(layers=({}, {})), 1, "up"),
            "layer=1: nothing to merge yet",
        ),
        (lambda: chain.delete(Disk(layers=({}, {})), 1, "left"), "way=left"),
        (lambda: chain.lose(Disk(), 1), "layer=1: choose 0 to 0"),
        (lambda: chain.read_us(-1, 1, 1), "depth=-1"),
        (lambda: chain.read_us(1, -1, 1), "data_us=-1"),
        (lambda: Disk(clusters=0), "clusters=0"),
        (lambda: Disk(layers=()), "at least its base"),
        (lambda: Disk(clusters=2, layers=({2: 1},)), "cluster=2: choose 0 to 1"),
    ],
)
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()


STORY = [
    Deed("write", 0), Deed("snapshot"), Deed("write part", 0), Deed("write", 0), Deed("write part", 1),
    Deed("read", 0), Deed("read", 3), Deed("snapshot"), Deed("read", 0), Deed("pull", 1),
    Deed("snapshot"), Deed("revert", 0), Deed("commit", 1), Deed("flatten"), Deed("snapshot"), Deed("lose", 0),
]  # fmt: skip


def test_a_story_says_what_happened_and_why():
    told = tell(Disk(clusters=4), STORY)
    said = [" ".join(map(str, state.why)) for state in told.states[1:]]

    assert said[0] == "Cluster 0 is written to layer 0, the top one."
    assert (
        said[1] == "Layer 0 is frozen, layer 1 is empty and takes the writes. Nothing was copied."
    )
    assert said[2].endswith("layer 1 has not got it: the whole cluster is first read from layer 0.")
    assert said[3].endswith("overwritten in place.")
    assert said[4].endswith("no layer has it: the rest of it is zeros.")
    assert said[5] == "Cluster 0 is found in the top layer, 1."
    assert said[6] == "No layer has cluster 3: the guest reads zeros. Layers asked: 2."
    assert said[8] == "Cluster 0 is found in layer 1, 1 below the top."
    assert said[9].startswith("Layer 1 is merged up into 2. Clusters copied: 2 of 2;")
    assert said[11].startswith(
        "Back to the end of layer 0; a new empty layer takes the writes. Clusters dropped above it: 2."
    )
    assert said[13] == "What the guest sees is copied into one file that needs no other. Clusters copied: 1."  # fmt: skip
    assert said[15].startswith(
        "The file of layer 0 is lost. States that can still be restored: 0 of 2;"
    )
    assert told.states[-1].states == ()


def test_the_trace_of_a_story():
    events = trace(tell(Disk(clusters=4), STORY))
    assert [event["kind"] for event in events] == [
        "write", "snap", "write", "write", "write", "read", "read", "snap", "read", "merge",
        "snap", "revert", "merge", "merge", "snap", "lose",
    ]  # fmt: skip
    assert events[2] == {"kind": "write", "c": 0, "layer": 1, "cow": 1}
    assert events[8] == {"kind": "read", "c": 0, "depth": 1}
    assert events[9] == {"kind": "merge", "dir": "up", "copied": 2}


def test_costs_add_up_and_versions_count_the_writes():
    states = tell(Disk(clusters=4), STORY).states
    total = Cost()
    for state in states[1:]:
        total += state.cost
        assert state.total == total
    assert states[-1].writes == 4


def test_nothing_can_be_done_with_a_broken_chain():
    with pytest.raises(ParameterError, match="deed=read: the chain is broken, layer 0 is lost"):
        tell(Disk(), [Deed("lose", 0), Deed("read", 0)])
    with pytest.raises(ParameterError, match="deed=copy: choose one of write"):
        tell(Disk(), [Deed("copy")])
