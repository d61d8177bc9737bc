"""Dockerfiles: parsed with their lines, layers and what they hide, rebuilds, advice."""

import pytest

from coursekit.sims.containers import dockercosts as costs
from coursekit.sims.containers import dockerfile
from coursekit.sims.containers.dockerimage import made
from coursekit.sims.containers.dockerjudge import BAD, Task, judge
from coursekit.sims.message import ParameterError

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


def codes(text):
    return [each.code for each in judge(text).advice]


def sizes(text):
    return [layer.kb for layer in made(text).layers]


# Reading


def test_instructions_keep_their_line_and_lose_comments_and_breaks():
    text = "# first\n\nFROM alpine:3.20\nRUN apk add \\\n  # inside\n  git \\\n  curl\nenv A=1\n"
    read = [(each.line, each.text) for each in dockerfile.parse(text)]
    assert read == [(3, "FROM alpine:3.20"), (4, "RUN apk add git curl"), (8, "ENV A=1")]


def test_a_cost_in_a_comment_is_that_of_the_next_run():
    text = (
        "FROM alpine:3.20\n# cost: 12.5 s, 30 MB\nRUN ./configure\nRUN true\n# cost: 3 s\nRUN x\n"
    )
    plan = made(text)
    assert [(each.seconds, each.kb) for each in plan.layers[1:]] == [(12.5, 30_000), (1, 0), (3, 0)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line=1: a Dockerfile begins with FROM"),
        ("RUN ls", "line=1: RUN comes before the first FROM"),
        ("FROM", "line=1: FROM needs something after it"),
        ("FROM alpine:3.20 AS", "line=1: write FROM image, or FROM image AS name"),
        ("FROM alpine:3.20\nFORM x", "line=2: FORM is no instruction; choose one of FROM"),
        ("FROM alpine:3.20\n\n\nRUN a \\\n", "line=4: ends with a backslash"),
        ("FROM alpine:3.20\nCOPY src", "line=2: COPY takes what to copy, and where to"),
        ("FROM alpine:3.20\nCOPY --frm=a src b", "line=2: COPY has no option --frm"),
        ("FROM alpine:3.20\nCOPY --from=a src b", "line=2: --from=a names no earlier stage; there are –"),
        ("FROM alpine:3.20\nCOPY src tests app", "line=2: several files go to a directory"),
        ("FROM alpine:3.20\nCOPY nowhere app", "line=2: nowhere is not there to copy; beside the Dockerfile are .env"),
        ("FROM alpine:3.20\nENV A", "line=2: write ENV NAME=value"),
        ("FROM alpine:3.20\nEXPOSE 70000", "line=2: EXPOSE takes ports from 1 to 65535, 70000"),
        ("FROM alpine:3.20\nEXPOSE web", "line=2: EXPOSE takes ports"),
        ("FROM alpine:3.20\nUSER a b", "line=2: USER takes one word"),
        ("FROM alpine:3.20\nCMD [python, x]", "line=2: write a list of words in double quotes"),
        ("FROM alpine:3.20\nRUN echo 'a", "line=2: a quote is opened and not closed"),
        ("FROM alpine:3.20\nENV A='b", "line=2: a quote is opened and not closed"),
        ("FROM moon:1", "line=1: moon:1 is not known here; choose python:3.12"),
        ("FROM alpine:3.20 AS a\nFROM alpine:3.20 AS a", "line=2: a stage is called a already"),
        ("FROM debian:12\nRUN apt-get install -y gcc", "line=2: apt-get install finds no package"),
        ("FROM alpine:3.20\nRUN apt-get update", "line=2: apt-get is not in this image"),
        ("FROM python:3.12\nRUN pip install -r requirements.txt", "line=2: requirements.txt is not in the image yet"),
        ("FROM python:3.12-slim\nCOPY . .\nRUN pip install -r requirements.txt", "line=3: pip must compile a package and finds no gcc"),
        ("FROM alpine:3.20\nRUN pip install x", "line=2: pip is not in this image"),
        ("FROM alpine:3.20\n" + "RUN a\n" * 300, "lines=301: no more than 200"),
    ],
)  # fmt: skip
def test_an_error_names_the_line_and_the_rule(text, says):
    with pytest.raises(ParameterError, match=says):
        judge(text)


# Layers


def test_a_file_removed_in_a_later_line_costs_all_the_same():
    """6.5, question 3: rm of a 500 MB file in the next layer frees 0."""
    later = "FROM alpine:3.20\nRUN fallocate -l 500MB /big\nRUN rm /big"
    once = "FROM alpine:3.20\nRUN fallocate -l 500MB /big && rm /big"
    big = round(500 * 1048.576)

    assert sizes(later) == [8_000, big, 0]
    assert sizes(once) == [8_000, 0]
    assert (made(later).hidden_kb, made(once).hidden_kb) == (big, 0)
    assert made(later).layers[2].hides_kb == big


def test_changing_an_owner_copies_up_whole():
    text = "FROM debian:12\nCOPY src /app\nRUN chown -R nobody /app"
    assert sizes(text) == [117_000, 4_000, 4_000]
    assert [layer.copied_kb for layer in made(text).layers] == [0, 0, 4_000]
    assert made("FROM debian:12\nCOPY --chown=nobody src /app").image_kb == 121_000


def test_copy_knows_files_directories_and_patterns():
    def files(line):
        return set(made(f"FROM scratch\nWORKDIR /app\n{line}").files)

    assert files("COPY requirements.txt .") == {"app/requirements.txt"}
    assert files("COPY requirements.txt list") == {"app/list"}
    assert files("COPY requirements.txt README.md /etc/") == {
        "etc/requirements.txt",
        "etc/README.md",
    }
    assert files("COPY src src") == {"app/src/main.py", "app/src/static.js"}
    assert files("COPY src/ .") == {"app/main.py", "app/static.js"}
    assert files("COPY req*.txt ./") == {"app/requirements.txt"}
    assert files("COPY . .") == {f"app/{path}" for path in costs.CONTEXT}
    assert files('COPY ["src", "/"]') == {"main.py", "static.js"}


def test_packages_purged_in_the_same_line_are_free():
    line = "RUN apt-get update && apt-get install -y gcc {}&& apt-get purge -y gcc && rm -rf /var/lib/apt/lists/*"
    text = "FROM python:3.12-slim\nCOPY requirements.txt /\n" + line.format(
        "&& pip install --no-cache-dir -r /requirements.txt "
    )
    assert sizes(text) == [120_000, 1, 150_000]
    with pytest.raises(ParameterError, match="finds no gcc"):
        made(
            f"FROM python:3.12-slim\nCOPY requirements.txt /\n{line.format('')}\nRUN pip install -r /requirements.txt"
        )


def test_stages_that_nothing_needs_are_not_built():
    text = 'FROM python:3.12 AS tools\nRUN make\nFROM alpine:3.20\nCMD ["sh"]'
    assert {layer.stage for layer in made(text).layers} == {"1"}
    assert made(GOOD).image_kb == 274_000
    assert {layer.stage for layer in made(GOOD).layers if layer.final} == {"1"}


def test_a_stage_may_go_on_from_another():
    plan = made("FROM alpine:3.20 AS a\nRUN truncate -s 1000kB /x\nFROM a\nRUN rm /x\n")
    assert [layer.final for layer in plan.layers] == [True] * 4
    assert [layer.kb for layer in plan.layers] == [8_000, 1_024, 0, 0]
    assert plan.hidden_kb == 1_024


def test_cd_lasts_to_the_end_of_its_line():
    plan = made("FROM scratch\nWORKDIR /a\nRUN cd /b && truncate -s 1MB x && cd .. && truncate -s 1MB y\nRUN truncate -s 1MB z\n")  # fmt: skip
    assert set(plan.files) == {"b/x", "y", "a/z"}


@pytest.mark.parametrize("text", [BAD, GOOD])
def test_layers_add_up_to_what_is_seen_and_what_is_hidden(text):
    plan = made(text)
    assert plan.image_kb == sum(layer.kb for layer in plan.final)
    assert plan.hidden_kb == sum(layer.hides_kb + layer.copied_kb for layer in plan.final)
    assert plan.seen_kb == sum(plan.files.values())


# Rebuilds and the task


def test_the_good_file_does_the_task_and_the_bad_one_does_not():
    good, bad = judge(GOOD), judge(BAD)
    assert good.done
    assert (good.plan.rebuild_s, good.plan.image_kb) == (1, 274_000)
    assert good.advice == ()
    assert not bad.fast
    assert not bad.small
    assert (bad.plan.rebuild_s, bad.plan.image_kb, bad.plan.hidden_kb) == (83, 1_591_013, 137_007)
    assert not judge(GOOD, Task(mb=200)).done


def test_what_is_rebuilt_begins_where_the_source_comes_in():
    plan = made(BAD)
    assert [layer.line for layer in plan.layers if layer.rebuilt] == [5, 6, 7, 8, 9, 10, 11]
    assert [layer.line for layer in made(GOOD).layers if layer.rebuilt] == [9, 10, 11]


def test_an_image_without_the_application_does_not_do_the_task():
    said = " ".join(str(each) for each in judge("FROM alpine:3.20").missing)
    assert all(word in said for word in ("src", "requirements.txt", "no Python", "CMD is missing"))
    assert not judge("FROM alpine:3.20").done


# Advice


def test_the_bad_file_gets_every_advice_it_deserves():
    assert codes(BAD) == [
        "latest",
        "secret",
        "order",
        "secret",
        "hidden",
        "copied",
        "root",
        "shell",
    ]
    lines = {each.code: each.line for each in judge(BAD).advice}
    assert (lines["latest"], lines["order"], lines["hidden"], lines["shell"]) == (2, 5, 9, 11)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("FROM python:3.12-slim", "FROM python:latest", "latest"),
        ("USER nobody", "USER root", "root"),
        ("USER nobody", "", "root"),
        ('CMD ["python", "src/main.py"]', "CMD python src/main.py", "shell"),
        ("COPY --chown=nobody src src", "COPY . .", "secret"),
        ("USER nobody", "ENV DB_PASSWORD=x\nUSER nobody", "secret"),
        ("USER nobody", "RUN rm -r src\nUSER nobody", "hidden"),
        ("USER nobody", "RUN chmod -R 755 src\nUSER nobody", "copied"),
        ("USER nobody", "RUN apt-get update\nUSER nobody", "leftover"),
        ("COPY requirements.txt .", "COPY . .", "order"),
    ],
)  # fmt: skip
def test_one_thing_made_worse_gets_its_advice(old, new, code):
    assert codes(GOOD.replace(old, new)) == [code]


def test_each_secret_and_each_wrong_order_is_told_once():
    touched = GOOD.replace("USER nobody", "COPY .env .\nRUN chown nobody .env\nUSER nobody")
    assert codes(touched) == ["secret"]
    twice = GOOD.replace(
        "COPY requirements.txt .", "COPY src src\nCOPY tests tests\nCOPY requirements.txt ."
    )
    assert [(each.code, each.line) for each in judge(twice).advice] == [("order", 3)]


def test_a_secret_in_a_stage_that_is_thrown_away_is_not_in_the_image():
    assert codes(GOOD.replace("COPY requirements.txt .", "COPY requirements.txt .env ./")) == []


@pytest.mark.parametrize(("change", "says"), [({"seconds": 0}, "seconds=0"), ({"mb": -1}, "mb=-1")])
def test_a_bad_task_names_its_rule(change, says):
    with pytest.raises(ParameterError, match=says):
        Task(**change)
