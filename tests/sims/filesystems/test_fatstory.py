"""A FAT volume told deed by deed: what changes where, what is said, what undelete guesses."""

import pytest

from coursekit.sims.filesystems import fat
from coursekit.sims.filesystems.fatstory import Deed, tell
from coursekit.sims.message import ParameterError


def said(state):
    return " ".join(map(str, state.why))


def test_a_write_takes_the_lowest_clusters_and_changes_both_tables_the_directory_and_the_data():
    told = tell([Deed("write", "A", 1000)])
    after = told.states[1]
    assert after.chains == {"A": (2, 3)}
    assert after.links[2:5] == (3, 0xFFF, 0)
    assert after.changed == (1, 2, 3, 4, 5)  # two tables, the directory, two clusters
    assert said(after) == "Clusters taken for A: 2, the lowest free ones. The name fits 8.3: one entry in the directory."  # fmt: skip


def test_a_file_in_two_pieces_is_read_by_its_chain_and_guessed_wrong():
    deeds = [Deed("write", "A", 600), Deed("write", "B", 600), Deed("delete", "A"), Deed("write", "a long name", 2000)]  # fmt: skip
    told = tell([*deeds, Deed("read", "a long name"), Deed("delete", "a long name"), Deed("undelete", "a long name")])  # fmt: skip
    whole, read, gone, guessed = told.states[4:]
    assert whole.chains["a long name"] == (2, 3, 6, 7)
    assert "2 pieces" in said(whole) and "2 entries in the directory" in said(whole)
    assert "names cluster 2" in said(read) and read.changed == ()
    assert gone.chains == {"B": (4, 5)} and gone.changed == (1, 2, 3)  # no data touched
    assert guessed.guess.clusters == (2, 3, 4, 5) and guessed.guess.reused == (4, 5)
    assert "another file has now: 2" in said(guessed)
    assert guessed.image == gone.image


def test_a_file_in_one_piece_comes_back():
    told = tell([Deed("write", "A.TXT", 1500), Deed("delete", "A.TXT"), Deed("undelete", "?.TXT")])
    guess = told.states[-1].guess
    assert guess.data == b"A" * 1500 and guess.whole
    assert "No other file has them" in said(told.states[-1])


def test_an_empty_file_has_no_cluster():
    told = tell([Deed("write", "E"), Deed("read", "E"), Deed("delete", "E"), Deed("undelete", "?")])
    assert told.states[1].chains == {"E": ()}
    assert said(told.states[2]) == said(told.states[4]) == "The file is empty: it has no cluster."
    assert fat.free_clusters(told.states[4].image) == fat.free_clusters(told.states[0].image)


@pytest.mark.parametrize(
    "deed, says",
    [
        (Deed("jump", "A"), "deed=jump: choose one of write, append, read, delete, undelete"),
        (Deed("read", "A"), "name=A: no such file"),
        (Deed("undelete", "A"), "name=A: no such deleted file"),
        (Deed("write", "A", 10**6), "size=1000000: 1954 clusters are needed, 60 are free"),
    ],
)
def test_a_bad_deed_names_the_value_and_the_rule(deed, says):
    with pytest.raises(ParameterError, match=says):
        tell([deed])
