"""Reads a folder of HTML pages: tags that match, ids, links, headings, text by where it stands."""

from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "col"}


class WebPage(HTMLParser):
    """One page. `ids`, `links` (tag, attribute, value), `levels` of headings; `text(fold=…)`."""

    def __init__(self, path: Path):
        super().__init__(convert_charrefs=True)
        self.path = path
        self.ids, self.links, self.levels, self.open = [], [], [], []
        self.attributes = {}  # of elements by their id
        self.folded, self.plain = [], []
        self.feed(path.read_text("utf-8"))
        assert self.open == [], f"{path}: never closed: {self.open}"

    def handle_starttag(self, tag, attributes):
        has = dict(attributes)
        assert len(has) == len(attributes), f"{self.path}: an attribute twice in {tag}"
        if "id" in has:
            self.ids.append(has["id"])
        self.links += [(tag, name, has[name]) for name in ("href", "src") if name in has]
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.levels.append(int(has.get("aria-level", tag[1])))
        if tag == "html":
            self.lang = has["lang"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"{self.path}: </{tag}> within {self.open}"
        self.open.pop()

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("script", "style"):
            (self.folded if "details" in self.open else self.plain).append(data)
