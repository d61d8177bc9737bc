"""What the labs on namespaces, CPU, memory, builds and the life of a container show."""

import pytest

from coursekit.labs.containers.cache import CacheLab
from coursekit.labs.containers.lifecycle import LifecycleLab
from coursekit.labs.containers.memory import MemoryLab
from coursekit.labs.containers.namespaces import NamespacesLab
from coursekit.labs.containers.own import OwnDockerfileLab
from coursekit.labs.containers.shares import SharesLab
from coursekit.labs.containers.throttle import ThrottleLab

GOOD = """\
FROM python:3.12 AS build
WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --target=/packages -r requirements.txt

FROM python:3.12-slim
WORKDIR /app
COPY --from=build /packages /usr/local/lib/python3.12/site-packages
COPY --chown=nobody src src
USER nobody
CMD ["python", "src/main.py"]
"""


def items(lab):
    return {item["id"]: item for item in lab.scene.items}


# Namespaces


def test_docker_makes_six_and_leaves_users_and_time():
    lab = NamespacesLab(1)

    assert lab.state.own == {"mnt", "pid", "net", "ipc", "uts", "cgroup"}
    assert "root in here is root of the host" in lab.text
    shown = items(lab)
    assert shown["kind-user"]["fill"] == shown["kind-time"]["fill"] == "none"
    assert shown["own-pid-0"]["text"] == "app = 1" and shown["host-pid-0"]["text"] == "app = 1207"


def test_a_fresh_network_has_lo_alone_and_down():
    lab = NamespacesLab(1)
    lab.load({"actions": [[1, "unshare", "net"]]})

    lines = [item["text"] for name, item in items(lab).items() if name.startswith("own-net-")]
    assert lines == ["lo DOWN"]
    assert items(lab)["kind-net"]["dash"], "its own, not set up"


def test_the_hosts_network_again():
    lab = NamespacesLab(1)
    lab.set(kind="net")
    lab.do("join", "net")

    rows = {row[0]: row for row in lab.table(lab.state).rows}
    assert rows["net"][2] == "the host’s" and rows["net"][3] == rows["net"][4]


def test_pressing_a_row_chooses_it():
    lab = NamespacesLab(1)
    lab._press("kind-uts")
    assert lab.values["kind"] == "uts"


# Weights


@pytest.mark.parametrize(
    ("values", "shares"),
    [
        ({"tree": "two", "weight_b": 300}, {"A": 0.25, "B": 0.75}),
        ({"tree": "two", "weight_b": 300, "busy_b": False}, {"A": 1, "B": 0}),
        ({"tree": "nested"}, {"a": 0.25, "b": 0.25, "c": 0.5}),
    ],
)
def test_weights(values, shares):
    """Vector 6-V4."""
    lab = SharesLab(1)
    lab.set(**values)

    assert {each.group.name: float(each.share) for each in lab.result.leaves} == shares


@pytest.mark.parametrize(
    ("m", "texts"),
    [
        (0, ("cpu.shares: 2", "cpu.weight: 1, since 2025 1")),
        (1000, ("cpu.shares: 1024", "cpu.weight: 39, since 2025 100")),
        (4000, ("cpu.shares: 4096", "cpu.weight: 157, since 2025 303")),
    ],
)
def test_a_request_in_three_notations(m, texts):
    """Vector 6-V3."""
    lab = SharesLab(1)
    lab.set(request=m)

    said = {item.get("text") for item in lab.scene.items}
    assert set(texts) <= said


# Quota


@pytest.mark.parametrize(
    ("work", "quota", "threads", "wall", "stalls"),
    [(100, 50, 1, 150, 1), (120, 50, 1, 220, 2), (100, 100, 4, 25, 0), (200, 100, 4, 125, 1), (400, 100, 4, 325, 3), (400, 400, 4, 100, 0)],
)  # fmt: skip
def test_stalls(work, quota, threads, wall, stalls):
    """Vectors 6-V1, 6-V2."""
    lab = ThrottleLab(1)
    lab.set(work=work, quota=quota, threads=threads)
    lab.go(len(lab.result.states) - 1)

    assert items(lab)["fact0"]["text"] == f"done after {wall} ms"
    waits = [name for name in items(lab) if name.startswith("wait")]
    assert len(waits) == stalls * threads


# Memory


def test_the_one_with_the_highest_score_dies():
    """Vector 6-V14."""
    lab = MemoryLab(1)
    lab.go(1)

    assert [kill.victim.name for kill in lab.state.kills] == ["worker"]
    assert lab.state.process("web").mem == 80
    assert items(lab)["who-worker"]["sub"] == "killed, score 800, code 137"
    assert lab.tone(lab.state) == "bad"


def test_without_the_adjustment_the_bigger_one_dies():
    lab = MemoryLab(1)
    lab.set(adj=0)
    lab.go(1)

    assert [kill.victim.name for kill in lab.state.kills] == ["web"]


def test_the_cache_gives_way_before_anybody_is_killed():
    lab = MemoryLab(1)
    lab.do("ask", "web", 10)

    assert lab.state.reclaimed == 10 and not lab.state.kills
    assert "the page cache gives 10 MiB back" in lab.text


def test_above_high_one_is_held_up_and_nobody_dies():
    lab = MemoryLab(1)
    lab.load({"values": {"high": 80}, "actions": [[1, "ask", "cron", 5]]})

    assert lab.state.delay > 1 and not lab.state.kills
    assert lab.tone(lab.state) == "warn"
    assert "limit-high" in items(lab)


def test_with_oom_group_all_die():
    lab = MemoryLab(1)
    lab.set(group=True)
    lab.go(1)
    assert len(lab.state.kills) == 3


def test_the_gauge_is_as_full_as_the_group():
    lab = MemoryLab(1)
    shown = items(lab)
    inside = sum(shown[name]["w"] for name in ("in-web", "in-cache"))
    limit = float(shown["limit-max"]["d"].split()[0][1:]) - shown["in-web"]["x"]
    assert inside == pytest.approx(limit, abs=0.1)


# Build cache


@pytest.mark.parametrize(("order", "seconds"), [("copy_first", 81), ("deps_first", 21)])
def test_a_changed_source(order, seconds):
    """Vector 6-V7."""
    lab = CacheLab(1)
    lab.set(order=order, changed="source")

    assert items(lab)["fact0"]["text"] == f"this build: {seconds} s"


def test_the_answer_is_not_in_the_table_of_all_builds_before_the_prediction():
    lab = CacheLab(1)
    lab.locked = True
    lab.redraw()
    assert {item["text"] for name, item in items(lab).items() if name.startswith("cell")} == {"?"}


# Life


def lived(*deeds, **values):
    lab = LifecycleLab(1)
    lab.load({"values": values, "actions": [[k, *deed] for k, deed in enumerate(deeds, 1)]})
    return lab


STARTED = (("create", "web"), ("start", "web"))


@pytest.mark.parametrize(("app", "t", "code"), [("obeys", 2, 143), ("ignores", 10, 137)])
def test_a_stop_is_a_request_first(app, t, code):
    """Vector 6-V16."""
    lab = lived(*STARTED, ("stop", "web"), app=app)

    assert lab.state.t == t
    assert items(lab)["state-web"]["text"] == f"exited ({code})"


def test_the_waits_before_restarts_double():
    """Vector 6-V15."""
    lab = lived(*STARTED, ("wait", 400), policy="always", app="crashes")

    waits = [row[4] for row in lab.table(lab.state).rows if row[2] == "waits for a restart"]
    assert waits[:4] == ["0.1 s", "0.2 s", "0.4 s", "0.8 s"]
    assert waits[-1] == "60 s"


def test_only_what_is_allowed_is_a_button_and_the_rest_says_why():
    lab = lived(*STARTED)
    buttons = {name for name in items(lab) if name.endswith(":web")}
    assert buttons == {"stop:web", "kill:web", "restart:web", "pause:web"}

    lab.do("unpause", "web")
    assert "web=running: unpause is not possible" in lab.text


@pytest.mark.parametrize(
    ("policy", "up"), [("no", False), ("always", True), ("unless-stopped", False)]
)
def test_after_the_machine_restarts(policy, up):
    lab = lived(*STARTED, ("stop", "web"), ("reboot",), policy=policy)

    assert (lab.state.containers[0].status == "running") == up


# Dockerfile


def test_the_first_dockerfile_is_a_heavy_one():
    lab = OwnDockerfileLab(1)

    assert items(lab)["fact0"]["text"] == "image: 1,591 MB of 300"
    assert "Line 3 leaves API_TOKEN in the image for ever" in lab.text
    assert lab.tone(lab.result) == "warn"


def test_the_task_can_be_done():
    lab = OwnDockerfileLab(1)

    assert lab._run_text(GOOD) == "Built."
    assert lab.result.done, lab.text
    assert "✓ The task is done." in lab.text


def test_a_mistake_is_named_and_the_last_good_picture_stays():
    lab = OwnDockerfileLab(1)
    before = lab.result
    said = lab._run_text("FROM python\nRUNN x")

    assert "line=2" in said
    assert lab.result is before
    assert "RUNN" in lab._box.text, "to be put right"


def test_before_the_prediction_the_text_gives_nothing_away():
    lab = OwnDockerfileLab(1)
    lab.locked = True
    lab.reset()
    assert "RUN rm" not in lab._box.text
