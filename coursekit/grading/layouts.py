"""Whose file is it? Tells from the paths in a folder, as platforms name what they export.

Pure: paths in, owners out; nothing is opened. A layout is recognised by its own form: every
path has it, or the folder is taken as plain. The forms, and where they are written down:

plain      `LEARNER.ipynb`, or anything in a folder `LEARNER/`
moodle     `Name Surname_12345_assignsubmission_file_/FILE`, or the same as one long file name;
           mod/assign/classes/downloader.php of Moodle (the number is the participant's, as in
           its grading worksheet; a group without number, and a folder without the last `_`,
           are possible)
canvas     `surnamename_LATE_123_456_FILE`: user 123, file 456, `LATE_` only if late;
           `anon_x1Y2z_456_FILE` where marking is blind; lib/content_zipper.rb of Canvas
nbgrader   `submitted/LEARNER/ASSIGNMENT/FILE` with a `timestamp.txt`; "The philosophy and the
           approach" and exchange/default/submit.py of nbgrader
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

_LITTER = re.compile(r"\..*|__MACOSX|Thumbs\.db|desktop\.ini", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Layout:
    """The forms of a path, and what some path must look like besides."""

    name: str
    forms: tuple[str, ...]
    sign: str = ".*"

    def owners(self, paths: Sequence[str]) -> list["Owner"] | None:
        """The owner of each path; None unless every path has a form of this layout."""
        found = [_first_match(self.forms, path) for path in paths]
        if not found or not any(re.fullmatch(self.sign, path, re.DOTALL) for path in paths):
            return None
        if None in found:
            return None
        return [_owner(self.name, each) for each in found if each is not None]


@dataclass(frozen=True)
class Owner:
    """Who handed a file in, and what its path tells about it."""

    learner: str
    file: str  # its name as the learner gave it; empty for an empty folder
    name: str = ""  # of the person, where the platform writes it
    ids: Mapping[str, str] = field(default_factory=dict)  # platform -> the learner's number there
    late: bool = False  # says the platform
    number: int = 0  # a later file has a larger one
    home: str = ""  # folder of a time stamp


LAYOUTS = (
    Layout(
        "moodle",
        (
            r"(?P<learner>(?P<name>[^/_]+)(_(?P<id>[0-9]+))?)_assignsubmission_[a-z]+(_?/|_)(?P<file>.*)",
        ),
    ),
    Layout(
        "canvas",
        (
            r"(?P<learner>(?P<late>LATE_)?anon_(?P<id>[A-Za-z0-9]{5}))_(?P<number>[0-9]+)_(?P<file>[^/]+)",
            r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<id>[0-9]+)_(?P<number>[0-9]+)_(?P<file>[^/]+)",
            r"(?P<name>\w+?)(?P<late>_LATE)?_(?P<id>[0-9]+)_(?P<file>(text|link)\.html)",
        ),
    ),
    Layout(
        "nbgrader",
        (r"(?P<home>(submitted/)?(?P<learner>[^/]+)/[^/]+/)(?P<file>.*)",),
        sign=r"(submitted/)?[^/]+/[^/]+/timestamp\.txt",
    ),
)
PLAIN = Layout(
    "plain",
    (
        r"(?P<learner>[^/]+)/(?P<file>.*)",
        r"(?P<file>(?P<learner>[^/]+)\.ipynb)",
        r"(?P<file>(?P<learner>[^/]+))",
    ),
)


def owners(paths: Sequence[str], stem: str) -> list[Owner]:
    """The owner of each path, in their order; a folder without files ends in `/`.

    Paths may all stand in one folder more, such as `handed-in/`.
    """
    top = _inner(paths, stem)
    for start in ("", top) if top else ("",):
        rest = [path.removeprefix(start) for path in paths]
        for layout in LAYOUTS:
            if (found := layout.owners(rest)) is not None:
                return [replace(each, home=each.home and start + each.home) for each in found]
    return PLAIN.owners([path.removeprefix(top) for path in paths]) or []


def is_litter(name: str) -> bool:
    """A hidden file or folder, or one that a system leaves everywhere."""
    return _LITTER.fullmatch(name) is not None


def named(file: str, stem: str) -> bool:
    """A notebook of the right name, or that name as browsers and platforms number it."""
    name = file.rpartition("/")[2]
    again = r"(-\d+| ?\(\d+\)|-Copy\d+)*"
    return re.fullmatch(re.escape(stem) + again + r"\.ipynb", name) is not None


def _inner(paths: Sequence[str], stem: str) -> str:
    """The folder that holds everything, such as `handed-in/`; empty if there is none.

    The folder of a single learner is none: it has a notebook of the right name, or no
    other folder and one notebook at most.
    """
    tops = {path.partition("/")[0] for path in paths}
    if len(tops) != 1 or any("/" not in path for path in paths):
        return ""
    rest = [path.partition("/")[2] for path in paths]
    books = [path for path in rest if "/" not in path and path.endswith(".ipynb")]
    if any(named(path, stem) for path in books):
        return ""
    return f"{tops.pop()}/" if len(books) > 1 or any("/" in path for path in rest) else ""


def _first_match(forms: Sequence[str], path: str) -> re.Match[str] | None:
    matches = (re.fullmatch(form, path, re.DOTALL) for form in forms)
    return next((each for each in matches if each is not None), None)


def _owner(layout: str, match: re.Match[str]) -> Owner:
    told = {key: text for key, text in match.groupdict().items() if text is not None}
    ids = {layout: told["id"]} if "id" in told else {}
    learner = told.get("learner") or f"{told['name']}_{told['id']}"
    return Owner(
        learner=learner.removeprefix("LATE_") if layout == "canvas" else learner,
        file=told["file"],
        name=told.get("name", ""),
        ids=ids,
        late="late" in told,
        number=int(told.get("number", "0")),
        home=told.get("home", ""),
    )
