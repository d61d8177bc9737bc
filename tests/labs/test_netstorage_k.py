"""Network storage labs on latency, storms, protocols and booting: what only they do."""

import pytest
from looking import drawn, told

from coursekit.labs.netstorage.disk import DiskLab
from coursekit.labs.netstorage.drawing import ms
from coursekit.labs.netstorage.live import LiveLab, said, shares
from coursekit.labs.netstorage.map import SIZES, MapLab
from coursekit.labs.netstorage.mount import MountLab
from coursekit.labs.netstorage.nbd import NbdLab
from coursekit.labs.netstorage.pxe import FAULTS, PxeLab
from coursekit.labs.netstorage.storm import StormLab
from coursekit.labs.netstorage.write import WriteLab
from coursekit.quizzes.netstorage import scenes as at
from coursekit.quizzes.netstorage.predictions import PREDICTIONS
from coursekit.sims.message import ParameterError
from coursekit.sims.netstorage.goodput import Link
from coursekit.sims.netstorage.latency import PARTS, Request, break_even, device, duel, remote
from coursekit.sims.netstorage.nbdtimes import RESEND_S, law
from coursekit.sims.netstorage.storm import Storm, formula_s
from coursekit.ui.progress import Progress

MINE = {
    "netstorage-disk": DiskLab,
    "netstorage-map": MapLab,
    "netstorage-storm": StormLab,
    "netstorage-nbd": NbdLab,
    "netstorage-pxe": PxeLab,
    "netstorage-mount": MountLab,
    "netstorage-live": LiveLab,
    "netstorage-write": WriteLab,
}


# All of them


@pytest.mark.parametrize("name, kind", MINE.items())
def test_before_the_prediction_the_answer_is_not_to_be_seen(name, kind, tmp_path):
    lab = kind(prediction=PREDICTIONS[name], progress=Progress(tmp_path / "progress.json"))
    assert lab.locked
    answers = {
        "netstorage-disk": ["2.09", "2.1"], "netstorage-map": ["own disk"], "netstorage-storm": ["127"],
        "netstorage-live": ["10 ms"], "netstorage-nbd": ["28"], "netstorage-pxe": ["35.7", "117,"],
        "netstorage-mount": ["nothing wrong", "lost: 1"], "netstorage-write": ["0.56", "562"],
    }[name]  # fmt: skip
    assert not [each for each in answers if each in told(lab)]
    if hasattr(lab, "go"):
        assert len(lab.timeline.labels) == 1


def test_short_times_for_reading():
    assert [ms(each) for each in (0.0000123, 0.0042, 1.5)] == ["12.3 µs", "4.2 ms", "1.5 s"]


# One request


def test_the_bars_are_the_parts_on_one_scale():
    lab = DiskLab()
    seen = drawn(lab)
    both = lab.result.duel
    longest = sum(item["w"] + 0.5 for name, item in seen.items() if name in {f"local-{p}" for p in PARTS})  # fmt: skip
    other = sum(item["w"] + 0.5 for name, item in seen.items() if name in {f"remote-{p}" for p in PARTS})  # fmt: skip
    assert other / longest == pytest.approx(both.remote.total_s / both.local.total_s, rel=0.01)
    assert seen["all-local-seek"]["text"] == "Seek 8.5 ms"
    assert "12.7 ms" in seen["fact0"]["text"]
    assert "2.09" in seen["fact3"]["text"]


@pytest.mark.parametrize(
    "scene, says",
    [(at.disk("nvme", "nvme", 0, 25), "never"), (at.disk("ram", "ram"), "no break"), (at.disk("hdd", "nvme"), "always")],
)  # fmt: skip
def test_it_says_who_wins_at_which_share(scene, says):
    lab = DiskLab()
    lab.load(lab.scenario_of(scene))
    assert says in drawn(lab)["fact3"]["text"]


def test_the_curve_meets_the_disk_at_the_break_even():
    lab = DiskLab()
    lab.set(size=1 << 20)
    (own, _y), (shares, times) = lab.chart.data[:2]
    asked = Request(size=1 << 20)
    assert own[-1] == 100
    assert times[0] == pytest.approx(1e3 * remote(Request(size=1 << 20, hit=0)).total_s)
    crossing = shares[times < _y][0]
    assert crossing - 5 < 100 * break_even(device("hdd"), asked) <= crossing


def test_a_busy_server_makes_one_wait():
    lab = DiskLab()
    lab.set(load=50, hits=0)
    bar = lab.result.duel.remote
    assert bar["queue"] == pytest.approx(device("hdd").time_s(4096))
    assert "if idle" in drawn(lab)["fact3"]["text"]
    assert "queue" in lab.text
    lab.set(mtu=9000, rtt=1.0)
    assert lab.result.request.link == Link(gbps=1, rtt_s=0.001, mtu=9000)


# Who wins


def test_each_cell_says_who_wins_there():
    lab = MapLab()
    lab.set(server="nvme", gbps=10)
    seen = drawn(lab)
    for r, c in ((0, 0), (5, 3), (10, 14), (3, 11)):
        lab._press(f"cell{r}-{c}")
        assert lab.values["size"] == SIZES[c]
        winner = duel(device("hdd"), lab.result.request).winner
        assert seen[f"cell{r}-{c}"]["text"].startswith({"local": "M", "remote": "S"}[winner])
        assert drawn(lab)[f"cell{r}-{c}"]["selected"]
    lab._set_locked(True)
    lab.update()
    lab._press("cell0-0")
    assert lab.values["size"] == SIZES[11], "no cell is chosen before the prediction"


def test_an_ssd_never_loses_to_small_requests_over_ten_gigabits():
    lab = MapLab()
    lab.load(lab.scenario_of(at.who_wins("sata_ssd", "hdd", 10)))
    letters = [drawn(lab)[f"cell{r}-3"]["text"][0] for r in range(11)]
    assert letters == ["M"] * 11
    assert "S" in drawn(lab)["cell0-12"]["text"], "large ones: the cable is faster than the SSD"


def test_the_line_parts_the_map():
    lab = MapLab()
    for c, share in enumerate(lab.result.line):
        column = [drawn(lab)[f"cell{r}-{c}"]["text"][0] for r in range(11)]  # 100 % first
        assert column == ["S" if 100 - 10 * r > 100 * share else "M" for r in range(11)]


@pytest.mark.parametrize("clients, wins", [(5, True), (6, False)])
def test_how_many_may_read_in_one_go(clients, wins):
    lab = MapLab()
    lab.load(lab.scenario_of(at.who_wins("hdd", "ram", 10, clients=clients)))
    seen = drawn(lab)
    assert (seen["stream1"]["w"] > seen["stream0"]["w"]) == wins
    assert "5.88" in lab.text


def test_the_card_is_that_of_the_simulation():
    texts = [drawn(MapLab())[f"card{k}"] for k in range(9)]
    assert [each["text"] for each in texts[:3]] == ["server"] * 3
    assert texts[2]["sub"] == "from 10 Gb/s on"
    assert {each["text"] for each in texts[6:]} == {"own disk"}


# Eight o'clock


def test_the_last_machine_is_ready_when_the_formula_says():
    lab = StormLab()
    seen = drawn(lab)
    assert "127.5" in seen["formula"]["text"]
    assert "127.5" in seen["played"]["text"]
    assert {seen[f"machine{k}"]["text"] for k in range(30)} == {"127"}
    assert seen["gate-server"]["tone"] == "bad"
    assert lab.result.formula == formula_s(Storm())


@pytest.mark.parametrize(
    "gbps, server, tight", [(1, "ram", "server"), (10, "hdd", "disk"), (100, "ram", "client")]
)
def test_the_narrowest_gate_is_marked(gbps, server, tight):
    lab = StormLab()
    lab.load(lab.scenario_of(at.storm(30, gbps, server)))
    seen = drawn(lab)
    assert [name for name in ("disk", "server", "client") if seen[f"gate-{name}"]["tone"] == "bad"] == [tight]  # fmt: skip
    assert "narrowest" in seen[f"gate-rate-{tight}"]["text"]


def test_who_comes_later_waits_less_and_the_curves_part():
    lab = StormLab()
    lab.set(jitter=600)
    told = lab.result.told
    assert told.waits_s.max() < 60 < formula_s(Storm())
    (x, first), (_x, _middle), (_xx, last) = lab.chart.data
    assert (first >= last - 1e-9).all()
    assert x[-1] == pytest.approx(told.last_s)
    assert last[-1] == pytest.approx(500)
    again = StormLab()
    again.load(lab.scenario())
    assert (again.result.told.end_s == told.end_s).all(), "the seed decides"


# Byte by byte

HANDSHAKE = 5


def test_a_read_is_asked_in_28_bytes_and_answered_in_16_and_the_data():
    lab = NbdLab()
    lab.load(lab.scenario_of(at.nbd(("read", 4096, 1024))))
    assert lab.moment == HANDSHAKE + 2
    assert drawn(lab)["fact0"]["text"] == "1040 bytes"
    lab.go(HANDSHAKE + 1)
    seen = drawn(lab)
    raw = "".join(seen[f"byte{k}"]["text"] for k in range(28))
    assert raw == "25609513" + "0000" + "0000" + f"{1:016x}" + f"{4096:016x}" + f"{1024:08x}"
    assert "byte28" not in seen
    assert [row[:2] for row in lab.table(lab.state).rows][-1] == [24, 4]


def test_a_byte_is_explained_by_its_field():
    lab = NbdLab()
    lab.load(lab.scenario_of(at.nbd(("read", 4096, 1024))))
    lab.go(HANDSHAKE + 1)
    lab._press("byte17")
    assert "Offset" in lab.text
    assert {name for name, item in drawn(lab).items() if item.get("selected")} == {*(f"byte{k}" for k in range(16, 24)), "field4"}  # fmt: skip
    lab.set(byte=200)
    assert "belongs" not in lab.text


def test_what_the_learner_asks_follows_the_handshake_or_the_example():
    lab = NbdLab()
    assert lab.moment == HANDSHAKE + 6
    lab._ask("read")
    assert lab.moment == HANDSHAKE + 8
    assert len(lab.runs) == 1
    lab.go(HANDSHAKE + 2)  # after the write of the example
    lab._text.value = "né"
    lab._ask("write")
    assert len(lab.runs) == 2
    assert lab.scenario()["actions"] == [[2, "write", 4096, "né"]]
    assert lab.state.disk.read(4096, 3) == "né".encode()
    assert "block8" in drawn(lab)
    again = NbdLab()
    again.load(lab.scenario())
    assert again.scene.items == lab.scene.items


def test_beyond_the_end_the_server_says_an_error_and_after_goodbye_nothing():
    lab = NbdLab()
    lab.load(lab.scenario_of(at.nbd(("write", 65_530, "too long for it"))))
    assert "ENOSPC" in drawn(lab)["fact3"]["text"]
    lab._ask("disc")
    lab._ask("flush")
    assert "goodbye" in lab.text


@pytest.mark.parametrize("action", [[1, "read", 4096], [1, "burn"], ["x", "flush"], [0, "flush"], [1, "write", 0, 5]])  # fmt: skip
def test_an_action_of_another_form_is_refused(action):
    lab = NbdLab()
    before = lab.scenario()
    with pytest.raises(ParameterError):
        lab.load({"actions": [action]})
    assert lab.scenario() == before


# Without a disk


def pxe_at(scene, moment=None):
    lab = PxeLab()
    lab.load({**lab.scenario_of(scene), "moment": moment})
    return lab


def test_a_boot_ends_ready_and_says_where_the_time_went():
    lab = pxe_at(at.pxe("none", block=512, size=60))
    seen = drawn(lab)
    assert seen["fact3"]["text"] == "ready"
    assert "35.7" in seen["fact1"]["text"]
    assert "37.2" in seen["phase-kernel"]["text"], "TFTP and the kernel’s own 1.5 s"
    wide = [seen[f"phase-{name}"]["w"] for name in ("kernel", "init")]
    assert wide[0] / wide[1] == pytest.approx(37.2 / 3, rel=0.05)
    assert seen["screen8"]["text"] == "diskless login:"


@pytest.mark.parametrize(
    "values, seconds", [({"block": 1468}, "12.8 s"), ({"block": 1468, "window": 16}, "1.27 s"), ({"load": "http"}, "541 ms")]
)  # fmt: skip
def test_blocks_windows_and_http_make_it_faster(values, seconds):
    assert seconds in drawn(pxe_at(at.pxe("none", **values)))["fact1"]["text"]


@pytest.mark.parametrize(
    "fault, says",
    [
        ("no_dhcp", "PXE-E51"), ("no_next_server", "PXE-E53"), ("wrong_server", "PXE-E32"), ("no_file", "PXE-T01"),
        ("udp69", "PXE-E32"), ("architecture", "black"), ("no_root", "Unable to mount root"),
    ],
)  # fmt: skip
def test_each_fault_has_its_symptom(fault, says):
    lab = pxe_at(at.pxe(fault))
    seen = drawn(lab)
    assert seen["fact3"]["text"] == "stuck"
    assert lab.tone(lab.state) == "bad"
    if fault == "architecture":
        assert "screen0" not in seen
        assert seen["black"]
    assert says in lab.text
    assert set(FAULTS) >= {fault, "none"}


def test_the_packet_of_the_moment_is_shown_by_its_fields():
    lab = pxe_at(at.pxe("none"), 3)
    seen = drawn(lab)
    assert seen["packet"]["text"] == "DHCP DISCOVER: 318 bytes"
    values = [item["text"] for name, item in seen.items() if name.startswith("field-value")]
    assert any(text.startswith("PXEClient") for text in values)
    assert sum(row[1] for row in lab.table(lab.state).rows) == 318
    assert "8" in seen["zeros"]["text"]
    lab.go(1)
    assert "no-packet" in drawn(lab)
    lab.go(27)
    assert drawn(lab)["packet"]["text"].startswith("Before: DHCP ACK")


@pytest.mark.parametrize("root", ["iscsi", "nbd"])
def test_a_block_protocol_shows_its_first_bytes(root):
    lab = pxe_at(at.pxe("none", root=root))
    login = next(k for k, s in enumerate(lab.result.states) if s.event and s.event.name == "login")
    lab.go(login)
    rows = lab.table(lab.state).rows
    assert sum(row[1] for row in rows) == len(lab.state.event.packet)
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)


def test_what_nobody_answers_ends_on_its_way():
    seen = drawn(pxe_at(at.pxe("udp69")))
    assert {name for name in seen if name.startswith("lost-")} == {f"lost-m{k}" for k in range(7, 11)}  # fmt: skip
    assert "another one" not in {item.get("text") for item in seen.values()}
    assert "another one" in {item.get("text") for item in drawn(pxe_at(at.pxe("wrong_server"))).values()}  # fmt: skip


# Two hosts


def mount_at(scene, moment=None):
    lab = MountLab()
    lab.load({**lab.scenario_of(scene), "moment": moment})
    return lab


def test_one_file_each_is_lost_in_silence():
    lab = mount_at(at.mount("iscsi"), 2)
    seen = drawn(lab)
    assert seen["A43"]["dash"]
    assert seen["B43"]["dash"]
    assert "who writes last" in lab.text
    lab.go(4)
    seen = drawn(lab)
    assert {seen[f"disk{b}"]["text"] for b in (3, 4, 43, 49)} == {"B"}, "nothing of A is left"
    assert seen["A49"]["text"] == "A", "and A does not know"
    assert "/a" in seen["lost"]["text"]
    lab.go(5)
    assert "nothing" in drawn(lab)["fact3"]["text"]
    assert lab.tone(lab.state) == "bad"


def test_with_two_files_the_check_finds_a_block_with_two_owners():
    lab = mount_at(at.mount("iscsi", files=2), 5)
    seen = drawn(lab)
    assert any("DUP" in item.get("text", "") for item in seen.values())
    assert seen["disk5"]["text"] == "B"
    assert seen["disk43"]["text"] == "A"
    lab.go(6)
    assert drawn(lab)["disk43"]["text"] == "A + ✓"
    assert "/b, /c" in drawn(lab)["lost"]["text"]


@pytest.mark.parametrize("files", [1, 2])
def test_a_server_of_files_loses_none(files):
    lab = mount_at(at.mount("nfs", files))
    seen = drawn(lab)
    assert seen["disk43"]["text"] == "A + B"
    assert not [name for name in seen if name.startswith(("A4", "B4"))], "the hosts hold no blocks"
    assert seen["lost"]["text"] == "No file is lost."
    assert lab.tone(lab.state) == "ok"


def test_arrows_show_what_was_written_just_now():
    lab = mount_at(at.mount("iscsi"), 3)
    written = {name for name in drawn(lab) if name.startswith("write")}
    assert written == {f"write{b}" for b in lab.state.written}
    assert written
    lab.go(5)
    assert not [name for name in drawn(lab) if name.startswith("write")]


# For real


def test_nothing_is_measured_before_it_is_asked_for():
    lab = LiveLab()
    assert lab.result.times == ()
    assert "press" in drawn(lab)["time-measured"]["text"]
    assert "Nothing is measured" in lab.text
    (_names, bars), (_same, line) = lab.chart.data
    assert not bars.any()
    assert line.sum() == pytest.approx(1)


def test_what_is_measured_is_near_what_the_simulation_says_and_no_part_of_the_scenario():
    lab = LiveLab()
    lab.set(delay=2.0, requests=30)
    before = lab.scenario()
    lab.ask()
    lab.wait()
    assert lab.scenario() == before
    assert len(lab.result.times) == 30
    assert min(lab.result.times) >= 0.004
    assert lab.result.median < 0.004 + 0.05
    assert "30 of 30" in drawn(lab)["fact0"]["text"]
    assert "this machine" in lab.text
    assert lab.chart.data[0][1].sum() == pytest.approx(1)
    lab.set(delay=0.0)
    assert lab.result.times == (), "other values, nothing measured"
    assert not lab.measuring


def test_a_lost_segment_is_sent_again_after_a_while():
    lab = LiveLab()
    lab.set(delay=0.0, loss=10.0, requests=25)
    lab.ask()
    lab.wait()
    seen = lab.result
    assert 1 <= seen.late < 25
    assert max(seen.times) >= RESEND_S
    assert str(seen.late) in drawn(lab)["fact3"]["text"]


def test_it_can_be_stopped_and_other_values_stop_it():
    lab = LiveLab()
    lab.set(delay=20.0, requests=200)
    for end in (lab._halt, lambda: lab.set(requests=199)):
        lab.ask()
        assert lab.measuring
        end()
        lab.wait(10)
        assert not lab._task._thread.is_alive()
        assert len(lab.result.times) < 20


def test_it_asks_nobody_before_the_prediction():
    lab = LiveLab()
    lab._set_locked(True)
    assert lab._go.disabled
    lab.ask()
    assert lab._task is None


def test_what_goes_wrong_is_said(monkeypatch):
    def broken(_seen, _seed):
        raise OSError("no port")
        yield

    monkeypatch.setattr("coursekit.labs.netstorage.live._requests", broken)
    lab = LiveLab()
    lab.ask()
    lab.wait()
    assert "no port" in lab.text


def test_shares_of_times():
    assert shares([0.00005, 0.00015, 0.00016, 9.0])[[0, 1, -1]].tolist() == [0.25, 0.5, 0.25]
    assert said(law(0.005, 0.05, 4096)).sum() == pytest.approx(1)


# One write


def write_at(scene, moment=None):
    lab = WriteLab()
    lab.load({**lab.scenario_of(scene), "moment": moment})
    return lab


@pytest.mark.parametrize("way, times, steps", [("local", "× 1", 1), ("copies", "× 6.94", 6), ("erasure", "× 10.4", 9)])  # fmt: skip
def test_a_write_ends_confirmed_after_its_rounds(way, times, steps):
    lab = write_at(at.write(way))
    assert lab.moment == steps
    seen = drawn(lab)
    assert seen["fact3"]["text"] == "confirmed"
    assert times in seen[f"total-{way}"]["text"]
    assert len(lab.table(lab.state).rows) == steps
    lab.go(steps - 1)
    assert drawn(lab)["fact3"]["text"] == "not confirmed yet"


def test_the_ladder_is_true_to_time():
    lab = write_at(at.write("copies"))
    seen, most = drawn(lab), lab._all["erasure"].total_s
    for k, step in enumerate(lab.result.steps):
        if not step.network:
            boxes = [item for name, item in seen.items() if name.startswith(f"work{k}-")]
            assert len(boxes) == len(step.at)
            assert boxes[0]["h"] == pytest.approx(380 * step.seconds / most)
            assert boxes[0]["y"] == pytest.approx(58 + 54 + 380 * step.t / most)
    assert len([name for name in seen if name.startswith("way2-")]) == 2, "to both copies at once"


def test_the_ways_are_compared_under_the_same_conditions():
    lab = write_at(at.write("copies"))
    seen = drawn(lab)
    for way in ("local", "copies", "erasure"):
        found = sum(seen[name]["w"] for name in (f"ways-{way}", f"disks-{way}") if name in seen)
        assert found / 560 == pytest.approx(lab._all[way].total_s / lab._all["erasure"].total_s, rel=0.01)  # fmt: skip
    assert "ways-local" not in seen
    lab.set(gbps=0.1)
    assert lab.result.network_s > 2 * 0.0002 + 0.0006, "at 100 Mb/s the bytes themselves take time"
    lab.set(device="hdd")
    assert drawn(lab)["disks-copies"]["w"] > 10 * drawn(lab)["ways-copies"]["w"]


def test_what_comes_after_other_values_were_chosen_is_dropped():
    lab = LiveLab()
    lab.set(delay=20.0, requests=5)
    lab.ask()
    old = lab._task
    lab.set(delay=0.0)
    lab.wait(10)
    lab._arrived(old, (9.0,), "")
    assert lab.result.times == ()
    lab.ask()
    lab.wait(10)
    lab._arrived(old, (9.0,), "")  # late, and of another asking
    assert 9.0 not in lab.result.times
    assert len(lab.result.times) == 5
