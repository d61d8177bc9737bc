"""Overlay: vectors, Linux's own overlayfs (recorded), an oracle that copies layers, the story."""

import json
import runpy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.containers import overlay
from coursekit.sims.containers.overlay import OPQ, WH, Stack
from coursekit.sims.containers.overlaystory import IMAGE, Deed, tell, trace
from coursekit.sims.message import ParameterError

FOLDER = Path(__file__).parents[2] / "transcripts" / "containers"
LINES = [
    line.partition(" ")
    for line in (FOLDER / "overlay.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
CASES = [json.loads(rest) for kind, _blank, rest in LINES if kind == "case"]
SAID = [json.loads(rest) for kind, _blank, rest in LINES if kind == "said"]


def size(stack, path):
    found = overlay.lookup(stack, path)
    return found and found.size


def test_6_v8():
    """lower2 {a:1, d/x:1}, lower1 {a:2, whiteout d/x, d/y:1}, upper {}."""
    stack = Stack(({"a": 2, "d/x": WH, "d/y": 1}, {"a": 1, "d/x": 1}))

    assert size(stack, "a") == 2
    assert overlay.lookup(stack, "d/x") is None
    assert overlay.listing(stack, "d") == ("y",)
    written, copied = overlay.write(stack, "d/y", 7)
    assert (copied, written.upper) == (1, {"d/y": 7})
    gone = overlay.delete(written, "a")
    assert gone.upper == {"d/y": 7, "a": WH}
    assert overlay.view(gone) == {"d/y": 7}


def test_6_v9():
    """Lower directory d{x, y}; deleted, made again, z written in it."""
    stack, _copied = overlay.run(
        Stack(({"d/x": 1, "d/y": 1},)), [["rmdir", "d"], ["mkdir", "d"], ["write", "d/z", 1]]
    )
    assert stack.upper == {"d": OPQ, "d/z": 1}
    assert overlay.listing(stack, "d") == ("z",)


def test_an_emptied_directory_of_the_upper_layer_stays():
    stack = overlay.delete(Stack((), {"d/x": 1}), "d/x")
    assert overlay.listing(stack, "d") == ()
    assert overlay.view(stack) == {}


# Linux


def test_the_record_is_of_the_cases_of_today():
    assert runpy.run_path(str(FOLDER / "overlay.py"))["cases"]() == CASES
    assert len(CASES) == len(SAID) == 60


@pytest.mark.parametrize(("case", "said"), list(zip(CASES, SAID, strict=True)))
def test_linux_sees_the_same_files_and_keeps_the_same_upper_layer(case, said):
    """Linux marks a new directory opaque only where something below could show through."""
    stack, _copied = overlay.run(Stack(tuple(case["layers"])), case["ops"])

    assert overlay.view(stack) == said["view"]
    theirs = {path: mark for path, mark in said["upper"].items() if mark not in ("dir", OPQ)}
    assert {path: mark for path, mark in stack.upper.items() if mark != OPQ} == theirs
    opaque = {path for path, mark in stack.upper.items() if mark == OPQ}
    assert {path for path, mark in said["upper"].items() if mark == OPQ} <= opaque
    for path in opaque:
        showing = (
            overlay.lookup(Stack(stack.lowers), path) if said["upper"][path] == "dir" else None
        )
        above = any(said["upper"].get(name) == OPQ for name in overlay.ancestors(path))
        assert showing is None or above


def test_linux_renames_files_and_its_own_directories_only():
    said = next(json.loads(rest) for kind, _blank, rest in LINES if kind == "rename")
    stack = Stack(({"d/x": 3, "a": 5},))

    assert said["d"] == "EXDEV"
    with pytest.raises(ParameterError, match="path=d: EXDEV, a directory of a lower layer"):
        overlay.rename(stack, "d", "e")
    after, copied = overlay.rename(overlay.mkdir(stack, "own"), "a", "b")
    after, none = overlay.rename(after, "own", "mine")
    assert (copied, none) == (5, 0)
    assert after.upper == said["upper"]


# The oracle


def merged(layers):
    """All layers copied one over the other, the lowest first: files and directories."""
    files, folders = {}, set()
    for layer in reversed(layers):
        for path in (path for path, mark in layer.items() if mark in (WH, OPQ)):
            files = {p: s for p, s in files.items() if p != path and not p.startswith(f"{path}/")}
            folders = {p for p in folders if p != path and not p.startswith(f"{path}/")}
        for path, mark in layer.items():
            folders |= set(overlay.ancestors(path)) | ({path} if mark == OPQ else set())
            for above in [p for p in files if p in folders]:
                del files[above]
            if isinstance(mark, int):
                files = {p: s for p, s in files.items() if not p.startswith(f"{path}/")} | {
                    path: mark
                }
                folders = {p for p in folders if p != path and not p.startswith(f"{path}/")}
    return files, folders


PATHS = ("a", "b", "d", "d/x", "d/y", "d/s", "d/s/z")


@st.composite
def layer(draw):
    """Any marks of a layer that do not contradict one another."""
    marks = {}
    for path in PATHS:
        mark = draw(st.sampled_from([None, None, 1, 2, WH, OPQ]))
        if mark and all(marks.get(above, OPQ) == OPQ for above in overlay.ancestors(path)):
            marks[path] = mark
    return marks


@given(st.lists(layer(), min_size=1, max_size=4))
def test_what_is_seen_is_what_copying_all_layers_would_leave(layers):
    stack = Stack(tuple(layers))
    files, folders = merged(layers)

    assert overlay.view(stack) == files
    for path in PATHS:
        found = overlay.lookup(stack, path)
        assert (found is not None and not found.file) == (path in folders)
    for path in ["", *folders]:
        start = f"{path}/" if path else ""
        names = {
            p.removeprefix(start).split("/")[0] for p in {*files, *folders} if p.startswith(start)
        }
        assert overlay.listing(stack, path) == tuple(sorted(names))


@given(
    st.lists(layer(), min_size=1, max_size=3),
    st.lists(st.tuples(st.sampled_from(["write", "delete", "mkdir", "rmdir", "rename"]), st.sampled_from(PATHS), st.sampled_from(PATHS)), max_size=12),
)  # fmt: skip
def test_any_operations_leave_what_a_plain_tree_would_hold(layers, ops):
    """The same operations on a dict of files and a set of directories; lowers never change."""
    stack = Stack(tuple(layers))
    files, folders = merged(layers)
    for kind, path, other in ops:
        try:
            if kind == "rename":
                moved = overlay.lookup(stack, path)
                stack, _copied = overlay.rename(stack, path, other)
            else:
                stack, _copied = overlay.run(
                    stack, [[kind, path, *([3] if kind == "write" else [])]]
                )
        except ParameterError:
            continue
        if kind == "write":
            files[path] = 3
        elif kind == "mkdir":
            folders.add(path)
        elif kind == "rename" and moved.file:
            files[other] = files.pop(path)
        else:
            inside = {p for p in (*files, *folders) if p == path or p.startswith(f"{path}/")}
            if kind == "rename":
                files |= {other + p.removeprefix(path): files[p] for p in inside if p in files}
                folders |= {other + p.removeprefix(path) for p in inside if p in folders}
            files = {p: s for p, s in files.items() if p not in inside}
            folders -= inside
        assert overlay.view(stack) == files, (kind, path)
        assert {p for p in PATHS if (f := overlay.lookup(stack, p)) and not f.file} == folders
    assert stack.lowers == tuple(layers)


@given(st.lists(layer(), min_size=1, max_size=3), st.sampled_from(PATHS))
def test_a_file_is_copied_up_once_and_whole(layers, path):
    stack = Stack(tuple(layers))
    found = overlay.lookup(stack, path)
    if found is None or not found.file:
        return
    once, copied = overlay.write(stack, path, 9)
    assert copied == found.size
    assert overlay.write(once, path, 8)[1] == 0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda s: overlay.write(s, "d", 1), "path=d: a directory, not a file"),
        (lambda s: overlay.write(s, "n/x", 1), "path=n/x: the directory n does not exist"),
        (lambda s: overlay.write(s, "a/x", 1), "path=a/x: a is a file"),
        (lambda s: overlay.write(s, "a", -1), "size=-1: choose 0 or more"),
        (lambda s: overlay.delete(s, "d"), "path=d: a directory, not a file"),
        (lambda s: overlay.delete(s, "n"), "path=n: no such file"),
        (lambda s: overlay.mkdir(s, "d"), "path=d: it exists"),
        (lambda s: overlay.rmdir(s, "a"), "path=a: a file, not a directory"),
        (lambda s: overlay.rmdir(s, "n"), "path=n: no such directory"),
        (lambda s: overlay.rename(s, "n", "m"), "path=n: no such file or directory"),
        (lambda s: overlay.rename(s, "a", "d"), "path=d: it exists"),
        (lambda s: overlay.rename(overlay.mkdir(s, "n"), "n", "n/m"), "cannot move into itself"),
        (lambda s: overlay.rename(overlay.write(s, "d/y", 1)[0], "d", "e"), "path=d: EXDEV"),
        (lambda s: overlay.listing(s, "a"), "path=a: a file, not a directory"),
        (lambda s: overlay.listing(s, "n"), "path=n: no such directory"),
        (lambda s: overlay.lookup(s, "/a"), "path=/a: write it without a slash"),
        (lambda s: overlay.run(s, [["jump", "a"]]), "op=.*write"),
        (lambda s: overlay.run(s, [["read", "n"]]), "path=n: no such file"),
        (lambda _s: Stack(({"a": "?"},)), r"a=\?: choose a size in bytes, WH or OPQ"),
        (lambda _s: Stack(({"a": True},)), "a=True: choose a size"),
        (lambda _s: Stack(({"a": 1, "a/b": 1},)), "a/b=1: a is no directory in the same layer"),
    ],
)
def test_a_bad_value_names_its_rule(call, says):
    with pytest.raises(ParameterError, match=says):
        call(Stack(({"a": 1, "d/x": 1},)))


# The story

DEEDS = [
    Deed("read", "c"), Deed("write", "d/y", 1025), Deed("write", "d/y", 1026), Deed("delete", "b"),
    Deed("read", "b"), Deed("read", "d/x"), Deed("read", "e/m"), Deed("list", "d"), Deed("rmdir", "e"),
    Deed("mkdir", "e"), Deed("write", "e/n", 1), Deed("read", "e/n"), Deed("delete", "e/n"),
    Deed("rename", "c", 0, "f"), Deed("read", "nowhere"), Deed("list", ""), Deed("mkdir", "g"),
    Deed("rename", "g", 0, "h"),
]  # fmt: skip


def test_a_story_says_what_happened_and_why():
    states = tell(IMAGE, DEEDS).states
    said = [" ".join(map(str, state.why)) for state in states]

    assert said[0] == "The container begins with an empty upper layer over 3 layers of the image."
    assert said[1].startswith("c is found in L3; layers asked in vain above it: 3.")
    assert said[2].startswith(
        "d/y is in L1, which nobody may change: all 1024 MB of it are copied up"
    )
    assert said[3].endswith("it is written in place.")
    assert said[4].startswith("The image cannot be changed: a whiteout in the upper layer hides b.")
    assert "the upper layer hides b, which an image layer still holds" in said[5]
    assert "one layer of the image hides d/x, which a lower one still holds" in said[6]
    assert "one layer of the image hides e/m" in said[7]
    assert said[8] == "/d is made of the parts that 4 layers have of it, without what whiteouts hide: y, z."  # fmt: skip
    assert "a whiteout in the upper layer hides e" in said[9]
    assert "opaque: what the image has" in said[10]
    assert said[11] == "e/n is new: it goes to the upper layer."
    assert said[12] == "e/n is found in the upper layer: no other is asked."
    assert said[13].endswith("so no whiteout is needed.")
    assert "all 20 MB of c are copied up as f" in said[14]
    assert said[15] == "No such file: no layer has nowhere."
    assert said[16].endswith("hide: a, d, e, f.")
    assert said[17] == "g is a new directory of the upper layer."
    assert said[18] == "g is the upper layer's own: it becomes h, nothing is copied."
    assert [state.copied for state in states if state.copied] == [1024, 20]
    assert states[-1].total == 1044


def test_a_changed_file_that_is_deleted_leaves_twice():
    state = tell(IMAGE, [Deed("write", "c", 3), Deed("delete", "c")]).states[-1]
    assert state.stack.upper == {"c": WH}
    assert str(state.why[0]).startswith("c leaves the upper layer; a whiteout hides")


def test_the_trace_of_a_story():
    events = trace(tell(IMAGE, DEEDS[:3]))
    assert [event["kind"] for event in events] == ["read", "copyup", "write", "write"]
    assert events[1] == {"kind": "copyup", "path": "d/y", "bytes": 1024}


@pytest.mark.parametrize(
    ("deed", "says"),
    [
        (Deed("sing", "a"), "deed=sing: choose one of read"),
        (Deed("read", "d"), "path=d: a directory"),
        (Deed("rename", "a"), "to='': a rename needs a new name"),
        (Deed("rename", "d", 0, "cfg"), "path=d: EXDEV"),
    ],
)
def test_a_deed_that_cannot_be_done(deed, says):
    with pytest.raises(ParameterError, match=says):
        tell(IMAGE, [deed])
