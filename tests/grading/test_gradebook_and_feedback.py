# ruff: noqa: RUF001  (a formula sign of full width)
"""Files for people: a table no spreadsheet runs, pages no browser runs."""

import csv
import io
from html.parser import HTMLParser

import pytest

from coursekit.grading.feedback import filename, page
from coursekit.grading.gradebook import Entry, table
from coursekit.grading.marker import Mark
from coursekit.i18n import speaking
from coursekit.sims.message import Message

SCRIPT = "<script>alert('x')</script>&\"<img src=x onerror=y>"


def mark(exercise="E8.1", passed=10, reason=None, **more):
    return Mark(exercise=exercise, passed=passed, total=40, status="graded", reason=reason, **more)


def rows(entries):
    return list(csv.reader(io.StringIO(table(entries))))


def test_columns_and_order():
    entries = [
        Entry(who, "ab", mark(which)) for who in ("bob", "ann") for which in ("E8.2", "E8.1")
    ]

    assert rows(entries) == [
        ["learner", "exercise", "score", "passed", "total", "status", "reason", "sha256"],
        *([who, which, "0.25", "10", "40", "graded", "", "ab"] for who in ("ann", "bob") for which in ("E8.1", "E8.2")),
    ]  # fmt: skip
    assert table(entries) == table(entries[::-1])


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1",
        "@x",
        "\tx",
        "=cmd|' /C calc'!A0",
        "＝1",
        "a,b",
        'a"b',
        "a\nb",
        "Zoë",
        "'x",
    ],
)
def test_a_hostile_name_stays_one_cell_and_no_formula(name):
    written = rows([Entry(name, "", mark(reason=Message.of("{x}", x=name)))])[1]

    for cell in (written[0], written[6]):
        assert cell.removeprefix("'") == name.removeprefix("'")
        assert not cell.startswith(("=", "+", "-", "@", "\t", "＝"))
    assert len(written) == 8


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


def test_a_page_shows_hostile_text_as_text():
    reader = read(page(SCRIPT, [mark(reason=Message.of("{x}", x=SCRIPT))]))
    names = [tag for tag, _ in reader.tags]

    assert "script" not in names
    assert "img" not in names
    assert reader.text.count(SCRIPT) == 3  # title, heading, reason


def test_a_page_loads_nothing():
    tags = read(page("ann", [mark()])).tags
    policy = next(attrs["content"] for tag, attrs in tags if attrs.get("http-equiv"))

    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert not [tag for tag, attrs in tags if tag == "link" or "src" in attrs or "href" in attrs]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_is_accessible_in_its_language(language):
    with speaking(language):
        reader = read(page("ann", [mark(), mark("E8.2", 40)]))
    names = [tag for tag, _ in reader.tags]

    assert dict(reader.tags)["html"] == {"lang": language}
    assert names.count("h1") == names.count("caption") == 1
    assert [a["scope"] for tag, a in reader.tags if tag == "th"] == ["col"] * 5 + ["row"] * 2
    assert "color-scheme: light dark" in reader.text
    assert ("62,5" in reader.text) == (language == "fr")


def test_weights_count_in_the_overall_mark():
    heavy = mark("E8.2", 40, weight=3.0)

    assert "Overall: 81.3 %" in page("ann", [mark(), heavy]) or "81.2 %" in page(
        "ann", [mark(), heavy]
    )


def test_every_learner_has_a_file_of_their_own():
    names = ["ann", "Ann", "ANN", "../ann", "ann/b", "", ".", "x" * 300, "Zoë", "a.b", "con"]
    files = [filename(name) for name in names]

    assert files[0] == "ann.html"
    assert len({each.lower() for each in files}) == len(names)
    assert all("/" not in each and not each.startswith(".") and len(each) < 100 for each in files)
