"""What a lab leaves beside the notebook."""

import pytest

from coursekit.ui.keep import keep, keep_as


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_is_never_written_over(here):
    assert [keep("my.app.yaml", text) for text in (b"1", b"2", b"3")] == [
        "my.app.yaml", "my.app-2.yaml", "my.app-3.yaml",
    ]  # fmt: skip
    assert [each.read_bytes() for each in sorted(here.iterdir())] == [b"2", b"3", b"1"]


def test_a_folder_takes_the_next_free_name(here):
    (here / "image").write_text("a file of that name")
    assert keep_as("image", lambda path: path.mkdir()) == "image-2"
    assert (here / "image").is_file() and (here / "image-2").is_dir()


def test_what_else_goes_wrong_is_said():
    with pytest.raises(FileNotFoundError):
        keep("no-such-folder/a.img", b"")
