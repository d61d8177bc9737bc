"""Markdown of the notebooks: links lead to pages, headings have JupyterLab's anchors."""

from collections import Counter

import pytest

from coursekit.publish.prose import page_of, render


@pytest.mark.parametrize(
    "link, leads",
    [
        ("08-raid.ipynb", "08-raid.html"),
        ("../08-raid.ipynb#Glossary", "../08-raid.html#Glossary"),
        ("fr/00-start-here.ipynb", "fr/index.html"),
        ("exercises/08-raid.ipynb", "exercises/08-raid.ipynb"),
        ("#Glossary", "#Glossary"),
        ("https://example.org/a.ipynb", "https://example.org/a.ipynb"),
        ("COVERAGE.md", "COVERAGE.md"),
    ],
)
def test_where_a_link_leads(link, leads):
    assert page_of(link) == leads


def test_anchors_are_those_of_jupyterlab_and_unique():
    seen = Counter()
    assert '<h2 id="What-the-notes-say">' in render("## What the notes say", seen, "T")
    assert '<h2 id="What-the-notes-say-2">' in render("## What the notes say", seen, "T")


def test_html_in_prose_stays_text():
    assert "&lt;LOOPBACK&gt;" in render("a <LOOPBACK> b", Counter(), "T")


def test_a_table_can_be_scrolled_by_keyboard():
    html = render("| a | b |\n|---|---|\n| 1 | 2 |", Counter(), "Tabelle")
    assert 'tabindex="0" role="region" aria-label="Tabelle"><table>' in html
    assert html.count("<td>") == 2
