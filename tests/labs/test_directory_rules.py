"""Directory labs on policies, roles and the locked-out: what only they do."""

import pytest
from looking import drawn, press

from coursekit.labs.directory.fsmo import FsmoLab
from coursekit.labs.directory.lockout import LockoutLab
from coursekit.labs.directory.policy import PolicyLab
from coursekit.quizzes.directory import scenes as at
from coursekit.sims.directory import lockout
from coursekit.sims.directory.domainstate import POOL, ROLES
from coursekit.sims.directory.fsmoplay import OPERATIONS, SPANS, Deed, missed, tell
from coursekit.sims.directory.lockoutfaults import fault
from coursekit.sims.directory.lockoutplay import CASES, CAUSES, REPAIRS
from coursekit.sims.directory.lockoutplay import QUESTIONS as ASKED
from coursekit.sims.directory.lockoutplay import Deed as Try
from coursekit.sims.directory.lockoutplay import tell as diagnose
from coursekit.sims.directory.policyplay import BLOCKS, LOOPBACKS, ORDERS, SETTINGS, ask
from coursekit.sims.message import ParameterError

# Policies


def shown_policies(lab):
    """What the picture says: policies in the order of application, and who won each setting."""
    seen = drawn(lab)
    turns = [seen[f"turn{row}"]["text"].split() for row in range(len(lab.result.rows))]
    won = {name: seen[f"won{column}"].get("sub") for column, name in enumerate(SETTINGS)}
    return [gpo for sign, gpo in turns if sign != "✗"], won


@pytest.mark.parametrize("values, order", [
    ({}, "LOCAL SITE SEC DDP UNIT LEAF"),
    ({"order": "sec_first"}, "LOCAL SITE DDP SEC UNIT LEAF"),
    ({"block": "leaf"}, "LOCAL LEAF"),
    ({"block": "ou"}, "LOCAL UNIT LEAF"),
    ({"block": "leaf", "enforce_domain": True}, "LOCAL LEAF SEC DDP"),
    ({"block": "leaf", "enforce_ou": True}, "LOCAL LEAF UNIT"),
    ({"enforce_domain": True, "enforce_ou": True}, "LOCAL SITE LEAF UNIT SEC DDP"),
    ({"filter": True}, "LOCAL SITE SEC DDP UNIT"),
    ({"loopback": "replace"}, "LOCAL SITE SEC DDP KIOSK"),
    ({"loopback": "merge"}, "LOCAL SITE SEC DDP UNIT LEAF LOCAL SITE SEC DDP KIOSK"),
])  # fmt: skip
def test_policies_in_the_order_in_which_they_are_applied(values, order):
    lab = PolicyLab()
    lab.set(**values)
    found, won = shown_policies(lab)
    assert found == order.split()
    wallpaper = {"LOCAL", "DDP", "UNIT", "LEAF", "KIOSK"}
    assert won["wallpaper"] == [each for each in found if each in wallpaper][-1]


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("loopback", LOOPBACKS)
def test_the_last_that_sets_a_thing_wins_it(block, order, loopback):
    for domain in (True, False):
        for unit in (True, False):
            asked = ask(block=block, order=order, loopback=loopback, enforce_domain=domain, enforce_ou=unit)  # fmt: skip
            for name in SETTINGS:
                last = [row.step.link.gpo for row in asked.rows if row.step.counts and name in row.sets]  # fmt: skip
                if last:
                    assert asked.outcome.settings[name].winner == last[-1]
            if domain and loopback == "none":
                first = "DDP" if order == "ddp_first" else "SEC"
                assert asked.applied[-1] == first, "what the domain enforces comes last"


def test_a_policy_is_enforced_and_a_unit_blocks_when_it_is_pressed():
    lab = PolicyLab()
    lab._press("place-Sales")
    assert lab.values["block"] == "leaf"
    assert "SITE, SEC, DDP, UNIT" in lab.text
    lab._press("gpo-DDP")
    assert lab.values["enforce_domain"]
    assert "passes every block" in lab.text
    assert drawn(lab)["gpo-DDP"]["fill"] == "solid"
    lab._press("gpo-LEAF")  # a policy that cannot be enforced here
    lab._press("place-Sales")
    lab._press("gpo-SEC")
    assert (lab.values["block"], lab.values["enforce_domain"]) == ("none", False)


def test_passwords_of_the_domain_follow_the_domain_only():
    lab = PolicyLab()
    row = lab.table(lab.result).rows[-1]
    assert row[:2] == ["DDP", "account policy"]
    assert "12" in row[3]
    assert lab.result.rivals == ("LEAF",)
    said = " ".join(str(item.get("text")) for name, item in drawn(lab).items() if name.startswith("accounts"))  # fmt: skip
    assert "LEAF does not" in said


def test_a_policy_of_the_pcs_list_says_so():
    lab = PolicyLab()
    lab.set(loopback="merge")
    whys = [row[4] for row in lab.table(lab.result).rows][: len(lab.result.rows)]
    assert [each.startswith("PC’s list: ") for each in whys] == [False] * 6 + [True] * 5
    lab.set(loopback="replace")
    assert all(row.computer for row in lab.result.rows)
    lab.set(loopback="none")
    assert not any(row.computer for row in lab.result.rows)
    with pytest.raises(ParameterError, match="loopback=often"):
        ask(loopback="often")


# Roles


def failing(lab):
    """Operations whose lamp is red."""
    seen = drawn(lab)
    return [name for row, name in enumerate(OPERATIONS) if seen[f"deed{row}"]["tone"] == "bad"]


def after(*deeds, **values):
    lab = FsmoLab()
    lab.load(lab.scenario_of(at.fsmo(*deeds, **values)))
    return lab


def test_on_the_same_day_hardly_anything_is_missed():
    lab = after(("down", "all"), ("try", "log on"), ("try", "create"))
    assert failing(lab) == ["new password", "policy", "extend", "add domain"]
    assert drawn(lab)["fact0"]["text"] == "tasks done: 0 of 5"
    assert f"{POOL - 1} more" in lab.text
    assert lab.said.tone == "ok"


def test_a_month_later_the_pools_are_empty_and_the_clocks_too_far_apart():
    lab = after(("down", "all"), ("wait", 7), ("wait", 30))
    assert failing(lab) == [each for each in OPERATIONS if each != "rename elsewhere"]
    assert drawn(lab)["dc-dc2"]["sub"] == "RIDs left: 0"
    assert "no RID left" in lab.text
    lab = after(("down", "all"), ("wait", 7), ("wait", 30), per_day=0)
    assert "create" not in failing(lab), "whoever creates nobody needs no numbers"


@pytest.mark.parametrize("role", ROLES)
def test_what_the_picture_says_is_missed_is_what_the_deeds_show(role):
    """One role's holder down for a week, alone: the lamps are the cells of the table."""
    shared = {
        "schema": "naming",
        "naming": "schema",
        "rid": "infrastructure",
        "infrastructure": "rid",
    }
    lab = after(*([("transfer", shared[role], "dc3")] if role in shared else []), ("down", role), ("wait", 7), holders="three")  # fmt: skip
    seen = drawn(lab)
    text = seen[f"miss-{role}-1"]["text"]
    assert set(failing(lab)) == set(missed(role, SPANS[7]))
    assert (text == "nothing") == (not failing(lab))


def test_a_task_is_transferred_only_from_one_who_is_alive():
    lab = after(("down", "all"))
    lab.set(role="rid", dc="dc2")
    press(lab)["Transfer the task"]()
    assert "a transfer needs both alive" in lab.text
    press(lab)["Seize the task"]()
    assert [each.name for each in lab.state.domain.holders("rid")] == ["dc1", "dc2"]
    lab = after(("transfer", "pdc", "dc3"))
    assert [each.name for each in lab.state.domain.holders("pdc")] == ["dc3"]
    lab._press("role-pdc")
    assert lab.values["role"] == "pdc"
    press(lab)["Seize the task"]()
    assert "transfer it, do not seize it" in lab.text


def test_a_seized_task_whose_old_holder_returns_gives_numbers_twice():
    deeds = [("down", "all"), ("seize", "rid", "dc2"), ("wait", 7), ("up", "all"), ("wait", 7), ("wait", 7)]  # fmt: skip
    lab = after(*deeds)
    assert lab.state.domain.twice > 0
    assert "given to two accounts" in lab.text
    assert drawn(lab)["second-rid-dc2"]["tone"] == "bad"
    assert drawn(lab)["fact0"]["text"] == "tasks done by two: 1"
    fresh_one = [*deeds[:3], ("seize", "pdc", "dc2"), ("seize", "schema", "dc2"), ("seize", "naming", "dc2"), ("seize", "infrastructure", "dc2"), ("rebuild", "dc1"), *deeds[4:]]  # fmt: skip
    lab = after(*fresh_one)
    assert lab.state.domain.twice == 0
    assert lab.state.doubles == ()


def test_all_tasks_are_moved_at_once():
    lab = FsmoLab()
    lab.set(role="all", dc="dc3")
    press(lab)["Transfer the task"]()
    assert lab.state.domain["dc3"].believes == set(ROLES)
    assert lab.moment == len(ROLES)
    lab._press("dc-dc3")
    assert not lab.state.domain["dc3"].up
    lab._press("dc-dc3")
    assert lab.state.domain["dc3"].up


def test_the_infrastructure_master_is_needed_only_where_a_catalog_is_missing():
    assert failing(after()) == []
    assert failing(after(catalogs=False)) == ["rename elsewhere"]
    assert failing(after(("transfer", "infrastructure", "dc2"), catalogs=False)) == []
    assert drawn(after(catalogs=False))["miss-infrastructure-0"]["text"] == "names"
    assert drawn(after())["miss-infrastructure-2"]["text"] == "nothing"


@pytest.mark.parametrize("deed, rule", [
    (("try", "sing"), "operation=sing"), (("wait", 0), "days=0"), (("down", "dc9"), "where=dc9"),
    (("seize", "king", "dc2"), "role=king"), (("transfer", "rid", "dc9"), "where=dc9"),
])  # fmt: skip
def test_a_deed_that_cannot_be_is_refused_with_the_rule(deed, rule):
    with pytest.raises(ParameterError, match=rule):
        tell([Deed(*deed)])
    with pytest.raises(ParameterError, match=rule):
        after(deed)


# Locked out


def locked_out(case, *deeds, **values):
    lab = LockoutLab()
    scene = at.lockout(case, *deeds)
    scenario = lab.scenario_of(scene)
    lab.load({**scenario, "values": {**scenario["values"], **values}})
    return lab


@pytest.mark.parametrize("case, cause", list(enumerate(CASES, 1)))
def test_each_case_is_found_with_three_questions_and_mended_by_its_repairs(case, cause):
    questions = [("ask", each) for each in lockout.shortest(cause)]
    assert len(questions) <= 3
    lab = locked_out(case, *questions, strike=True)
    assert lab.state.fits == (cause,)
    assert drawn(lab)["fact3"]["text"] == "causes that fit: 1"
    assert not lab.state.solved
    for each in fault(cause).repairs:
        lab.set(repair=each)
        press(lab)["Make the repair"]()
    assert lab.state.solved
    assert lab.state.needless == 0
    assert lab.said.tone == "ok"
    assert str(CAUSES[cause]) in lab.text
    assert f"({len(questions)} would do)" in drawn(lab)["fact1"]["text"]


@pytest.mark.parametrize("case, cause", list(enumerate(CASES, 1)))
def test_no_other_repair_mends_a_case(case, cause):
    for repair in REPAIRS:
        if repair.name not in fault(cause).repairs:
            end = diagnose(case, [Try("try", repair.name)]).states[-1]
            assert not end.solved, repair.name
            assert end.needless == 1


@pytest.mark.parametrize("cause", CAUSES)
def test_an_answer_never_rules_out_what_is_the_case(cause):
    everything = [each.name for each in ASKED]
    alone = lockout.fitting(cause, everything)
    assert alone == (cause,), "all answers together tell it from every other"
    for question in everything:
        assert set(alone) <= set(lockout.fitting(cause, [question])) <= set(lockout.fitting(cause))


def test_a_question_is_asked_by_pressing_it():
    lab = locked_out(9, strike=True)
    assert drawn(lab)["fact3"]["text"] == "causes that fit: 4"
    lab._press(f"ask{[each.name for each in ASKED].index('net user')}")
    assert "Member of: G_Temps" in lab.text
    assert "1 cause fits" in lab.text
    seen = drawn(lab)
    left = [name for row, name in enumerate(CAUSES) if not seen[f"cause{row}"]["faded"]]
    assert left == ["group"]
    lab.set(strike=False)
    assert not any(item.get("faded") for item in drawn(lab).values())


def test_who_mends_the_sign_and_not_the_cause_is_told_so():
    lab = locked_out(5, ("try", "unlock"))
    assert (lab.state.works, lab.state.solved) == (True, False)
    assert "An hour later it does not" in lab.text
    assert lab.said.tone == "warn"
    lab.set(repair="phone")
    press(lab)["Make the repair"]()
    assert lab.state.solved


def test_another_person_is_another_case():
    lab = locked_out(2, ("ask", "ping"), ("try", "unlock"))
    assert lab.state.needless == 1
    lab.set(case=3)
    assert (lab.state.notes, len(lab.result.states)) == ((), 1)
    lab.set(strike=True)
    lab._press("ask0")
    assert lab.state.asked == 1
    press(lab)["The user tries again"]()
    assert lab.state.words.text == "Access is denied."
    again = LockoutLab()
    again.load(lab.scenario())
    assert again.state == lab.state


def test_what_cannot_be_asked_or_tried_is_refused():
    with pytest.raises(ParameterError, match="question=weather"):
        locked_out(1, ("ask", "weather"))
    with pytest.raises(ParameterError, match="repair=pray"):
        locked_out(1, ("try", "pray"))
    with pytest.raises(ParameterError, match="case=13"):
        locked_out(13)
    with pytest.raises(ParameterError, match="case=0"):
        diagnose(0)
