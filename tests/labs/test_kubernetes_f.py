"""The web console, in the notebook and over HTTP, and the ways from afar."""

import asyncio
import base64
import json

import pytest
from tornado.httpclient import AsyncHTTPClient

from coursekit.labs.kubernetes.console import ConsoleLab
from coursekit.labs.kubernetes.remote import RemoteLab


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
    assert items(lab)["fact0"]["text"] == "1 of 6 ways lead there"
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
