"""A day with Kerberos: how many messages, who reads them, and what every fault of the clinic does."""

import pytest

from coursekit.sims.directory import kerberosclinic, kerberosplay
from coursekit.sims.directory.kerberoscard import card
from coursekit.sims.directory.kerberosplay import packets, play
from coursekit.sims.directory.kerberosworld import lab, rings
from coursekit.sims.message import ParameterError

FILES, WEB = "files.lab.example", "web.lab.example"


def ends(states):
    """How each deed ended."""
    return [each for each in states if each.done is not None]


def counts(*deeds, **more):
    states = play(lab(**more), deeds)
    found, last = [], 0
    for at, each in enumerate(states):
        if each.done is not None:
            found.append(packets(states[last : at + 1]))
            last = at + 1
    return found


def test_how_many_messages():
    assert counts(("log on",), ("open", FILES), ("open", FILES), ("open", WEB), ("read", FILES)) == [4, 4, 2, 4, 0]  # fmt: skip


def test_names_of_the_messages():
    states = play(lab(), [("log on",), ("open", FILES)])
    assert [each.packet.name for each in states if each.packet] == [
        "AS-REQ", "KRB-ERROR", "AS-REQ", "AS-REP", "TGS-REQ", "TGS-REP", "AP-REQ", "AP-REP",
    ]  # fmt: skip
    assert all(str(each.why) for each in states[1:])


def test_who_can_read_what():
    world = lab()
    states = play(world, [("log on",), ("open", FILES), ("open", WEB)])
    rows = card([each.packet for each in states if each.packet], rings(world))
    readers = {(row.packet, str(row.part), row.key): set(row.readers) for row in rows}
    listed = {key: who for key, who in readers.items() if "KDC" in who}
    assert listed == readers  # the KDC has every long key
    assert not any("listener" in who for who in readers.values())
    tgt = readers["AS-REP", "the ticket-granting ticket (TGT)", "krbtgt"]
    assert tgt == {"KDC"}
    assert readers["AS-REP", "the session key and the times, for the client", "amartin"] == {"client", "KDC"}  # fmt: skip
    assert readers["TGS-REP", "the service ticket", "files$"] == {"KDC", FILES}
    assert readers["TGS-REP", "the service ticket", "web$"] == {"KDC", WEB}
    proofs = [who for (name, part, _), who in readers.items() if name == "AP-REQ" and part.startswith("the authenticator")]  # fmt: skip
    assert proofs == [{"client", "KDC", FILES}, {"client", "KDC", WEB}]


def test_the_service_never_talks_to_the_kdc_and_no_password_travels():
    world = lab()
    states = play(world, kerberosclinic.DAY_OF_A_USER)
    for each in states:
        if each.packet:
            ends_of = {each.packet.sender, each.packet.receiver}
            assert "client" in ends_of
            assert world.typed not in repr(each.packet)


def test_a_day():
    states = ends(play(lab(), kerberosclinic.DAY_OF_A_USER))
    assert [each.done for each in states] == [
        True, True, True, True, True, True, True, True, True, True, True, True, False, True, True, True,
    ]  # fmt: skip
    kept = states[9]
    assert kept.deed == ("open", WEB) and kept.world.kdc == ""  # its ticket is in the cache
    late = states[12]
    assert late.deed == ("open", FILES) and "log on again" in str(late.why)
    assert states[11].deed == ("read", FILES) and "whatever its end" in str(states[11].why)


def test_all_controllers_die():
    deeds = [("log on",), ("open", FILES), ("down", "dc1"), ("down", "dc2"), ("open", FILES), ("open", WEB), ("log on",)]  # fmt: skip
    states = ends(play(lab(), deeds))
    assert [each.done for each in states[-3:]] == [True, False, False]
    assert str(states[-2].why) == "No KDC answers: no new ticket."
    one = ends(play(lab(), [("down", "dc1"), *deeds[:2]]))
    assert one[-1].done and one[-2].world.kdc == "dc2"


CASES = {  # name -> error, protocol, done, of the last deed
    "clock": (0, "", False), "server clock": (37, "", False), "password": (24, "", False), "disabled": (18, "", False),
    "spn missing": (7, "NTLM", True), "spn twice": (7, "NTLM", True), "spn elsewhere": (41, "", False),
    "address": (0, "NTLM", True), "group": (0, "Kerberos", False), "replay": (34, "", False),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_clinic(name):
    each = kerberosclinic.case(name)
    states = kerberosclinic.suffered(each)
    assert (states[-1].error, states[-1].protocol, states[-1].done) == CASES[name]
    assert 37 in {state.error for state in kerberosclinic.suffered(kerberosclinic.case("clock"))}
    last = kerberosclinic.healed(each)[-1]
    assert (last.error, last.protocol, last.done) == (0, "Kerberos", True)


def test_every_case_is_tried():
    assert set(CASES) == {each.name for each in kerberosclinic.CLINIC}


def test_a_client_that_takes_over_the_time_of_the_kdc_meets_the_clock_at_other_servers():
    deeds = [("clock", "client", 360), ("log on",), ("open", FILES)]
    strict = ends(play(lab(), deeds))
    assert (strict[1].done, strict[1].error) == (False, 37)
    states = play(lab(adjusts=True), deeds)
    logged, opened = ends(states)[1:]
    assert logged.done and logged.shift == -360
    assert (opened.done, opened.error, opened.packet) == (False, 37, None)
    assert [each.packet.sender for each in states if each.packet and each.error == 37] == ["dc1", FILES]  # fmt: skip


def test_a_ticket_in_the_cache_ends():
    states = ends(play(lab(), [("log on",), ("open", FILES), ("wait", 36_000), ("open", FILES), ("wait", 1), ("open", FILES)]))  # fmt: skip
    assert [each.done for each in states] == [True, True, True, True, True, False]


def test_at_its_very_end_a_ticket_still_spares_the_kdc():
    assert counts(("log on",), ("open", FILES), ("wait", 36_000), ("open", FILES))[-1] == 2


def test_renewal_seven_days_long_and_no_more():
    world = lab()
    deeds = [("log on",)]
    for _ in range(17):
        deeds += [("wait", 36_000), ("renew",)]
    states = [each for each in ends(play(world, deeds)) if each.deed[0] == "renew"]
    assert [each.done for each in states] == [True] * 16 + [False]
    assert states[15].tgt.end == 7 * 86_400 and states[16].error == 32
    assert not ends(play(world, [("renew",)]))[0].done


def test_groups_stay_those_of_the_log_on_even_when_renewed():
    case = kerberosclinic.case("group")
    deeds = [*case.deeds, ("renew",), ("open", FILES), ("log on",), ("open", FILES)]
    states = ends(play(lab(), deeds))
    assert [each.done for each in states[-4:]] == [True, False, True, True]


def test_a_late_replay_meets_the_clock():
    states = ends(play(lab(), [("log on",), ("open", FILES), ("wait", 301), ("replay",)]))
    assert states[-1].error == 37
    assert not ends(play(lab(), [("replay",)]))[0].done


def test_machines_that_are_down():
    states = ends(play(lab(), [("log on",), ("open", FILES), ("down", FILES), ("read", FILES), ("up", FILES), ("read", FILES), ("down", FILES), ("open", FILES)]))  # fmt: skip
    assert [str(each.why) for each in states[3:]] == [
        f"{FILES} does not answer.", f"{FILES} is up again.", f"There is no session with {FILES}: open the share first.",
        f"{FILES} is down.", f"{FILES} does not answer.",
    ]  # fmt: skip


def test_no_way_around_a_disabled_account():
    deeds = [("log on",), ("account", "amartin", {"disabled": True}), ("open", "10.1.0.20"), ("open", FILES)]  # fmt: skip
    by_address, by_name = ends(play(lab(), deeds))[-2:]
    assert not by_address.done and "NTLM is tried instead, and refused" in str(by_address.why)
    assert by_name.done  # the TGT was given before: nobody asks again until it ends


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (("dance",), "deed=dance: choose one of log on, open"),
        ((), r"deed=\?: choose one of"),
        (("open",), "deed=open: values expected: 1"),
        (("open", "q"), "host=q: choose one of files.lab.example"),
        (("wait", -1), "seconds=-1: choose 0 or more"),
        (("down", "q"), "machine=q: choose one of client, dc1"),
        (("account", "q", {}), "account=q: there is none"),
    ],
)
def test_what_cannot_be(deed, says):
    with pytest.raises(ParameterError, match=says):
        kerberosplay.play(lab(), [deed])
    with pytest.raises(ParameterError, match="case=q: choose one of clock"):
        kerberosclinic.case("q")
