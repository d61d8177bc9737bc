"""The office: every fault shows, is told from the others, is repaired; no question lies."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.directory import acl, badpassword, lockout, policy
from coursekit.sims.directory.badpassword import Rules
from coursekit.sims.directory.kerberosworld import CLIENT
from coursekit.sims.directory.lockout import USUAL, begin, play, shortest, symptom, tried
from coursekit.sims.directory.lockoutask import QUESTIONS, SPN, ask
from coursekit.sims.directory.lockoutfaults import FAULTS, REPAIRS, fault
from coursekit.sims.directory.office import DCS, FILES, USER, healthy
from coursekit.sims.message import ParameterError

NAMES = [each.name for each in FAULTS]
every = pytest.mark.parametrize("name", NAMES)


def test_all_is_well_without_a_fault():
    states = play(begin(), USUAL)
    assert all(each.done for each in states) and states[-1].solved


@every
def test_a_fault_shows_and_its_repairs_work(name):
    refused = tried(name)
    assert not refused.done and not refused.solved
    after = play(refused, [*(("repair", each) for each in fault(name).repairs), *USUAL])[-1]
    assert after.solved and str(after.why) == "The share is open, and the file is saved."


@every
def test_no_other_repair_helps(name):
    own = fault(name).repairs
    if name == "late":
        return  # logging on is the repair, and it is among the usual deeds
    for each in REPAIRS:
        if each.name not in own:
            assert not play(tried(name), [("repair", each.name), *USUAL])[-1].solved, each.name


def test_a_service_name_in_the_wrong_place_needs_two_repairs():
    for each in ("spn", "spn away"):
        assert not play(tried("spn elsewhere"), [("repair", each), *USUAL])[-1].solved


def test_a_new_group_waits_for_the_next_log_on():
    state = play(tried("group"), [("repair", "group"), ("open",), ("log on",), ("open",)])
    assert [each.done for each in state[1:]] == [True, False, True, True]


def test_unlocking_is_in_vain_while_the_telephone_goes_on():
    states = play(tried("phone"), [("repair", "unlock"), ("wait", 2), ("log on",)])
    assert not states[-1].done and "locked out" in str(states[-1].why)
    assert ask(states[-1].office, "events").facts["lines"] == ("18 (phone)", "18 (client)")
    both = play(tried("phone"), [("repair", "phone"), ("wait", 29), *USUAL])
    assert both[-1].solved  # the lock ends by itself


EXPECTED = {
    "clock": ("time and/or date", 37), "resolver": ("no SRV record", 0), "records": ("no SRV record", 0), "controllers": ("no name server", 0),
    "server": ("network path", 0), "port 88": ("no logon servers|logon servers", 0), "port 445": ("network path", 0), "disabled": ("disabled", 18),
    "phone": ("locked out", 18), "password": ("password is incorrect", 24), "group": ("Access is denied", 0), "late": ("Access is denied", 0),
    "deny": ("Access is denied", 0), "share": ("Access is denied", 0), "policy": ("sign-in method", 0), "spn missing": ("NTLM", 7),
    "spn twice": ("NTLM", 7), "spn elsewhere": ("target account name", 41), "address": ("NTLM", 0),
}  # fmt: skip


@every
def test_what_the_user_reads(name):
    words, error = EXPECTED[name]
    state = tried(name)
    assert any(each in str(state.why) for each in words.split("|"))
    assert state.error == error
    assert str(symptom(name)) == str(state.why)


@every
def test_every_fault_has_a_shortest_way_to_its_cause(name):
    way = shortest(name)
    assert len(way) <= 2
    heard = {other: [str(ask(tried(other).office, each).says) for each in way] for other in NAMES}
    alike = [other for other in NAMES if str(symptom(other)) == str(symptom(name))]
    assert [other for other in alike if heard[other] == heard[name]] == [name]


def test_the_ways_are_those_an_administrator_would_go():
    assert shortest("late") == ("access",)  # the lists grant it, and yet the user is denied
    assert shortest("group") == ("net user",)
    assert shortest("port 445") in {("ping",), ("port 445",)}
    assert shortest("records") == ("nslookup",)
    assert shortest("disabled") == ()


def truths(office):
    """The world read again, without the questions' code."""
    account = next(each for each in office.world.realm.accounts if each.name == USER)
    machines = (*DCS, FILES)
    down = office.world.down
    dns = office.resolver in DCS and office.resolver not in down and "53" not in office.closed
    names = {record.target for record in office.zone.get("_ldap._tcp.dc._msdcs.lab.example", ())} if dns else set()  # fmt: skip
    winner = [(step.link.gpo, step.sets["log on locally"]) for step in policy.effective(office.chain, office.gpos, "computer").steps if "log on locally" in step.sets][-1]  # fmt: skip
    return {
        "ping": {"alive": tuple(each for each in machines if each not in down)},
        "nslookup": {"targets": tuple(sorted(names))},
        "time": {"offset": office.world.clocks.get(CLIENT, 0)},
        "net user": {"disabled": account.disabled, "locked": office.watch.locked(office.now), "groups": tuple(group for group, inside in office.people.members.items() if USER in inside)},
        "password": {"right": office.world.typed == account.password},
        "gpresult": {"logon_gpo": winner[0], "who": winner[1]},
        "setspn": {"owners": tuple(each.name for each in office.world.realm.accounts if SPN in each.spns)},
        "path": {"path": office.path},
        "whoami": {"groups": office.kerberos.tgt.ticket.contents.groups if office.inside else ()},
        **{f"port {port}": {"open": port not in office.closed} for port in ("53", "88", "389", "445")},
        "access": {
            key: sum(bit for bit in (acl.READ, acl.WRITE) if acl.access(office.names, entries, bit).granted)
            for key, entries in (("share", office.share), ("ntfs", office.ntfs))
        },
    }  # fmt: skip


DEEDS = st.lists(
    st.one_of(
        st.sampled_from([("log on",), ("open",), ("wait", 3), ("wait", 45), ("type", "Rosebud-12"), ("type", "nonsense")]),
        st.tuples(st.just("repair"), st.sampled_from([each.name for each in REPAIRS])),
        st.tuples(st.just("ask"), st.sampled_from([each.name for each in QUESTIONS])),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(NAMES), DEEDS)
def test_no_question_lies_whatever_was_done(name, deeds):
    states = play(begin(name), deeds)
    for state in (states[0], states[-1]):
        for question, facts in truths(state.office).items():
            told = ask(state.office, question).facts
            assert {key: told[key] for key in facts} == facts, question
    assert states[-1].asked == sum(each[0] == "ask" for each in deeds)
    assert all(str(each.why) for each in states[1:])


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(NAMES), st.permutations([each.name for each in REPAIRS if each.name != "log off"]))  # fmt: skip
def test_all_repairs_in_any_order_repair_everything(name, repairs):
    """Except that the name of the service has to be given after it was taken away, or before: both do."""
    state = play(begin(name), [("repair", each) for each in repairs])[-1]
    unlocked = play(state, [("repair", "unlock"), *USUAL])[-1]
    assert unlocked.solved


def test_a_question_changes_nothing_but_the_time():
    state = begin("deny")
    asked = play(state, [("ask", each.name) for each in QUESTIONS])[-1]
    assert asked.asked == len(QUESTIONS)
    back = replace(asked.office.kerberos, t=state.office.kerberos.t)
    assert replace(asked.office, kerberos=back) == state.office


def test_a_repair_of_what_is_whole_says_so():
    for each in REPAIRS:
        state = play(begin(), [("repair", each.name)])[-1]
        assert not state.done and "it was so already" in str(state.why), each.name


def test_a_learner_locks_himself_out():
    tries = [("type", "nonsense"), *[("log on",)] * 6]
    states = play(begin(), tries)
    reads = [str(each.why) for each in states[2:]]
    assert all("incorrect" in each for each in reads[:5]) and "locked out" in reads[5]
    good = [("repair", "password"), ("log on",)]
    assert not play(states[-1], good)[-1].done
    assert play(states[-1], [("repair", "unlock"), *good])[-1].done
    assert play(states[-1], [("wait", 30), *good])[-1].done


def test_a_former_password_is_refused_and_does_not_lock():
    for former, locks in (("Rosebud-11", False), ("Rosebud-10", False), ("Rosebud-09", True)):
        state = play(begin(), [("type", former), *[("log on",)] * 8])[-1]
        assert state.office.watch.locked(state.office.now) is locks


def test_the_events_name_the_machine():
    assert "18 (phone)" in ask(tried("phone").office, "events").facts["lines"]
    assert ask(tried("password").office, "events").facts["lines"] == ("24 (client)",)
    assert ask(tried("spn twice").office, "events").facts["lines"] == ("7 (client)",)
    assert ask(healthy(), "events").facts["lines"] == ()


def test_a_port_closed_while_tickets_are_in_the_cache():
    used = play(begin(), USUAL)[-1]
    closed = replace(used, office=replace(used.office, closed=frozenset({"88"})))
    assert play(closed, [("open",)])[-1].done
    assert not play(closed, [("log on",)])[-1].done


def test_all_controllers_die_and_what_was_open_opens_still():
    used = play(begin(), USUAL)[-1]
    dead = replace(used, office=used.office.with_world(down=frozenset(DCS)))
    assert play(dead, [("open",)])[-1].done
    assert not play(dead, [("log on",)])[-1].done
    fresh = play(begin(), USUAL[:1])[-1]
    unused = replace(fresh, office=fresh.office.with_world(down=frozenset(DCS)))
    assert not play(unused, [("open",)])[-1].done


# --- counting wrong passwords ---


def tries(watch, *moments, dc="dc1", **more):
    for now in moments:
        watch = badpassword.tried(watch, dc, now, good=False, **more)
    return watch


def test_the_fifth_wrong_try_within_the_window_locks():
    four = tries(badpassword.watch(DCS), 0, 10, 20, 30)
    assert not four.locked(30) and tries(four, 40).locked(40)
    assert not tries(four, 60).locked(60)  # 30 minutes after the last: the count begins again
    assert tries(four, 60).counters["dc1"].bad == 1


def test_a_lock_ends_after_its_time_or_never():
    locked = tries(badpassword.watch(DCS), *range(5))
    assert locked.locked(33.9) and not locked.locked(34)
    for_good = tries(badpassword.watch(DCS, Rules(duration=0)), *range(5))
    assert for_good.locked(1e9) and not badpassword.unlocked(for_good).locked(5)
    assert not tries(badpassword.watch(DCS, Rules(tries=0)), *range(500)).locked(500)


def test_a_good_password_clears_the_count():
    watch = badpassword.tried(tries(badpassword.watch(DCS), 0, 1, 2, 3), "dc1", 4, good=True)
    assert not tries(watch, 5).locked(5)


@given(st.lists(st.sampled_from(("dc1", "dc2", "dc3")), min_size=1, max_size=20), st.booleans())
def test_the_pdc_emulator_counts_them_all_and_without_it_each_counts_alone(where, alive):
    watch = badpassword.watch(("dc1", "dc2", "dc3"))
    down = () if alive else ("dc1",)
    used = [each for each in where if each not in down]
    for now, dc in enumerate(used):
        watch = badpassword.tried(watch, dc, now, good=False, down=down)
    most = len(used) if alive else max((used.count(each) for each in used), default=0)
    assert watch.locked(len(used)) is (most >= 5)


def test_a_lock_does_not_grow_and_old_passwords_do_not_count():
    locked = tries(badpassword.watch(DCS), *range(5))
    assert tries(locked, 20) == locked
    assert tries(badpassword.watch(DCS), *range(9), remembered=True) == badpassword.watch(DCS)


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda: fault("q"), "fault=q: choose one of clock, resolver"),
        (lambda: ask(healthy(), "q"), "question=q: choose one of ping"),
        (lambda: play(begin(), [("dance",)]), "deed=dance: choose one of log on"),
        (lambda: play(begin(), [()]), r"deed=\?: choose one of"),
        (lambda: play(begin(), [("ask",)]), "deed=ask: values expected: 1"),
        (lambda: play(begin(), [("repair", "q")]), "repair=q: choose one of clock"),
        (lambda: play(begin(), [("wait", -1)]), "minutes=-1: choose 0 to 10000"),
        (lambda: lockout.shortest("q"), "fault=q: choose one of"),
        (lambda: Rules(tries=-1), "tries=-1: choose 0 to 999"),
        (lambda: Rules(window=0), "window=0: more than 0 minutes"),
        (lambda: Rules(duration=5), "duration=5: choose 0, or the window of 30 minutes or more"),
        (lambda: badpassword.watch(()), "one controller or more"),
        (lambda: tries(badpassword.watch(DCS), 0, dc="dc9"), "dc=dc9: choose one of dc1, dc2"),
    ],
)
def test_what_cannot_be(act, says):
    with pytest.raises(ParameterError, match=says):
        act()


def test_no_two_faults_are_alike():
    for one, other in itertools.combinations(FAULTS, 2):
        assert one.label.text != other.label.text
