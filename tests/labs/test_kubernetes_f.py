"""Autoscaler, Service, a pod that leaves, the web console in the notebook and over HTTP, ways from afar."""

import asyncio
import base64
import json

import pytest
from tornado.httpclient import AsyncHTTPClient

from coursekit.labs.kubernetes.advice import AdviceLab
from coursekit.labs.kubernetes.autoscaler import AutoscalerLab
from coursekit.labs.kubernetes.console import ConsoleLab
from coursekit.labs.kubernetes.leaving import LeavingLab
from coursekit.labs.kubernetes.remote import RemoteLab
from coursekit.labs.kubernetes.service import ServiceLab


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


def buttons(view, tab=0):
    return [one for row in view["tabs"][tab]["rows"] for one in row["actions"]]


# The console in the notebook


def test_the_example_ends_where_a_reader_was_refused_and_an_operator_was_not():
    lab = ConsoleLab(1)

    assert [state.status for state in lab.result.states] == [0, 401, 200, 403, 204, 200]
    assert items(lab)["status"]["text"] == "200"
    assert items(lab)["engine"]["glow"]


def test_a_button_of_the_page_is_a_step_of_the_record():
    lab = ConsoleLab(1)
    start = next(one for one in buttons(lab.page.view) if one["key"] == "start:shop")
    lab._ask(start["call"])

    assert lab.state.status == 204
    assert lab.state.call.role == "operator"
    assert lab.state.world.running("shop")
    assert "docker start shop" in lab.page.view["said"]["command"]


def test_who_is_not_signed_in_sees_nothing():
    lab = ConsoleLab(1)
    lab.set(role="nobody")

    assert lab.page.view["tabs"] == []
    lab._send()
    assert lab.state.status == 401
    assert items(lab)["console"]["glow"], "it ends at the door"
    assert items(lab)["role"]["dash"]


def test_the_socket_goes_past_console_and_roles():
    lab = ConsoleLab(1)
    lab.set(role="socket", request="POST /api/containers host")
    lab._send()

    shown = items(lab)
    assert lab.state.status == 201
    assert shown["host"]["glow"] and shown["role"]["dash"]
    assert lab.tone(lab.state) == "bad"


def test_only_what_the_state_allows_is_offered():
    lab = ConsoleLab(1)
    row = next(row for row in lab.page.view["tabs"][0]["rows"] if row["cells"][0]["text"] == "shop")

    assert [one["key"] for one in row["actions"]] == ["start:shop", "restart:shop", "remove:shop", "logs:shop"]  # fmt: skip
    assert row["cells"][1] == {"text": "exited (143)", "tone": "bad"}


def test_before_the_prediction_nothing_can_be_asked():
    lab = ConsoleLab(1)
    lab._set_locked(True)
    before = lab.moment
    lab._ask({"method": "GET", "path": "/api/pods"})

    assert lab.moment == before
    assert lab._answer("GET", "/api/pods", ("", ""), {})[0] == 503


# The same over HTTP


def served(scenario):
    """Run a scenario against the page of a lab, in a loop as the kernel has one."""

    async def run():
        lab = ConsoleLab(1)
        lab._toggle()
        try:
            await scenario(lab, AsyncHTTPClient(force_instance=True))
        finally:
            lab._toggle()

    asyncio.run(run())


async def fetch(lab, client, method, path, *, role="", password=None, body=None, host=None):
    said = lab.passwords.get(role, "") if password is None else password
    coded = base64.b64encode(f"{role}:{said}".encode()).decode()
    headers = {"Authorization": f"Basic {coded}"} if role else {}
    headers |= {"Host": host} if host else {}
    url = lab._site.url + path
    got = await client.fetch(url, method=method, headers=headers, body=body, raise_error=False, allow_nonstandard_methods=True)  # fmt: skip
    is_json = "json" in got.headers.get("Content-Type", "")
    return got.code, json.loads(got.body) if is_json and got.body else got.body


@pytest.mark.parametrize(
    "role, password, code",
    [("", None, 401), ("operator", "wrong", 401), ("boss", "x", 401), ("reader", None, 403), ("operator", None, 204)],
)  # fmt: skip
def test_over_http_the_same_roles_hold(role, password, code):
    async def scenario(lab, client):
        got = await fetch(lab, client, "POST", "api/containers/shop/start", role=role, password=password, body="{}")  # fmt: skip
        assert got[0] == code
        assert lab.state.status == code, "it is a step of the record as well"

    served(scenario)


def test_what_is_asked_over_http_is_seen_in_the_notebook():
    async def scenario(lab, client):
        code, _body = await fetch(lab, client, "POST", "api/deployments/web/scale", role="operator", body='{"value": 7}')  # fmt: skip
        assert code == 200
        assert lab.state.world.pods.desired == 7
        assert len(lab.page.view["tabs"][2]["rows"]) == 7
        code, pods = await fetch(lab, client, "GET", "api/pods", role="reader")
        assert (code, len(pods)) == (200, 7)

    served(scenario)


def test_the_page_itself_is_served_with_a_strict_policy():
    async def scenario(lab, client):
        got = await client.fetch(lab._site.url)
        assert b'src="/page.js"' in got.body
        assert "default-src 'self'" in got.headers["Content-Security-Policy"]
        for path in ("page.js", "webpage.js", "webpage.css"):
            assert (await client.fetch(lab._site.url + path)).body
        code, view = await fetch(lab, client, "GET", "view")
        assert (code, view["tabs"]) == (200, [])
        code, view = await fetch(lab, client, "GET", "view", role="admin")
        assert [tab["id"] for tab in view["tabs"]] == ["containers", "deployments", "pods", "nodes"]

    served(scenario)


def test_a_request_that_names_another_host_is_turned_away():
    async def scenario(lab, client):
        code, body = await fetch(lab, client, "GET", "api/pods", role="admin", host="evil.example")
        assert code == 421
        assert body["error"].startswith("host=evil.example: this page is 127.0.0.1:")

    served(scenario)


@pytest.mark.parametrize("body", ["not json", "[1]"])
def test_a_body_that_is_no_object_is_named(body):
    async def scenario(lab, client):
        got = await fetch(lab, client, "POST", "api/containers", role="admin", body=body)
        assert got == (400, {"error": "body: expected a JSON object"})

    served(scenario)


def test_a_page_that_is_closed_is_gone():
    async def scenario(lab, client):
        url = lab._site.url
        lab._toggle()
        assert lab._site.url == ""
        with pytest.raises(OSError):
            await client.fetch(url)
        lab._toggle()

    served(scenario)


# From afar


def test_a_wrong_network_card_leaves_the_screen():
    lab = RemoteLab(1)

    assert "the hypervisor’s console" in lab.text
    assert items(lab)["fact0"]["text"] == "1 of 6 ways leads there"
    assert items(lab)["way1"]["dash"]


def test_a_closed_door_is_drawn_closed():
    lab = RemoteLab(1)
    lab.set(target="container", fault="firewall")

    shown = items(lab)
    assert shown["door3"]["fill"] == "solid" and shown["door1"]["fill"] == "paper"
    assert items(lab)["fact1"]["text"] == "doors used: 22"


def test_a_host_that_is_off_is_a_walk():
    lab = RemoteLab(1)
    lab.set(fault="host")

    assert "Somebody has to walk" in lab.text
    assert lab.tone(lab.result) == "bad"


# One step of the autoscaler


@pytest.mark.parametrize(
    ("current", "use", "target", "wanted"),
    [(3, 200, 100, 6), (4, 50, 100, 2), (10, 95, 100, 10), (10, 89, 100, 9), (3, 111, 100, 4), (5, 300, 100, 15)],
)  # fmt: skip
def test_recommendations(current, use, target, wanted):
    """Vector 7-V1."""
    lab = AdviceLab(1)
    lab.set(current=current, use=use, target=target)

    shown = items(lab)
    assert shown["fact1"]["text"] == f"recommended: {wanted}"
    going = sum(item.get("text") == "−" for item in lab.scene.items)
    coming = sum(item.get("text") == "+" for item in lab.scene.items)
    assert coming - going == wanted - current


@pytest.mark.parametrize(
    ("current", "use", "unready", "missing", "wanted"),
    [(4, 60, 1, 0, 4), (4, 20, 0, 1, 4), (4, 90, 1, 0, 6)],
)
def test_pods_not_seen_make_steps_smaller(current, use, unready, missing, wanted):
    """Vector 7-V2: 1.2 becomes 0.9, nothing; the missing one counts 100 %; 90 × 3 and one not ready are 6."""
    lab = AdviceLab(1)
    lab.set(current=current, use=use, unready=unready, missing=missing)

    assert lab.result.advice.replicas == wanted
    assert "cautious-mark" in items(lab)


def test_with_nobody_to_measure_the_rule_is_said():
    lab = AdviceLab(1)
    lab.set(unready=3)

    assert "pods=3: at least one must be ready and measured; 3 are not" in lab.text


# A Service


def test_new_pods_have_no_connection_until_clients_connect_anew():
    lab = ServiceLab(1)

    assert [len(stage.clients) for stage in lab.result.states] == [0, 30, 30]
    assert "Without a client: pod-4, pod-5, pod-6." in lab.text
    lab.do("reconnect", 0)
    assert len(set(lab.state.clients.values())) == 6


def test_the_chain_of_four():
    """Vector 7-V18: .25, .333333, .5, 1."""
    lab = ServiceLab(1)
    lab.set(pods=4, to=4)
    lab.go(0)

    rows = lab.table(lab.state).rows
    assert [row[2] for row in rows] == ["25 %", "33.3 %", "50 %", "100 %"]
    assert {row[3] for row in rows} == {"25 %"}


def test_scaling_down_cuts_connections():
    lab = ServiceLab(1)
    lab.do("scale", 2)

    assert lab.state.broken == sum(pod == "pod-3" for pod in lab.result.states[2].clients.values())
    assert lab.tone(lab.state) == "bad"


def test_with_client_ip_a_client_comes_back_to_its_pod_for_three_hours():
    lab = ServiceLab(1)
    lab.set(affinity=True)
    before = dict(lab.state.clients)
    lab.do("reconnect", 0)
    assert lab.state.clients == before
    lab.do("wait", 10_800)
    lab.do("reconnect", 0)
    assert lab.state.clients != before


def test_other_luck_another_spread():
    assert ServiceLab(1).state.clients != ServiceLab(2).state.clients


# A pod that leaves


@pytest.mark.parametrize(("sleep", "gone"), [(0.0, 100), (1.0, 50), (2.0, 0), (5.0, 0)])
def test_sleeping_saves_requests(sleep, gone):
    """Vector 7-V21."""
    lab = LeavingLab(1)
    lab.set(pre_stop=sleep)

    assert lab.result.lost == gone
    assert ("gap" in items(lab)) == bool(gone)
    _line, dot = lab.chart.data
    assert list(dot[0]) == [sleep, sleep] and list(dot[1]) == [gone, gone]


# More nodes


def test_five_pods_of_a_core_take_two_nodes():
    """Vector 7-V20."""
    lab = AutoscalerLab(1)

    assert items(lab)["fact0"]["text"] == "2 nodes ordered"
    assert [len(each.pods) for each in lab.result.growth.bins] == [4, 1]


def test_a_pod_too_big_for_any_node_is_told():
    lab = AutoscalerLab(1)
    lab.set(cpu=4000, template="small")

    assert lab.tone(lab.result) == "bad"
    assert items(lab)["fact2"]["text"] == "still waiting: 5"
    assert lab.table(lab.result).rows[0][0] == "too big for any new node"


def test_the_machine_is_the_slowest_of_the_loops():
    lab = AutoscalerLab(1)

    widths = {i: items(lab)[f"delay{i}"]["w"] for i in range(6)}
    assert max(widths, key=widths.get) == 3
    assert "134 to 174 s" in lab.text
