"""The web console: codes as the Docker Engine API and HTTP have them, roles, and the socket."""

import pytest

from coursekit.sims.kubernetes.console import ROLES, ROUTES, Call, answer, may, start, tell
from coursekit.sims.message import ParameterError


def ask(role, method, path, value="", world=None):
    return answer(world or start(), Call(role, method, path, value))


STOP = ("POST", "/api/containers/shop/stop")


@pytest.mark.parametrize(
    "role, status",
    [("nobody", 401), ("reader", 403), ("operator", 204), ("admin", 204), ("socket", 204)],
)
def test_who_may_stop_a_container(role, status):
    got = ask(role, *STOP)

    assert got.status == status
    stopped = got.world.containers.container("shop").status == "exited"
    assert stopped == (status == 204), "what is refused changes nothing"


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_one_below_may(role):
    codes = [ask(role, method, path, value).status for method, path, value in WISHES]
    above = [ask(ROLES[-1] if role == ROLES[-1] else ROLES[ROLES.index(role) + 1], *each).status for each in WISHES]  # fmt: skip
    assert all(b < 300 for a, b in zip(codes, above, strict=True) if a < 300)


WISHES = [
    ("GET", "/api/containers", ""), ("POST", "/api/containers/db/pause", ""),
    ("DELETE", "/api/containers/db", ""), ("POST", "/api/containers", "plain"),
]  # fmt: skip


def test_what_cannot_be_done_now_is_a_conflict_and_names_what_can():
    stopped = ask("operator", *STOP).world
    again = ask("operator", *STOP, world=stopped)

    assert again.status == 409
    assert "choose start, restart, remove" in str(again.why)
    assert again.world is stopped


@pytest.mark.parametrize("method, path", [("GET", "/api/secrets"), ("DELETE", "/api/nodes/node-1"), ("PUT", "/api/containers")])  # fmt: skip
def test_what_is_not_there_is_404(method, path):
    assert ask("admin", method, path).status == 404


@pytest.mark.parametrize("path", ["/api/containers/nix/stop", "/api/deployments/nix/scale"])
def test_a_name_that_nobody_has_is_404(path):
    assert ask("admin", "POST", path, 3).status == 404


def test_a_deleted_pod_comes_back_and_a_scaled_deployment_grows():
    deleted = ask("operator", "DELETE", "/api/pods/web-2").world
    names = [pod.name for pod in deleted.pods.pods]
    assert len(names) == 3 and "web-2" not in names
    assert all(pod.ready for pod in deleted.pods.pods)

    grown = ask("operator", "POST", "/api/deployments/web/scale", 5).world
    assert len(grown.pods.pods) == 5


@pytest.mark.parametrize("value", [-1, 21, "many", True])
def test_replicas_outside_their_rule_are_refused(value):
    assert ask("operator", "POST", "/api/deployments/web/scale", value).status == 409


def test_secrets_are_masked_for_those_who_may_not_know_them():
    def seen(role):
        return str(ask(role, "GET", "/api/containers").body)

    assert "wolke7" not in seen("reader") + seen("operator")
    assert "wolke7" in seen("admin")


def test_the_hosts_disk_in_a_container_is_root_on_the_host():
    got = ask("admin", "POST", "/api/containers", "host")

    assert got.status == 201
    assert got.world.root_on_host
    assert got.command == "docker run --detach --volume /:/host alpine:3.22"
    assert not ask("admin", "POST", "/api/containers", "plain").world.root_on_host
    assert ask("operator", "POST", "/api/containers", "host").status == 403


def test_the_socket_asks_for_no_name_and_knows_no_pods():
    assert ask("socket", "POST", "/api/containers", "host").world.root_on_host
    assert ask("socket", "GET", "/api/pods").status == 404


def test_a_console_that_stops_itself_answers_nobody_but_the_socket():
    gone = ask("admin", "POST", "/api/containers/console/stop").world

    assert ask("admin", "GET", "/api/containers", world=gone).status == 503
    back = ask("socket", "POST", "/api/containers/console/start", world=gone).world
    assert ask("reader", "GET", "/api/containers", world=back).status == 200


def test_the_record_has_a_state_for_each_request():
    told = tell((Call("reader", "GET", "/api/nodes"), Call("reader", "GET", "/api/containers/db/logs")))  # fmt: skip

    assert [state.status for state in told.states] == [0, 200, 200]
    assert told.states[-1].body == ["   0.0 s  created", "   0.0 s  started"]


def test_every_route_names_the_command_that_does_the_same():
    assert all(route.command.split()[0] in ("docker", "kubectl") for route in ROUTES)
    assert may("admin", "reader") and not may("reader", "operator")


def test_a_role_that_is_not_there_is_named():
    with pytest.raises(ParameterError, match="role=boss: choose one of nobody, reader"):
        Call("boss", "GET", "/api/containers")
