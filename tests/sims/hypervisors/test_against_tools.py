"""Our migration, page sharing and POPF against QEMU with KVM, Linux and a real processor.

The files and how to record them again are described in tests/transcripts/README.md.
"""

import json
import re
from pathlib import Path

import pytest

from coursekit.sims.hypervisors.guest import Guest, run
from coursekit.sims.hypervisors.isa import OPERATIONS, POPF
from coursekit.sims.hypervisors.migration import Migration, migrate
from coursekit.sims.hypervisors.samepage import merge, pace, start, write

FOLDER = Path(__file__).parents[2] / "transcripts" / "hypervisors"


def lines(name):
    return (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


MOVE = re.compile(
    r"memory (\d+) part (\d+) writes (\d+): (\w+) total-time (\d+) downtime (\d+) transferred (\d+)"
)
MOVES = [found.groups() for line in lines("migration") if (found := MOVE.fullmatch(line))]
LINK, PAUSE_MS = map(
    int, re.search(r"link (\d+) MB/s, pause allowed (\d+)", lines("migration")[0]).groups()
)


def simulated(memory, part, writes):
    params = Migration(
        memory=float(memory), writable=float(part), dirty=float(writes), bandwidth=LINK,
        pause=PAUSE_MS / 1000,
    )  # fmt: skip
    return migrate(params)


ENDED = [move for move in MOVES if move[3] == "completed"]


@pytest.mark.parametrize("memory, part, writes, _status, ms, pause, sent", ENDED)
def test_a_migration_takes_and_sends_what_qemu_did(memory, part, writes, _status, ms, pause, sent):
    """Within 6 %; QEMU ends a round when the rest fits, so only its limit binds the pause."""
    ours = simulated(memory, part, writes)

    assert ours.why == "converged"
    assert ours.total == pytest.approx(int(ms) / 1000, rel=0.06)
    assert ours.sent == pytest.approx(int(sent) / 1e6, rel=0.06)
    assert max(ours.pause * 1000, int(pause)) < 1.1 * PAUSE_MS


def test_a_migration_that_qemu_gave_up_has_no_end_here():
    """What it expected to need for a pause is what we say."""
    given_up = [move for move in MOVES if move[3] == "active"]
    assert (len(ENDED), len(given_up)) == (3, 1)
    for memory, part, writes, _status, _ms, pause, _sent in given_up:
        ours = simulated(memory, part, writes)
        assert ours.why == "max_rounds"
        assert ours.pause * 1000 == pytest.approx(int(pause), rel=0.1)


LOOK = re.compile(
    r" *([\d.]+) s: scanned (\d+), full_scans (\d+), pages_shared (\d+), pages_sharing (\d+)"
)
LOOKS = [
    tuple(map(float, found.groups())) for line in lines("ksm") if (found := LOOK.fullmatch(line))
]


def test_the_scanner_is_no_faster_than_its_settings_allow():
    scan, sleep = map(int, re.search(r"pages_to_scan (\d+), sleep_millisecs (\d+)", lines("ksm")[0]).groups())  # fmt: skip
    rates = [scanned / seconds for seconds, scanned, *_rest in LOOKS]
    assert 0.75 * pace(scan, sleep) < min(rates)
    assert max(rates) <= pace(scan, sleep)


def test_two_processes_share_what_we_say_and_a_write_parts_one_page():
    """8192 pages twice; then one process writes one of them."""
    both = merge(start([*range(8192)] * 2))
    after, copied = write(both, 0, "x")

    seen = [look[3:] for look in LOOKS]
    assert (both.shared, both.sharing) in seen
    assert seen[-1][1] == after.sharing
    assert copied


def test_popf_says_nothing_in_user_mode_here_as_there():
    """The real processor's interrupts stay on; so do those of the trapped guest's."""
    assert "POPF: interrupts 1, switched off, now 1" in lines("popf")
    assert not OPERATIONS[POPF].privileged
    ours = run(Guest(text="LI r1, 1\nPOPF r1\nHALT", way="trap"))
    assert (ours.unseen, ours.state.interrupts) == (1, False)


def for_real():
    book = json.loads((FOLDER.parents[2] / "notebooks/04-hypervisors.ipynb").read_text("utf-8"))
    return next("".join(cell["source"]) for cell in book["cells"] if cell["id"] == "for-real")


def test_the_notebook_quotes_what_was_recorded():
    told = for_real()
    for block in re.findall(r"```\n(.*?)```", told, re.DOTALL):
        for line in block.splitlines():
            assert line in [*lines("popf"), *lines("ksm")]
    for memory, part, writes, status, ms, pause, sent in MOVES:
        ours = simulated(memory, part, writes)
        row = next(line for line in told.splitlines() if line.startswith(f"| {writes} MB/s"))
        assert f"{ours.pause * 1000:.0f} · {pause}" in row
        if status == "completed":
            assert f"{ours.total:.2f} · {int(ms) / 1000:.2f}" in row
            assert f"{ours.sent:.0f} · {int(sent) / 1e6:.0f}" in row
