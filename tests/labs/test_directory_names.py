"""Directory labs on names, filters, rights and tickets: what only they do."""

import pytest
from looking import drawn, fits, press

from coursekit.labs.directory.acl import AclLab
from coursekit.labs.directory.dn import DnLab, read
from coursekit.labs.directory.filter import FilterLab
from coursekit.labs.directory.groups import PEOPLE, GroupsLab
from coursekit.labs.directory.kerberos import KerberosLab
from coursekit.labs.directory.locator import LocatorLab
from coursekit.labs.directory.ports import PortsLab
from coursekit.labs.directory.tickets import TicketsLab
from coursekit.labs.directory.tree import TreeLab
from coursekit.quizzes.directory import scenes as at
from coursekit.sims.directory import dn
from coursekit.sims.directory.acl import access
from coursekit.sims.directory.acllists import LISTS, TOKENS, WANTS, ask, moved_up, ordered
from coursekit.sims.directory.groupsplay import RESOURCES
from coursekit.sims.directory.kerberosstory import FAULTS
from coursekit.sims.directory.locatorplay import ADDRESSES, DEAD
from coursekit.sims.directory.locatorplay import tell as search
from coursekit.sims.directory.ports import FLOWS
from coursekit.sims.directory.ticketday import Day
from coursekit.sims.directory.ticketday import tell as day
from coursekit.sims.directory.treeplay import Deed, tell
from coursekit.sims.message import ParameterError

# Filters


def test_the_value_of_each_node_and_who_comes_back():
    lab = FilterLab(program="(&(sn=m*)(!(department=IT)))")
    seen = drawn(lab)
    assert [seen[f"value{row}"]["text"] for row in range(4)] == ["U", "T", "U", "U"]
    assert "Nothing comes back" in lab.text
    assert "knows no attribute department" in lab.text
    lab._run_text("(&(sn=m*)(!(mail=*)))")
    assert lab.result.found == (7,)
    assert drawn(lab)["entry7"]["sub"] == "comes back"
    assert "IS NOT NULL" in " ".join(item["text"] for name, item in drawn(lab).items() if name.startswith("sql-right-line"))  # fmt: skip


def test_an_absent_attribute_is_false_so_that_its_not_is_true():
    lab = FilterLab()
    lab.load(lab.scenario_of(at.search(at.ABSENT, 5)))
    assert lab.result.found == (1, 2, 3, 5, 7, 8)
    lab._press("entry4")
    assert lab.values["entry"] == 4
    assert drawn(lab)["value0"]["text"] == "F"


@pytest.mark.parametrize("base, scope, found", [("paris", "base", (2,)), ("paris", "one", (4, 5)), ("paris", "sub", (2, 4, 5)), ("lyon", "sub", (3, 6, 7))])  # fmt: skip
def test_the_scope_of_a_search(base, scope, found):
    lab = FilterLab(program="(objectClass=*)")
    lab.set(base=base, scope=scope)
    assert lab.result.found == found
    outside = {f"entry{number}" for number in range(1, 9) if number not in found}
    assert {name for name, item in drawn(lab).items() if name.startswith("entry") and item.get("faded")} == outside  # fmt: skip


def test_a_filter_with_a_mistake_is_explained_and_the_picture_stays():
    lab = FilterLab(program="(sn=Martin)")
    said = lab._run_text("(cn=Bob (temp) Durand)")
    assert "place 8" in said
    assert lab.program == "(sn=Martin)"


# Names


def test_names_that_are_the_same_have_the_same_letter():
    names = read("CN=a,DC=x\ncn=A , dc=X\nCN=b,DC=x")
    assert [each.letter for each in names] == ["A", "A", "B"]
    lab = DnLab()
    assert "Lines 1, 2 name the same object." in lab.text
    assert drawn(lab)["part0-0"]["text"] == "CN · Smith, James"


def test_an_error_is_marked_at_its_place():
    lab = DnLab(program="CN=a;b,DC=x")
    seen = drawn(lab)
    assert (seen["before0"]["text"], seen["sign0"]["text"], seen["after0"]["text"]) == ("CN=a", ";", "b,DC=x")  # fmt: skip
    assert "no names: 1" in seen["fact3"]["text"]
    assert seen["why0-0"]["text"].startswith("';' needs a backslash")
    with pytest.raises(ParameterError, match="names=9"):
        lab.load({"program": "\n".join(["DC=x"] * 9)})


# The forest


def test_a_move_changes_the_name_and_nothing_else():
    lab = TreeLab()
    lab.load({"actions": [[1, "move", "Alice Martin", "Lyon"]]})
    found = {row[0]: row[3] for row in lab.table(lab.state).rows}
    assert (found["DN"], found["GUID"], found["SID"], found["groups"]) == ("changed", "the same", "the same", "the same")  # fmt: skip
    assert found["folder"] == "is Alice Martin"


def test_a_name_made_again_is_another_object():
    lab = TreeLab()
    press(lab)["Delete it"]()
    assert drawn(lab)["fact2"]["text"] == "tombstones: 1"
    lab.set(new="Alice Martin")
    press(lab)["Make a new object"]()
    found = {row[0]: row[3] for row in lab.table(lab.state).rows}
    assert (found["GUID"], found["SID"]) == ("changed", "changed")
    assert found["folder"] == "a SID that nobody has"


def test_a_renamed_object_is_followed_under_its_new_name():
    lab = TreeLab()
    press(lab)["Rename it"]()
    assert lab.values["object"] == "Alice Durand"
    found = {row[0]: row for row in lab.table(lab.state).rows}
    assert found["SID"][3] == "the same"
    assert found["groups"][2] == "G_Paris"
    assert found["folder"][3] == "is Alice Durand"


def test_a_deed_that_cannot_be_done_says_why():
    lab = TreeLab()
    lab.set(to="Students")
    press(lab)["Move it to the unit"]()
    assert "another domain, edu.lab.example" in lab.text
    with pytest.raises(ParameterError, match="no object"):
        lab.load({"actions": [[1, "move", "Nobody", "Lyon"]]})
    with pytest.raises(ParameterError, match="it is no unit"):
        tell([Deed("move", "Alice Martin", "Bob Durand")])


def test_identities_are_never_given_twice():
    deeds = [Deed("create", "user", "Nina Leroy", "Paris"), Deed("delete", "Nina Leroy"), Deed("create", "user", "Nina Leroy", "Paris")]  # fmt: skip
    states = tell(deeds).states
    one, two = states[1].find("Nina Leroy")[1], states[3].find("Nina Leroy")[1]
    assert one.sid != two.sid
    assert one.guid != two.guid
    assert dn.same(one.dn, two.dn)
    assert states[2].dead(one.guid)


def test_an_object_is_followed_by_pressing_it():
    lab = TreeLab()
    at_ = next(name for name, label in lab._pressable.items() if label == "Emma Roux")
    lab._press(at_)
    assert lab.values["object"] == "Emma Roux"
    assert drawn(lab)[at_]["selected"]


# Rights


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("user", TOKENS)
@pytest.mark.parametrize("want", WANTS)
@pytest.mark.parametrize("way", ["local", "network"])
def test_each_list_is_drawn_and_judged(name, user, want, way):
    lab = AclLab()
    lab.set(list=name, user=user, want=want, way=way)
    folder = LISTS[name]
    may = access(TOKENS[user], folder.ntfs, WANTS[want], folder.owner).granted
    if way == "network":
        may = may and access(TOKENS[user], folder.share, WANTS[want]).granted
    assert drawn(lab)["fact1"]["text"] == ("granted" if may else "denied")
    for narrow in (True, False):
        lab.scene.narrow = narrow
        drawn(lab)
        fits(lab)


def test_an_entry_moves_up_and_the_answer_changes():
    lab = AclLab()
    lab.set(list="deny first", want="RW")
    assert lab.said.tone == "bad"
    lab._press("ntfs-entry1")
    assert lab.values["order"] == moved_up(3, 0, 1)
    assert drawn(lab)["ntfs-entry0"]["title"] == "1. allow alice: RW"
    assert lab.said.tone == "ok"
    assert drawn(lab)["fact3"]["text"] == "not the order of tools"
    lab.set(list="teams")
    assert lab.values["order"] == 0, "another list is shown as it is stored"


def test_orders_are_permutations():
    entries = LISTS["deny last"].ntfs
    assert len({ordered(entries, number) for number in range(6)}) == 6
    assert ordered(entries, 0) == entries
    there = moved_up(3, 4, 2)
    assert moved_up(3, there, 2) == 4
    with pytest.raises(ParameterError, match="order=6"):
        ordered(entries, 6)
    with pytest.raises(ParameterError, match="place=0"):
        moved_up(3, 0, 0)


def test_the_share_and_the_folder_must_both_allow():
    assert ask("share", "alice", "RW").granted
    found = ask("share", "alice", "RW", network=True)
    assert not found.granted
    assert not found.share.granted
    assert found.check.granted
    lab = AclLab()
    lab.set(list="share", want="RW", way="network")
    assert "The list of the share refuses." in lab.text


# Groups


def test_domain_local_groups_count_in_their_own_domain():
    lab = GroupsLab()
    lab.load(lab.scenario_of(at.groups(("logon", "alice"), resource="b")))
    seen = drawn(lab)
    assert seen[f"p{PEOPLE.index(RESOURCES['a'][1])}"]["sub"] == "does not count here"
    assert seen["left0"]["text"].startswith("✗ A\\DL_Share_RW is domain local")
    assert seen["fact1"]["text"] == "the share opens"
    assert {item["text"] for name, item in seen.items() if name.startswith("token") and "text" in item} >= {"alice", "G_Sales", "U_AllSales", "B\\DL_Share_R"}  # fmt: skip


def _place(name):
    from coursekit.labs.directory.groups import PEOPLE

    return PEOPLE.index(name)


def test_a_token_is_that_of_the_log_on():
    lab = GroupsLab()
    lab.load(lab.scenario_of(at.groups(*at.LATE)))
    assert lab.said.tone == "bad"
    assert "log on again" in lab.text
    press(lab)["The user logs on"]()
    assert lab.said.tone == "ok"
    assert "log on again" not in lab.text


def test_a_refused_membership_says_why():
    lab = GroupsLab()
    lab.set(member="U_AllSales", group="G_Sales")
    press(lab)["Put the member into the group"]()
    assert "takes accounts and global groups only" in lab.text
    assert "U_AllSales" not in lab.state.world.members["G_Sales"]
    with pytest.raises(ParameterError, match="it is not in"):
        lab.load({"actions": [[1, "remove", "bob", "G_Sales"]]})
    with pytest.raises(ParameterError, match="user=G_Sales"):
        lab.load({"actions": [[1, "logon", "G_Sales"]]})


# Ports


@pytest.mark.parametrize("port", [flow.port.partition("-")[0] for flow in FLOWS])
def test_a_port_is_closed_by_pressing_it(port):
    lab = PortsLab()
    lab._press(f"closed{port}")
    assert lab.values[f"closed{port}"]
    assert drawn(lab)[f"closed{port}"]["tone"] == "bad"
    broken = sum(not each.works for each in lab.result)
    assert drawn(lab)["fact1"]["text"] == f"works: {11 - broken} of 11"
    lab._press(f"closed{port}")
    assert "everything works" in lab.text


def test_tickets_in_the_cache_spare_kerberos():
    lab = PortsLab()
    lab.load(lab.scenario_of(at.ports(88, kept=True)))
    works = {each.operation.name: each.works for each in lab.result}
    assert (works["open share"], works["new share"], works["log on"]) == (True, False, False)
    assert "open a share whose ticket is in the cache" in lab.text
    lab.set(kept=False)
    assert not next(each for each in lab.result if each.operation.name == "open share").works


# The locator


@pytest.mark.parametrize("site", ADDRESSES)
@pytest.mark.parametrize("dead", DEAD)
def test_the_search_ends_with_somebody_who_is_alive_or_with_nobody(site, dead):
    lab = LocatorLab()
    lab.set(site=site, dead=dead, draw=37)
    lab.go(len(lab.result.states) - 1)
    found = lab.result.location.found
    assert (found == "") == (dead == "all")
    assert found not in DEAD[dead]
    seen = drawn(lab)
    assert [each.target for each in lab.state.tried] == [each.target for each in lab.result.location.tried]  # fmt: skip
    assert seen["fact3"]["text"] == (found or "nobody found")
    assert lab.said.tone == ("ok" if found else "bad")


@pytest.mark.parametrize("number, first", [(0, "dc1"), (60, "dc1"), (61, "dc2"), (80, "dc2"), (81, "dc3"), (100, "dc3")])  # fmt: skip
def test_the_number_drawn_decides(number, first):
    lab = LocatorLab()
    lab.set(draw=number)
    lab.go(2)
    assert drawn(lab)[f"sum-{first}"]["fill"] == "solid"
    assert lab.result.location.found == first


def test_the_shares_of_all_numbers_and_of_the_clients():
    told = search(0)
    assert [round(each.expected, 1) for each in told.shares] == [60.4, 19.8, 19.8, 0]
    assert sum(each.counted for each in told.shares) == 1000
    assert all(abs(each.counted / 10 - each.expected) < 5 for each in told.shares)
    with pytest.raises(ParameterError, match="draw=101"):
        search(101)


def test_a_site_whose_controller_is_dead_asks_for_any():
    told = search(0, "lyon", "lyon1")
    assert [each.name.count("_sites") for each in told.location.questions] == [1, 0]
    assert told.location.found == "dc1"
    assert told.seconds == 1.0


# Kerberos


def rows(lab):
    return lab.table(lab.state).rows


@pytest.mark.parametrize("fault, code", [("none", 0), ("clock", 37), ("password", 24), ("disabled", 18), ("no_spn", 7), ("wrong_key", 41), ("by_address", 0), ("replay", 34)])  # fmt: skip
def test_each_fault_ends_with_its_error(fault, code):
    assert fault in FAULTS
    lab = KerberosLab()
    lab.set(fault=fault)
    lab.go(len(lab.result.states) - 1)
    codes = {each.error for each in lab.result.states}
    assert codes - {0, 25} == ({code} if code else set())
    assert (lab.result.states[-1].protocol == "NTLM") == (fault in ("no_spn", "by_address"))
    if code:
        assert str(code) in " ".join(item.get("text", "") for name, item in drawn(lab).items() if name.startswith(("text", "fact")))  # fmt: skip


@pytest.mark.parametrize("offset, good", [(299, True), (300, True), (301, False), (-300, True), (-301, False)])  # fmt: skip
def test_five_minutes_and_a_second_more(offset, good):
    lab = KerberosLab()
    lab.set(fault="clock", offset=offset)
    lab.go(len(lab.result.states) - 1)
    assert lab.state.done is good


def test_a_second_access_asks_no_controller():
    lab = KerberosLab()
    one = lab.result.packets
    lab.set(again=True)
    assert lab.result.packets == one + 2


@pytest.mark.parametrize("reader, count", [("listener", 0), ("KDC", 10), ("files.lab.example", 4)])
def test_who_reads_what(reader, count):
    lab = KerberosLab()
    lab.set(reader=reader)
    lab.go(len(lab.result.states) - 1)
    chips = [item for name, item in drawn(lab).items() if name.startswith("part") and not name.startswith("party")]  # fmt: skip
    assert len(chips) == 10
    assert sum(item["text"].startswith("✓") for item in chips) == count


# A day of tickets


def test_what_was_used_goes_on_and_nothing_new_begins():
    told = day(Day(dead_from=10, dead_to=24))
    assert [(each.name, each.start, each.end) for each in told.bars] == [("TGT", 9, 19), ("files.lab.example", 9, 19)]  # fmt: skip
    assert (told.until("used"), told.until("unused")) == (19, 10)
    assert told.works["logon"][9:25] == (True, *[False] * 14, True)
    lab = TicketsLab()
    lab.load(lab.scenario_of(at.tickets(dead_from=10, dead_to=24, open=11)))
    assert "until hour 19, one never used until hour 10" in lab.text
    assert "At 11 h: open the second share fails." in lab.text
    assert lab.said.tone == "warn"
    seen = drawn(lab)
    assert seen["controllers-1"]["fill"] == "solid"
    assert [seen[f"works-used-{k}"]["tone"] for k in range(3)] == ["bad", "ok", "bad"]


def test_who_renews_goes_on_without_a_password():
    told = day(Day(dead_from=10, dead_to=12, renew=True))
    assert [(each.start, each.end) for each in told.bars if each.name == "TGT"] == [(9, 19), (18, 28), (27, 37)]  # fmt: skip
    assert told.until("used") == 36
    assert day(Day()).until("unused") == 19
    dead = day(Day(dead_from=15, dead_to=20, renew=True))
    assert [each.done for each in dead.events if each.deed[0] == "renew"] == [False]
    assert dead.until("used") == 19


@pytest.mark.parametrize("values", [{"dead_from": 12, "dead_to": 10}, {"dead_from": 20, "dead_to": 9}])  # fmt: skip
def test_controllers_come_back_after_they_have_died(values):
    with pytest.raises(ParameterError, match="dead_to"):
        Day(**values)
    lab = TicketsLab()
    lab.set(**values)
    assert "dead_to" in lab.text
    assert lab.error
