"""Density: vectors 6-V10 to 6-V13, the formula against counting, the vendor's figure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.containers import density
from coursekit.sims.containers.density import Host, count
from coursekit.sims.message import ParameterError


@pytest.mark.parametrize(
    ("app", "machines", "containers", "ratio"),
    [
        (5, 109, 4232, 38.8257), (20, 106, 2116, 19.9623), (200, 81, 302, 3.7284),
        (1024, 39, 61, 1.5641), (4096, 13, 15, 1.1538),
    ],
)  # fmt: skip
def test_6_v10(app, machines, containers, ratio):
    counted = count(Host(app=app))
    assert (counted.vm, counted.ct) == (machines, containers)
    assert counted.ratio == pytest.approx(ratio, abs=5e-5)
    assert (counted.vm_bound, counted.bound) == ("memory", "memory")


def test_6_v11():
    shared, small = count(Host(app=200, s=0.5)), count(Host(app=5, os=128, vmm=20, ct=2))
    assert (shared.vm, shared.ct, round(shared.ratio, 4)) == (122, 302, 2.4754)
    assert (small.vm, small.ct, round(small.ratio, 4)) == (414, 9069, 21.9058)


def test_6_v12():
    apps = [density.largest_app(Host(ct=ct), 100) for ct in (0, 1, 2, 5)]
    assert apps == pytest.approx([5.8182, 4.8081, 3.7980, 0.7677], abs=5e-5)
    assert density.most_ct(Host(), 100) == pytest.approx(5.76)
    assert density.largest_app(Host(ct=5.76), 100) is None
    assert density.largest_app(Host(ct=10), 100) is None


def test_6_v13():
    counted = count(Host(app=200, cpu_app=0.5))
    assert (counted.vm, counted.ct, counted.ratio) == (32, 32, 1)
    assert (counted.vm_bound, counted.bound) == ("cpu", "cpu")


def test_a_tie_counts_as_memory():
    """3200 MiB for containers of 200, and 16 cores for one each."""
    host = Host(M=4096, M_hyp=0, M_host=896, app=190, ct=10, cpu_app=1)
    assert (count(host).ct, count(host).bound) == (16, "memory")


def test_a_container_of_10_mib_never_reaches_58_times():
    """6.5, question 5: even an application of nearly nothing."""
    assert density.ratio(Host(app=1e-6)) == pytest.approx(57.6, abs=1e-3)
    assert density.largest_app(Host(), 58) is None
    assert density.largest_app(Host(ct=1), 100) == pytest.approx(4.8, abs=0.05)


def test_the_vendors_figure_is_that_of_one_size():
    """14.5 times needs guests of about 32 MiB with the defaults; 200 MiB gives 3.7 times."""
    app = density.largest_app(Host(), density.VENDOR)
    assert app == pytest.approx((576 - 14.5 * 10) / 13.5)
    assert density.ratio(Host(app=app)) == pytest.approx(14.5)


HOSTS = st.builds(
    Host, app=st.floats(1, 2000), os=st.floats(0, 2000), s=st.floats(0, 1), vmm=st.floats(0, 200),
    ct=st.floats(0.1, 100),
)  # fmt: skip


@given(HOSTS, st.floats(1.01, 200))
def test_the_condition_for_a_ratio_is_that_of_the_ratio(host, wanted):
    app = density.largest_app(host, wanted)
    if app is None:
        assert density.ratio(
            Host(app=1e-9, os=host.os, s=host.s, vmm=host.vmm, ct=host.ct)
        ) <= wanted * (1 + 1e-6)
        return
    at = {"os": host.os, "s": host.s, "vmm": host.vmm, "ct": host.ct}
    assert density.ratio(Host(app=app, **at)) == pytest.approx(wanted, rel=1e-6)
    assert density.ratio(Host(app=app * 1.1, **at)) <= wanted


@given(HOSTS, st.one_of(st.just(0.0), st.floats(0.01, 4)), st.floats(1, 4))
def test_what_is_counted_fits_and_one_more_does_not(host, cpu, over):
    host = Host(app=host.app, os=host.os, s=host.s, vmm=host.vmm, ct=host.ct, cpu_app=cpu, o=over)
    counted = count(host)
    for n, each, bound in (
        (counted.vm, host.vm, counted.vm_bound),
        (counted.ct, host.container, counted.bound),
    ):
        assert n * each <= (host.M - 2048) * (1 + 1e-8)
        assert n * cpu <= host.C * over * (1 + 1e-8)
        one_more = (n + 1) * (each if bound == "memory" else cpu)
        assert one_more > (host.M - 2048 if bound == "memory" else host.C * over)
    assert counted.vm <= counted.ct or host.vm < host.container


def test_where_processors_stop_setting_the_number():
    host = Host(cpu_app=0.1)
    app = density.break_app(host)
    assert app == pytest.approx(63_488 / 160 - 10)
    assert count(Host(cpu_app=0.1, app=app * 0.99)).ct == 160
    assert count(Host(cpu_app=0.1, app=app * 0.98)).bound == "cpu"
    assert count(Host(cpu_app=0.1, app=app * 1.01)).bound == "memory"
    assert density.break_app(Host()) is None
    assert density.break_app(Host(cpu_app=0.001)) is None


def test_a_host_too_small_for_a_machine_has_no_ratio():
    assert count(Host(M=2100, app=10)).ratio is None
    assert density.curve(Host(), (5, 200))[1].ct == 302


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"app": 0}, "app=0: choose more than 0"), ({"o": 0}, "o=0"), ({"C": -1}, "C=-1"),
        ({"M": 0}, "M=0"), ({"s": 1.5}, "s=1.5: choose 0 to 1"), ({"ct": -1}, "ct=-1"),
        ({"M_hyp": 70_000}, "M_hyp=70000: no more than the host has, M=65536"),
        ({"M_host": 70_000}, "M_host=70000"), ({"cpu_app": -1}, "cpu_app=-1"),
    ],
)  # fmt: skip
def test_a_bad_value_names_its_rule(change, says):
    with pytest.raises(ParameterError, match=says):
        Host(**change)


@pytest.mark.parametrize("call", [density.largest_app, density.most_ct])
def test_a_ratio_is_more_than_one(call):
    with pytest.raises(ParameterError, match="ratio=1: choose more than 1"):
        call(Host(), 1)
