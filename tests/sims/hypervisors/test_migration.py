"""Live migration: the vectors of the specification, the closed form, laws, then the record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.hypervisors.migration import Migration, migrate
from coursekit.sims.hypervisors.migrationstory import tell
from coursekit.sims.message import ParameterError


def moved(memory, bandwidth, dirty, writable=None, **more):
    params = Migration(
        memory=memory, bandwidth=bandwidth, dirty=dirty, writable=writable, **more
    )  # fmt: skip
    return migrate(params)


@pytest.mark.parametrize(
    "args, rounds, precopy, pause, why",
    [
        ((4096, 1000, 500), 4, 7.68, 0.256, "converged"),  # 4-V6
        ((4096, 1000, 100), 2, 4.5056, 0.04096, "converged"),  # 4-V7
        ((4096, 1000, 900), 25, 38.01949, 0.294051, "converged"),
        ((4096, 1000, 1000), 30, 122.88, 4.096, "max_rounds"),  # 4-V8
        ((4096, 1000, 2000, 512), 30, 18.944, 0.512, "max_rounds"),
        ((4096, 1000, 2000, 200), 1, 4.096, 0.2, "converged"),
        ((16384, 125, 100, 1024), 16, 170.590848, 0.28823, "converged"),  # 4-V9
        ((8192, 1250, 200), 2, 7.602176, 0.167772, "converged"),
    ],
)
def test_the_vectors(args, rounds, precopy, pause, why):
    result = moved(*args)
    assert len(result.rounds) == rounds
    assert result.precopy == pytest.approx(precopy, abs=1e-5)
    assert result.pause == pytest.approx(pause, abs=1e-6)
    assert result.why == why


def test_the_total_and_the_traffic_of_the_first_vector():
    result = moved(4096, 1000, 500)
    assert result.total == pytest.approx(7.936)
    assert result.sent == pytest.approx(7936)
    assert [each.volume for each in result.rounds] == [4096, 2048, 1024, 512]


rates = st.floats(1, 3000)
shares = st.floats(0.01, 1)


@given(memory=st.floats(10, 65536), bandwidth=rates, ratio=st.floats(0.01, 0.95))
def test_without_a_working_set_rounds_fall_by_the_ratio_of_the_rates(memory, bandwidth, ratio):
    """V_i = M·r^i (Clark et al. 2005)."""
    result = moved(memory, bandwidth, ratio * bandwidth)
    for i, each in enumerate(result.rounds):
        assert each.volume == pytest.approx(memory * ratio**i)


@given(
    memory=st.floats(10, 65536),
    bandwidth=rates,
    dirty=rates,
    share=shares,
    rounds=st.integers(0, 30),
)
def test_laws_of_pre_copy(memory, bandwidth, dirty, share, rounds):
    result = moved(memory, bandwidth, dirty, share * memory, rounds=rounds)
    assert len(result.rounds) <= rounds
    assert (result.why == "converged") == (result.last <= result.params.last_copy)
    assert result.why == "converged" or len(result.rounds) == rounds
    assert result.sent == pytest.approx(result.total * bandwidth)  # the link never rests
    assert all(each.volume <= share * memory * (1 + 1e-12) for each in result.rounds[1:])


def test_a_guest_held_back_lets_the_migration_end():
    """Rounds 1 and 2 untouched; then 20 %, and 10 % more as long as half is not reached."""
    plain, held = moved(4096, 1000, 1000), moved(4096, 1000, 1000, auto_converge=True)
    assert plain.why == "max_rounds"
    assert held.why == "converged"
    throttles = [each.throttle for each in held.rounds]
    assert throttles[:7] == [0, 0, 0.2, 0.3, 0.4, 0.5, 0.6]
    assert [each.volume for each in held.rounds[:5]] == pytest.approx(
        [4096, 4096, 4096, 3276.8, 2293.76]
    )


def test_a_guest_that_converges_is_not_held_back():
    held = moved(4096, 1000, 400, auto_converge=True)
    assert {each.throttle for each in held.rounds} == {0}
    assert held.rounds == moved(4096, 1000, 400).rounds


def test_a_guest_is_never_stopped_altogether():
    held = moved(4096, 10, 100_000, auto_converge=True)
    assert max(each.throttle for each in held.rounds) == 0.99


@pytest.mark.parametrize("dirty", [0, 500, 1000, 5000])
def test_post_copy_pauses_for_the_switch_only(dirty):
    result = moved(4096, 1000, dirty, post_copy=True, copy_first=0, switch=0.05)
    assert (result.rounds, result.pause, result.missing) == ((), 0.05, 4096)
    assert result.sent == 4096  # each page once
    assert result.exposed == pytest.approx(4.096)


def test_a_round_before_post_copy_leaves_less_to_fetch():
    result = moved(4096, 1000, 2000, 200, post_copy=True, copy_first=1)
    assert (len(result.rounds), result.missing, result.exposed) == (1, 200, 0.2)


@given(
    memory=st.floats(10, 9999), dirty=rates, share=shares, post=st.booleans(), hold=st.booleans()
)
def test_the_record_tells_the_result(memory, dirty, share, post, hold):
    params = Migration(
        memory=memory, dirty=dirty, writable=share * memory, post_copy=post, auto_converge=hold
    )
    told = tell(params)
    kinds = [state.kind for state in told.states]
    times = [state.t for state in told.states]
    assert kinds.count("round") == len(told.result.rounds)
    assert kinds[0] == "start" and kinds[-1] == "done"
    assert ("fetch" in kinds) == bool(told.result.missing)
    assert times == sorted(times)
    assert times[-1] == pytest.approx(told.result.total)
    assert told.states[-1].sent == pytest.approx(told.result.sent)
    assert [s.runs for s in told.states if s.kind == "pause"] == ["nowhere"]
    assert all(str(state.why) for state in told.states)


def test_the_record_says_what_happened():
    said = [str(state.why) for state in tell(Migration()).states]
    assert said[1].startswith("Round 1 sent 4096 MB in 4.10 s; meanwhile the guest wrote 2048 MB")
    assert "the guest stops for 0.256 s while the last 256 MB" in said[-2]
    never = [str(state.why) for state in tell(Migration(dirty=1000)).states]
    assert never[-2].startswith("After 30 rounds what is left still does not fit")


@pytest.mark.parametrize(
    "values, says",
    [
        ({"memory": 0}, "memory=0: choose more than 0"),
        ({"bandwidth": -1}, "bandwidth=-1: choose more than 0"),
        ({"dirty": -1}, "dirty=-1: choose 0 or more"),
        ({"rounds": -1}, "rounds=-1: choose 0 or more"),
        ({"memory": 100, "writable": 200}, "writable=200: more than 0 and at most the memory, 100"),
        ({"writable": 0}, "writable=0: more than 0"),
    ],
)
def test_a_bad_migration_names_the_value_and_the_rule(values, says):
    with pytest.raises(ParameterError, match=says):
        Migration(**values)
