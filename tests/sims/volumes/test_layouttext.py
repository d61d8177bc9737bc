"""Layouts as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.growth import Volume, first_full, full_months, lasts, pooled_full
from coursekit.sims.volumes.layouttext import TASK_MONTHS, parse, tried

FOUR = "/ 21 static\n/var 73.5 static\n/home 120 static\n/srv/data 285 static\n"


def test_lines_comments_and_units():
    layout = parse("# mine\n\n/ 20 LVM  # the system\n/var 60G lvm\n/home 100GB lvm", 500)
    assert layout.kind == "lvm"
    assert layout.volumes == (Volume("/", 20), Volume("/var", 60), Volume("/home", 100))


def test_four_well_chosen_ones_do_the_task_and_one_for_all_lasts_as_long():
    four, one = tried(parse(FOUR, 500)), tried(parse("/ 500 static", 500))
    assert four.done
    assert four.lasts == one.lasts == one.best == pooled_full(500)
    assert four.score == 1.0
    assert [each.ok for each in one.checks] == [True, False], "a flood of logs fills /"


def test_a_group_with_free_extents_lasts_as_long_as_the_disk():
    judged = tried(parse("/ 20 lvm\n/var 10 lvm\n/home 40 lvm\n/srv/data 70 lvm", 500))
    assert judged.lasts == judged.best
    assert min(judged.full) < TASK_MONTHS < judged.lasts
    assert judged.free == 360


def test_what_lives_where():
    judged = tried(parse("/ 100 static\n/srv 200 static", 500))
    assert judged.inside("/") == ("/", "/var", "/home")
    assert judged.inside("/srv") == ("/srv/data",)


sizes = st.lists(st.integers(1, 120), min_size=4, max_size=4)


@given(sizes, st.sampled_from(["static", "lvm"]))
def test_no_layout_lasts_longer_than_the_disk(gb, kind):
    paths = ("/", "/var", "/home", "/srv/data")
    layout = parse("\n".join(f"{path} {size} {kind}" for path, size in zip(paths, gb, strict=True)), 500)  # fmt: skip
    judged = tried(layout)
    assert judged.lasts <= judged.best
    assert 0 <= judged.score <= 1
    assert min(full_months(layout)) == first_full(layout)[0]
    assert (lasts(layout) == first_full(layout)[0]) or kind == "lvm"


@pytest.mark.parametrize(
    "text, said",
    [
        ("", "the text has no line"),
        ("/ 20", "line 1: words=2"),
        ("/ 20 static\nvar 5 static", "line 2: path=var: begin it with /"),
        ("/ 20 static\n\n/ 5 static", "line 3: path=/: each mount point once"),
        ("/ many static", "line 1: size=many"),
        ("/ -5 static", "line 1: size=-5"),
        ("/ nan static", "line 1: size=nan"),
        ("/ 5 raid", "line 1: kind=raid: choose static or lvm"),
        ("/ 5 lvm\n/var 5 static", "line 2: kind=static: the lines above say lvm"),
        ("/var 5 lvm", "/ must be one of them"),
        ("/ 501 lvm", "volumes=501 GB: the disk has 500"),
        ("\n".join(["/ 1 lvm", *(f"/d{k} 1 lvm" for k in range(8))]), "line 9: volumes=9"),
    ],
)
def test_errors(text, said):
    with pytest.raises(ParameterError, match=said):
        parse(text, 500)
