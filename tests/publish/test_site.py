"""The site as a folder: all of the course is there, in both languages, and nothing leads nowhere."""

import re
from collections import Counter
from urllib.parse import unquote

import pytest

from coursekit.i18n import _, speaking
from coursekit.labs.desk import built, labs_of
from coursekit.publish.questions import said
from coursekit.realtools.checks import checks

EDITIONS = {"en": "", "fr": "fr/"}
editions = pytest.mark.parametrize("code", EDITIONS)
FIGURE = '<figure class="moment">'
ALONE = {"kubernetes-manifest"}  # it opens in the state that answers, and has no control


def lab_sections(site, code, chapter):
    """The HTML of each lab of a chapter's page, by its name."""
    text = (site / EDITIONS[code] / f"{chapter.stem}.html").read_text("utf-8")
    parts = re.split(r'<section class="lab" id="([\w-]+)">', text)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@editions
def test_every_chapter_is_a_page_in_its_language(pages, code):
    for chapter in built():
        assert pages[f"{EDITIONS[code]}{chapter.stem}.html"].lang == code
    assert pages[f"{EDITIONS[code]}index.html"].lang == code


@editions
def test_every_lab_is_there_at_several_moments_with_words_and_tables(site, code):
    for chapter in built():
        found = lab_sections(site, code, chapter)
        assert list(found) and set(found) == set(labs_of(chapter.slug))
        for name, html in found.items():
            moments = html.split(FIGURE)[1:]
            assert len(moments) >= 2 or name in ALONE, name
            for each in moments:
                assert 'class="ck-said"' in each and "ck-table" in each, name
                assert re.search(r'class="still"|class="plot"|dc-page|ck-web|<p>', each), name
            assert len(set(moments)) == len(moments), f"{name}: the same picture twice"


def test_the_pages_of_an_edition_speak_its_language(site):
    for chapter in built():
        english, french = (lab_sections(site, code, chapter) for code in EDITIONS)
        for name, lab in labs_of(chapter.slug).items():
            with speaking("fr"):
                title = _(lab.title)
            assert said(lab.title) in english[name]
            assert title.replace("'", "&#x27;") in french[name].replace("&quot;", '"')
            assert english[name] != french[name]


@editions
def test_every_check_for_real_is_there_with_its_recording(site, code):
    for name, check in checks().items():
        stem = next(each.stem for each in built() if each.slug == check.chapter)
        text = (site / EDITIONS[code] / f"{stem}.html").read_text("utf-8")
        section = text.partition(f'<section class="lab real" id="real-{name}">')[2]
        assert "ck-compared" in section.partition("</section>")[0], name


def test_every_link_and_every_anchor_leads_somewhere(site, pages):
    for name, page in pages.items():
        for tag, _attribute, link in page.links:
            if re.match(r"(https?|data):", link):
                continue
            path, _hash, anchor = unquote(link).partition("#")
            target = (page.path.parent / path).resolve() if path else page.path
            assert target.is_file(), f"{name}: <{tag}> {link}"
            if anchor:
                ids = pages[target.relative_to(site.resolve()).as_posix()].ids if path else page.ids
                assert anchor in ids, f"{name}: {link}"


def test_nothing_is_fetched_from_elsewhere(site, pages):
    for name, page in pages.items():
        outside = [(tag, link) for tag, _a, link in page.links if re.match(r"\w+:|//", link)]
        assert all(tag == "a" or link == "data:," for tag, link in outside), name
    for path in (site / "assets").iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|@import|url\((?!#)|fetch\(|\bimport\b", text), path.name


def test_ids_are_used_once_and_headings_go_down_step_by_step(pages):
    for name, page in pages.items():
        twice = [each for each, count in Counter(page.ids).items() if count > 1]
        assert twice == [], name
        assert page.levels[0] == 1 and page.levels.count(1) == 1, name
        steps = [(a, b) for a, b in zip(page.levels, page.levels[1:], strict=False) if b > a + 1]
        assert steps == [], f"{name}: {steps}"


def test_answers_are_folded(pages):
    from coursekit.quizzes.raid import PREDICTIONS, QUESTIONS

    page = pages["08-raid.html"]
    plain, folded = "\n".join(page.plain), "\n".join(page.folded)
    for one in (*QUESTIONS, *(each.question for each in PREDICTIONS.values())):
        because = _(one.because)
        assert because in folded and because not in plain, one.id
        assert _(one.prompt) in plain
        for choice in one.choices:
            assert _(choice.why) in folded, "each wrong answer has its reason"


def test_printed_tables_and_rules_of_ones_own_are_shown_other_code_is_not(site):
    text = (site / "08-raid.html").read_text("utf-8")
    assert "left-asymmetric  0 1 2 P | 3 4 P 5" in text
    assert "def place(chunk, disks):" in text
    assert "open_chapter" not in text and "raid.quiz()" not in text


def test_chapters_follow_each_other(pages):
    def leads(name):
        return [link for tag, attribute, link in pages[name].links if attribute == "href"]

    assert "01-networks.html" in leads("index.html")
    assert {"07-kubernetes.html", "09-volumes.html", "fr/08-raid.html"} <= set(leads("08-raid.html"))  # fmt: skip
    assert "../08-raid.html" in leads("fr/08-raid.html")


def test_a_page_is_no_burden(site, pages):
    """Sizes in bytes; most of it are diagrams, in two layouts."""
    sizes = {name: page.path.stat().st_size for name, page in pages.items()}
    total = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    assert max(sizes.values()) < 3e6, max(sizes, key=sizes.get)
    assert total < 40e6
