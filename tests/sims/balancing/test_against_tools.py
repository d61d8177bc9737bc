"""nginx and HAProxy, recorded: each pick as ours, and what a crash costs."""

import re
from pathlib import Path

import pytest

from coursekit.sims.balancing.failing import lost_on_crash
from coursekit.sims.balancing.hashing import lookup, ring, server_of_ip, server_of_key
from coursekit.sims.balancing.health import Checks, detection
from coursekit.sims.balancing.turns import letters, smooth_steps, static_rr

TEXTS = Path(__file__).parents[2] / "transcripts/balancing"
KEYS = [f"k{i}" for i in range(300)]
ADDRESSES = ("192.0.2.1", "192.0.2.250", "192.168.1.10", "10.0.0.1", "10.0.1.1", "203.0.113.7")
PICKS = re.findall(r"(nginx|haproxy): (.*)\n(\w+)", (TEXTS / "picks.txt").read_text("utf-8"))
CRASH = re.compile(
    r"(\w+), (\d+) a second, retries (\d): lost (\d+) of (\d+) sent until ([\d.]+) s after the crash"
)


def ours(told, count):
    """What our simulations pick for a configuration of nginx or HAProxy."""
    weights = [int(each) for each in re.findall(r"weight[ =](\d+)", told)]
    servers = re.findall(r"[\d.]+:\d+", told)
    if told.startswith("balance static-rr"):
        return static_rr(weights, count)
    if told.startswith("ip_hash"):
        return [server_of_ip(each, weights) for each in ADDRESSES]
    if "consistent" in told:
        made = ring(servers, weights)
        return [lookup(made, key) for key in KEYS]
    if told.startswith("hash"):
        return [server_of_key(key, weights) for key in KEYS]
    down = [(0, i) for i, each in enumerate(told.split("; ")) if "down" in each]
    fails = [0] if "max_fails=2" in told else []
    steps = smooth_steps(weights, count, down=down, failing=fails, max_fails=2)
    return [step.pick for step in steps]


@pytest.mark.parametrize("tool, told, recorded", PICKS)
def test_the_tool_picks_as_we_do(tool, told, recorded):
    assert letters(ours(told, len(recorded))) == recorded


def test_every_kind_of_pick_was_recorded():
    kinds = [told.partition(";")[0] for _tool, told, _recorded in PICKS]
    assert len(PICKS) == 18
    assert {"ip_hash", "hash $arg_key", "hash $arg_key consistent", "balance static-rr"} < set(
        kinds
    )


def crashes(policy, retries=0, rate=120):
    for line in (TEXTS / "crash.txt").read_text("utf-8").splitlines():
        found = CRASH.match(line)
        if found and found.groups()[:3] == (policy, str(rate), str(retries)):
            yield int(found[4]), int(found[5]), float(found[6])


def test_a_crash_is_noticed_and_costs_what_the_formulas_say():
    """Taking turns: a quarter of the requests, until a check every 2 s has failed thrice."""
    found = detection(Checks(inter=2, fall=3))
    runs = list(crashes("roundrobin"))
    assert len(runs) == 3
    for lost, sent, seconds in runs:
        assert found.least <= seconds <= found.most
        assert lost / sent == pytest.approx(1 / 4, abs=0.02)
        assert lost == pytest.approx(lost_on_crash(120, 4, seconds), rel=0.1)


def test_least_connections_sends_most_to_the_dead_server_when_the_others_are_busy():
    busy = [lost / sent for lost, sent, _seconds in crashes("leastconn")]
    quiet = [lost / sent for lost, sent, _seconds in crashes("leastconn", rate=24)]
    assert len(busy) == len(quiet) == 3
    assert min(busy) > 0.65
    assert 0.4 < min(quiet) <= max(quiet) < min(busy)


def test_one_retry_elsewhere_saves_all():
    ((lost, _sent, _seconds),) = crashes("leastconn", retries=1)
    assert lost == 0
