"""The start page: its map in both layouts, what made-up progress makes of it, its words and links."""

import json
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from looking import every_item, inside_the_frame

from coursekit import notebooks
from coursekit.chapters import CHAPTERS, LINES, chapter
from coursekit.i18n import speaking
from coursekit.labs import StartPage, open_chapter
from coursekit.labs.course import kept_by, labs_of, latest, questions_of, resume, standing
from coursekit.labs.start import duration
from coursekit.realtools import tools_here
from coursekit.realtools.check import Check
from coursekit.realtools.here import missing, summary, way
from coursekit.realtools.places import Place, Tool
from coursekit.ui.fit import BOLD, LETTER
from coursekit.ui.progress import Progress

BOOKS = Path(__file__).parents[2] / "notebooks"
each_chapter = pytest.mark.parametrize("one", CHAPTERS, ids=lambda c: c.slug)


def keep(path, *, labs=(), answers=(), done=()):
    """A made-up progress file: names and the minute at which each was kept."""
    at = "2026-01-01T10:{:02d}:00+00:00".format
    path.write_text(json.dumps({
        "version": 1,
        "predictions": {name: {"answer": 1, "at": at(minute)} for name, minute in labs},
        "answers": {name: {"right": right, "at": at(minute)} for name, right, minute in answers},
        "done": {slug: {"done": True, "at": at(minute)} for slug, minute in done},
    }))  # fmt: skip


def drawn(page):
    return {item["id"]: item for item in every_item(page.scene.items)}


def html(output):
    return output.outputs[0]["data"]["text/html"]


def words(output):
    return unescape(re.sub(r"<[^>]+>", " ", html(output)))


@pytest.fixture
def some(own_progress):
    """RAID begun last, failover before; networks done in full, hypervisors marked."""
    networks = questions_of("networks")
    keep(
        own_progress,
        labs=[*((name, 1) for name in networks.PREDICTIONS), ("failover-vrrp", 2), ("raid-layout", 9)],
        answers=[*((q.id, True, 1) for q in networks.QUESTIONS), ("failover-why-skew", False, 5)],
        done=[("hypervisors", 3)],
    )  # fmt: skip
    return StartPage()


class TestPicture:
    @pytest.mark.parametrize("lang", ["en", "fr"])
    @pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
    def test_it_stays_in_its_frame(self, some, lang, narrow):
        with speaking(lang):
            page = StartPage(lang=lang)
            page.scene.narrow = narrow
            for one in CHAPTERS:
                page.press(one.slug)
                inside_the_frame(page.scene)

        assert page.scene.size[0] == (460 if narrow else 900)

    @pytest.mark.parametrize("lang", ["en", "fr"])
    @pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
    def test_texts_stay_in_their_stations_and_none_is_cut(self, some, lang, narrow):
        page = StartPage(lang=lang)
        page.scene.narrow = narrow
        for one in CHAPTERS:
            station = drawn(page)[one.slug]
            for text in station["children"]:
                wide = len(text["text"]) * text["size"] * (BOLD if text["weight"] > 400 else LETTER) if "weight" in text else len(text["text"]) * text["size"] * LETTER  # fmt: skip
                assert text["x"] + wide <= station["w"] + 2, text
                assert text["y"] <= station["h"] - (14 if station["progress"] is not None else 4)
                assert "…" not in text["text"]

    @pytest.mark.parametrize("narrow", [False, True], ids=["wide", "narrow"])
    def test_stations_do_not_touch(self, some, narrow):
        some.scene.narrow = narrow
        places = [drawn(some)[one.slug] for one in CHAPTERS]
        for a in places:
            for b in places:
                apart = a["x"] + a["w"] < b["x"] or b["x"] + b["w"] < a["x"]
                assert a is b or apart or a["y"] + a["h"] < b["y"] or b["y"] + b["h"] < a["y"]

    def test_each_state_has_a_word_and_a_shape(self, some):
        items = drawn(some)
        shape = {slug: (items[slug]["fill"], bool(items[slug].get("dash")), items[slug]["progress"] is not None) for slug in ("networks", "failover", "raid", "hypervisors", "vmfiles")}  # fmt: skip

        assert shape["networks"] == shape["hypervisors"] == ("soft", False, False)
        assert shape["failover"] == shape["raid"] == ("paper", False, True)
        assert shape["vmfiles"] == ("plain", True, False)
        assert items["state-1"]["text"] == "✓ done"
        assert items["state-8"]["text"] == "begun, 6\u00a0%"  # 1 of 9 labs and 8 questions
        assert items["raid"]["progress"] == pytest.approx(1 / 17)
        assert items["state-5"]["text"] == "to begin"

    def test_every_station_is_a_button_that_says_its_state(self, some):
        for one in CHAPTERS:
            name = drawn(some)[one.slug]["press"]
            assert f"Chapter {one.number}, {one.title}: " in name
        assert some.scene.roving

    def test_arrows_and_rails_show_what_builds_on_what(self, some):
        items = drawn(some)
        for one in CHAPTERS:
            for before in one.after:
                same = CHAPTERS[before - 1].line == one.line
                joined = f"after-{before}-{one.number}" in items
                assert joined or same or one.line == "capstone"
        assert {f"rail-{end}-14" for end in (3, 7, 11, 13)} <= items.keys()

    def test_the_arrows_of_the_chosen_one_stand_out(self, some):
        some.press("databases")

        tones = {name: item["tone"] for name, item in drawn(some).items() if name.startswith("after-")}  # fmt: skip
        assert tones.pop("after-10-13") == "accent"
        assert set(tones.values()) == {"idle"}


class TestWords:
    def test_nothing_done_yet(self):
        page = StartPage()

        assert "Begin with chapter 1" in words(page._onward)
        assert "href='01-networks.ipynb'" in html(page._onward)
        assert "about 29 h." in words(page._onward)

    def test_on_where_it_stopped(self, some):
        second = list(labs_of("raid").values())[1]

        assert f"You stopped in chapter 8, RAID. Next there: the lab “{second.title}”." in words(some._onward)  # fmt: skip
        assert "href='08-raid.ipynb'" in html(some._onward)

    def test_after_the_labs_the_first_question_that_is_not_right(self, own_progress):
        asks = questions_of("raid")
        answers = [(q.id, number != 3, 8) for number, q in enumerate(asks.QUESTIONS, 1)]
        keep(own_progress, labs=[(name, 1) for name in asks.PREDICTIONS], answers=answers)

        assert "Next there: question 3." in words(StartPage()._onward)

    def test_after_a_chapter_that_is_done_the_next_that_is_not(self, own_progress):
        keep(own_progress, done=[("raid", 9), ("volumes", 3)])

        assert "Next is chapter 10, File systems." in words(StartPage()._onward)

    def test_after_the_last_the_first_that_was_left_out(self, own_progress):
        keep(own_progress, done=[(one.slug, one.number) for one in CHAPTERS[2:]])

        assert "Next is chapter 1, Virtual networks." in words(StartPage()._onward)

    def test_at_the_end(self, own_progress):
        keep(own_progress, done=[(one.slug, 1) for one in CHAPTERS])
        page = StartPage()

        assert "all fourteen chapters" in words(page._onward)
        assert "0 minutes are left" in words(page._onward)
        assert "href" not in html(page._onward)

    def test_a_press_tells_about_the_chapter_and_offers_its_link(self, some):
        some.press("raid")

        for told in ("Chapter 8: RAID.", chapter("raid").question, "About 90 minutes; begun", "Predictions made: 1 of 9. Questions right: 0 of 8.", "E8.1"):  # fmt: skip
            assert told in some.said.text
        assert "href='08-raid.ipynb'" in html(some._links)
        assert "href='exercises/08-raid.ipynb'" in html(some._links)

    def test_what_was_done_meanwhile_is_seen_at_a_press(self, some):
        some.press("raid")
        Progress().put("predictions", "raid-own", {"answer": 1})
        some.refresh()

        assert "Predictions made: 2 of 9." in some.said.text
        assert drawn(some)["raid"]["progress"] == pytest.approx(2 / 17)

    def test_the_list_says_the_same_as_the_map(self, some):
        rows = some.table().rows

        assert [row[0] for row in rows] == [one.number for one in CHAPTERS]
        for one, row in zip(CHAPTERS, rows, strict=True):
            assert str(row[-1]) in drawn(some)[f"state-{one.number}"]["text"]
            assert f"<a href='{one.stem}.ipynb'>" in html(some._list)

    @each_chapter
    def test_it_speaks_french(self, one):
        english = StartPage()
        english.press(one.slug)
        page = StartPage(lang="fr")
        page.press(one.slug)

        for a, b in ((english._onward, page._onward), (english._links, page._links), (english._list, page._list)):  # fmt: skip
            assert words(a) != words(b)
        assert f"Chapitre {one.number}" in page.said.text
        assert f"Environ {one.minutes} minutes" in page.said.text

    def test_a_damaged_file_is_told(self, own_progress):
        own_progress.write_text("{")

        assert "could not be read" in words(StartPage()._onward)

    def test_without_widgets_there_is_the_list(self, some):
        assert some._repr_mimebundle_()["text/html"] == html(some._list)


class TestCourse:
    def test_time_is_told_in_hours(self):
        assert [duration(m) for m in (0, 50, 60, 90)] == ["0 minutes", "50 minutes", "1 h", "1 h 30 min"]  # fmt: skip

    def test_time_left_falls_with_the_share(self, some):
        kept = kept_by(Progress())
        left = {one.slug: standing(one, kept).left for one in CHAPTERS}

        assert (left["networks"], left["hypervisors"], left["raid"], left["volumes"]) == (0, 0, 90, 120)  # fmt: skip

    def test_the_desk_counts_as_the_map_does(self, some):
        assert "Predictions made: 1 of 9. Questions right: 0 of 8." in open_chapter("raid").said.text  # fmt: skip

    def test_the_latest_is_by_time_and_not_by_order(self, some):
        kept = kept_by(Progress())

        assert latest(kept).slug == "raid"
        assert resume(kept, [standing(one, kept) for one in CHAPTERS]).slug == "raid"

    @each_chapter
    def test_the_labs_come_in_the_order_of_the_notebook(self, one):
        """Or the next lab would not be the next."""
        code = " ".join(cell.source for cell in notebooks.read(BOOKS / f"{one.stem}.ipynb").cells)
        names = re.findall(r'\.lab\("([^"]+)"', code)

        assert [name.removeprefix(f"{one.slug}-") for name in names] == [
            name.removeprefix(f"{one.slug}-") for name in labs_of(one.slug)
        ]

    @each_chapter
    def test_the_notebooks_say_the_minutes_and_lead_to_their_twins(self, one):
        english, french = (notebooks.read(BOOKS / folder / f"{one.stem}.ipynb").cells[0].source for folder in ("", "fr"))  # fmt: skip

        assert f"About {one.minutes} minutes" in english
        assert f"Environ {one.minutes} minutes" in french
        assert f"[Français](fr/{one.stem}.ipynb)" in english
        assert f"[English](../{one.stem}.ipynb)" in french

    @pytest.mark.parametrize("name", ["00-start-here", "teachers"])
    def test_other_pages_lead_to_their_twins(self, name):
        assert f"[Français](fr/{name}.ipynb)" in notebooks.read(BOOKS / f"{name}.ipynb").cells[0].source  # fmt: skip
        assert f"[English](../{name}.ipynb)" in notebooks.read(BOOKS / "fr" / f"{name}.ipynb").cells[0].source  # fmt: skip

    @each_chapter
    def test_a_chapter_builds_only_on_earlier_ones(self, one):
        assert one.line in LINES
        assert all(before < one.number for before in one.after)

    def test_the_page_opens_without_the_simulations(self):
        """What a fresh learner waits for: no chapter's questions, labs or checks are imported."""
        code = "import sys; from coursekit.labs import StartPage; from coursekit.realtools import tools_here; StartPage(); tools_here(); print(*sys.modules)"
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()  # fmt: skip
        rooms = {f"coursekit.{floor}.{one.slug}" for floor in ("sims", "labs", "quizzes", "exercises", "realtools") for one in CHAPTERS}  # fmt: skip

        assert not rooms & set(loaded)


class TestTools:
    def check(self, *places):
        return Check("raid-x", "X", "X?", "", lambda: (), lambda _source: (), places)

    def test_a_missing_package_is_named(self):
        lacks = self.check(Place("here", (Tool("no-such-program", "no-such-package"),)))

        assert missing(lacks) == ["no-such-package"]
        assert way(lacks) == "missing: no-such-package"
        assert "apt install no-such-package" in summary((lacks,))
        assert "0 of 1" in summary((lacks,))

    def test_what_is_here_is_ready(self):
        ready = self.check(Place("here", (Tool("sh", "dash"),)))

        assert (way(ready), missing(ready)) == ("✓ ready", [])
        assert summary((ready,)) == "1 of 1 checks can be asked on this machine."

    def test_the_small_machine_is_no_package(self, monkeypatch):
        monkeypatch.setattr("coursekit.realtools.places.vm_ready", lambda: False)
        waits = self.check(Place("vm", (Tool("mdadm", "mdadm"),)))

        assert "small virtual machine" in way(waits)
        assert "build-vm" in summary((waits,))

    def test_the_list_unfolds_and_speaks_french(self):
        here = tools_here(lang="fr")
        assert here.opened.children == ()
        here.unfold.value = True

        assert "vérifications sur" in here.said.text
        assert here.opened.children[0].value.count("<tr>") > 20
        here.unfold.value = False
        assert here.opened.children == ()
