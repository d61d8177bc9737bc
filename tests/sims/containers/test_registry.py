"""Registry and store: vector 6-V6, the order of requests, what is freed, the story."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.containers import registry
from coursekit.sims.containers.registry import Registry, Store, made
from coursekit.sims.containers.registrystory import IMAGES, Deed, catalogue, tell
from coursekit.sims.message import ParameterError


def all_pulled():
    return tell([Deed("pull", name) for name in IMAGES]).states[-1]


def asked(state):
    return [(each.method, each.what, each.outcome) for each in state.requests]


def test_6_v6():
    """base80+rt120+a5, base80+rt120+b7, base80+c30 MB."""
    store = all_pulled().store
    assert (store.mb, store.apart) == (242, 522)


def test_a_pull_asks_for_the_manifest_then_for_what_is_missing_lowest_layer_first():
    told = tell([Deed("pull", "shop"), Deed("pull", "blog"), Deed("pull", "blog")])

    assert asked(told.states[1]) == [
        ("GET", "manifest", "got"), ("GET", "config", "got"), ("GET", "debian base", "got"),
        ("GET", "python runtime", "got"), ("GET", "shop app", "got"),
    ]  # fmt: skip
    assert asked(told.states[2]) == [
        ("GET", "manifest", "got"), ("GET", "config", "got"), ("–", "debian base", "here"),
        ("–", "python runtime", "here"), ("GET", "blog app", "got"),
    ]  # fmt: skip
    assert [each[0] for each in asked(told.states[3])] == ["GET", "–", "–", "–"], (
        "the manifest only"
    )


def test_the_time_is_latency_and_bytes_over_the_bandwidth():
    state = tell([Deed("pull", "shop")], bandwidth=20).states[1]
    latency = 5 * registry.LATENCY_S
    assert state.seconds == pytest.approx(latency + (205 + 0.001 + 0.005) / 20)
    assert state.moved_mb == pytest.approx(205.006)


def test_a_push_asks_first_and_sends_the_layer_that_changed_and_its_config():
    state = tell([Deed("push", "shop")]).states[1]
    assert asked(state) == [
        ("HEAD", "debian base", "there"), ("HEAD", "python runtime", "there"),
        ("HEAD", "shop app v2", "missing"), ("PUT", "shop app v2", "sent"),
        ("HEAD", "config", "missing"), ("PUT", "config", "sent"), ("PUT", "manifest", "sent"),
    ]  # fmt: skip


def test_a_push_takes_three_round_trips_for_a_blob_and_one_for_what_is_there():
    state = tell([Deed("push", "shop")], bandwidth=10).states[1]
    assert state.seconds == pytest.approx(9 * registry.LATENCY_S + (5 + 0.005 + 0.001) / 10)


def test_a_registry_keeps_the_blobs_of_older_builds():
    first = tell([Deed("push", "shop")]).states
    old = first[0].registry.images["shop"]
    after = tell([Deed("push", "shop"), Deed("push", "shop")]).states[-1].registry
    assert {old.layers[-1].digest, old.config.digest} <= set(after.blobs)


def test_a_tag_that_moved_leaves_the_old_image_without_a_name():
    told = tell([Deed("pull", "shop"), Deed("push", "shop"), Deed("pull", "shop"), Deed("prune")])
    pushed, pulled, pruned = (state.store for state in told.states[2:])

    assert pushed.images["shop"].version == 1, "a push moves no image on the host"
    assert pulled.images["shop"].version == 2
    assert [each.version for each in pulled.nameless] == [1]
    assert (pulled.mb, pulled.apart) == (210, 410)
    assert (pruned.mb, pruned.nameless) == (205, ())
    assert [blob.what for blob in told.states[-1].freed] == ["shop app"]


def test_removing_frees_only_what_nobody_else_needs():
    told = tell([*(Deed("pull", name) for name in IMAGES), Deed("remove", "shop"), Deed("remove", "blog"), Deed("remove", "cache")])  # fmt: skip
    freed = [sorted(blob.what for blob in state.freed) for state in told.states[4:]]
    assert freed == [["shop app"], ["blog app", "python runtime"], ["cache server", "debian base"]]
    assert told.states[-1].store.mb == 0


def test_an_image_whose_layers_others_have_frees_nothing():
    base = made("base", [("debian base", 80)])
    store, _asked = registry.pull(all_pulled().store, Registry({"base": base}), "base", bandwidth=1)
    assert registry.remove(store, "base")[1] == ()


ACTS = st.tuples(
    st.sampled_from(["pull", "push", "remove", "prune"]), st.sampled_from(list(IMAGES))
)


@given(st.lists(ACTS, max_size=12))
def test_a_store_holds_each_layer_once_and_just_those_in_use(acts):
    deeds = []
    for kind, name in acts:
        try:
            tell([*deeds, Deed(kind, name)])
            deeds.append(Deed(kind, name))
        except ParameterError:
            continue
    states = tell(deeds).states
    for before, after in pairwise(states):
        used = {blob.digest: blob.mb for image in after.store.all for blob in image.layers}
        assert after.store.mb == sum(used.values()) <= after.store.apart
        freed = sum(blob.mb for blob in after.freed)
        fetched = sum(
            each.mb for each in after.requests if each.method == "GET" and each.digest in used
        )
        assert after.store.mb == pytest.approx(before.store.mb + fetched - freed)
        assert all(blob.digest not in used for blob in after.freed)


def test_equal_content_is_an_equal_digest():
    one, two = made("a", [("x", 1), ("y", 2)]), made("b", [("x", 1), ("y", 2)])
    assert [blob.digest for blob in one.layers] == [blob.digest for blob in two.layers]
    assert one.digest == two.digest
    assert registry.rebuilt(one).digest != one.digest
    assert registry.rebuilt(one).layers[0] == one.layers[0]


def test_who_stands_on_a_layer():
    store = all_pulled().store
    base = store.images["cache"].layers[0]
    assert [image.name for image in store.users(base.digest)] == ["shop", "blog", "cache"]


def test_a_story_says_what_happened_and_why():
    deeds = [
        Deed("pull", "shop"), Deed("pull", "blog"), Deed("pull", "blog"), Deed("push", "blog"),
        Deed("pull", "blog"), Deed("remove", "shop"), Deed("prune"),
    ]  # fmt: skip
    said = [" ".join(map(str, state.why)) for state in tell(deeds).states]

    assert said[0] == "The registry has 3 images, the host has none."
    assert said[1] == "The host has none of the 3 layers of shop: all 205 MB are downloaded."
    assert "2 of 3 layers already, by their digests: only 7 MB of 207" in said[2]
    assert said[3].endswith("nothing else is asked for.")
    assert "only the application's 7 MB are sent. The tag moved" in said[4]
    assert said[5].endswith("the old one stays without a name until it is pruned.")
    assert said[6].startswith("shop goes: 5 MB are freed (shop app)")
    assert said[7] == "Images without a name go: 7 MB are freed (blog app)."


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: tell([Deed("pull", "moon")]), "image=moon: choose one of shop"),
        (lambda: tell([Deed("sing", "shop")]), "deed=sing: choose one of pull"),
        (lambda: tell([Deed("remove", "shop")]), "image=shop: the host has –"),
        (lambda: tell([Deed("prune")]), "nameless=0: every image on the host has a name"),
        (lambda: tell([], bandwidth=0), "bandwidth=0: choose more than 0"),
        (lambda: registry.pull(Store(), catalogue(), "shop", bandwidth=1, latency=-1), "latency=-1"),
        (lambda: registry.pull(Store(), catalogue(), "moon", bandwidth=1), "image=moon: the registry has shop"),
        (lambda: made("", [("x", 1)]), "name=: an image has a name"),
        (lambda: made("a", []), "layers=0: an image has one or more"),
        (lambda: made("a", [("x", -1)]), "mb=-1"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call()
