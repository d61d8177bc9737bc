"""Pages no browser runs, in the learner's language, with what they may know and no more."""

from html.parser import HTMLParser

import pytest

from coursekit.exercises import find
from coursekit.grading.feedback import filename, page
from coursekit.grading.gradebook import Entry
from coursekit.grading.marker import Failure, Mark, plain
from coursekit.grading.policy import Late
from coursekit.grading.store import Override
from coursekit.i18n import speaking
from coursekit.sims.message import Message

SCRIPT = "<script>alert('x')</script>&\"<img src=x onerror=y>"


def entry(exercise="E8.1", passed=10, reason=None, failure=None, weight=1.0, **more):
    mark = Mark(
        exercise=exercise,
        passed=passed,
        total=40,
        status="graded",
        reason=reason,
        failure=failure,
        weight=weight,
    )
    return Entry(**{"learner": "ann", "mark": mark, **more})


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def test_hostile_text_is_text():
    reader = read(
        page([entry(learner=SCRIPT, name=SCRIPT, reason=Message.of("{x}", x=SCRIPT), note=Message("x" + SCRIPT))])
    )  # fmt: skip
    names = [tag for tag, _ in reader.tags]

    assert not {"script", "img"} & set(names)
    assert reader.text.count(SCRIPT) == 4  # title, heading, reason, note


def test_control_characters_are_shown_as_such():
    text = page([entry(reason=Message.of("{x}", x="a\0b\x1b[31m"))])

    assert "\0" not in text and "\x1b" not in text
    assert "A\ufffdb\ufffd[31m" in text


def test_a_page_loads_nothing():
    tags = read(page([entry()], show_cases=True)).tags
    policy = next(attrs["content"] for tag, attrs in tags if attrs.get("http-equiv"))

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not [tag for tag, attrs in tags if tag == "link" or {"src", "href", "style"} & set(attrs)]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_has_its_language_and_its_heads(language):
    with speaking(language):
        reader = read(page([entry(), entry("E8.2", 40)]))
    names = [tag for tag, _ in reader.tags]

    assert dict(reader.tags)["html"] == {"lang": language}
    assert names.count("h1") == names.count("main") == names.count("caption") == 1
    assert names.count("h2") == 2
    assert [a["scope"] for tag, a in reader.tags if tag == "th"] == ["col"] * 4 + ["row"] * 2
    assert ("62,5" in reader.text) == (language == "fr")


def test_weights_count_in_the_overall_mark():
    text = page([entry(), entry("E8.2", 40, weight=4.0)])

    assert "<strong>85\N{NO-BREAK SPACE}%</strong>" in text


FAILURE = Failure("raid_map(lba=5)", "{'disk': 7}", Message.of("no answer in time"))


def test_hidden_values_are_shown_only_if_the_teacher_wants():
    rows = [entry(failure=FAILURE)]

    for value in ("raid_map(lba=5)", "{'disk': 7}", "no answer in time"):
        assert value not in read(page(rows)).text
        assert value in read(page(rows, show_cases=True)).text


def test_what_to_do_is_told_for_each_kind_of_mark():
    blank, refused = (
        Entry(learner="a", mark=plain(find("E8.1"), status, Message("why")))
        for status in ("blank", "refused")
    )

    assert "choose another SEED" in page([entry()])
    assert "write raid_map in its cell" in page([blank])
    assert "hand in that file" in page([refused])
    assert "To try again" not in page([entry(passed=40)])


def test_lateness_hands_and_a_missing_sandbox_are_told():
    late = entry(late=Late(2, 0.8))
    by_hand = Override(
        learner="ann", exercise="E8.1", score=0.9, reason="x&y", who="w", at="2026-01-02T03:04"
    )
    hand = entry(late=Late(2, 0.8), override=by_hand)

    assert "2 days late: 80 % of the score counts." in page([late])
    assert "Set by hand to 90 % instead of 20 %: x&amp;y (w, 2026-01-02)" in page([hand])
    assert "days late" not in page([hand]), "it no longer counts"
    assert "unsandboxed" in page([entry(unsandboxed=True)])
    assert "unsandboxed" not in page([late])


def test_who_wrote_the_same_is_the_teachers_business():
    assert page([entry(same_code=7)]) == page([entry()])


def test_every_learner_has_a_file_of_their_own():
    names = ["ann", "Ann", "ANN", "../ann", "ann/b", "", ".", "x" * 300, "Zoë", "a.b", "con"]
    files = [filename(name) for name in names]

    assert files[0] == "ann.html"
    assert len({each.lower() for each in files}) == len(names)
    assert all("/" not in each and not each.startswith(".") and len(each) < 100 for each in files)
