"""The fast engine as papermill sees it, and the warm Python behind it."""

import os
import signal
import time
from importlib.metadata import entry_points

import papermill
import psutil
import pytest
from nbformat import v4

from coursekit.grading import link, warm
from coursekit.grading.limits import Limits
from coursekit.grading.processes import resident


@pytest.fixture(autouse=True, scope="module")
def closed():
    yield
    warm.close()


def cell(text, *tags):
    return v4.new_code_cell(text, metadata={"tags": list(tags)})


def execute(*cells, parameters=None, **more):
    book = v4.new_notebook(cells=[each if isinstance(each, dict) else cell(each) for each in cells])
    book.metadata.kernelspec = {"name": "any", "language": "python", "display_name": "any"}
    given = {"engine_name": "coursekit-fast", "progress_bar": False, "limits": Limits(seconds=20)}
    return papermill.execute_notebook(book, None, parameters, **given | more)


def printed(book):
    return [
        "".join(out.get("text", out.get("ename")) for out in each.outputs) for each in book.cells
    ]


def test_papermill_knows_it_by_name():
    (found,) = entry_points(group="papermill.engine", name="coursekit-fast")

    assert found.load() is papermill.engines.papermill_engines.get_engine("coursekit-fast")


def test_cells_run_in_order_in_one_python_with_magics():
    book = execute(
        "x = 1", "x += 1\nprint(x)", "%time y = x\nz = !echo from the shell\nprint(z[0], y)"
    )

    assert printed(book)[:2] == ["", "2\n"]
    assert printed(book)[2].endswith("from the shell 2\n")
    assert all(each.metadata.papermill.status == "completed" for each in book.cells)


def test_parameters_come_after_the_tagged_cell():
    book = execute(cell("n = 1", "parameters"), "print(n)", parameters={"n": 7})

    assert printed(book)[-1] == "7\n"


def test_an_error_stops_the_notebook_and_is_told_as_papermill_tells_it():
    with pytest.raises(papermill.PapermillExecutionError) as told:
        execute("print(1)", "{}['key']", "print(2)")

    assert (told.value.ename, told.value.evalue, told.value.cell_index) == ("KeyError", "'key'", 1)


def test_a_cell_that_may_fail_stops_nothing():
    with pytest.raises(papermill.PapermillExecutionError) as told:  # as with papermill's own engine
        execute(
            cell("1 / 0", "raises-exception"),
            "import pathlib\npathlib.Path('/out/after').write_text('x')",
        )

    assert told.value.cell_index == 0
    kept = []
    with pytest.raises(papermill.PapermillExecutionError):
        execute(
            cell("1 / 0", "raises-exception"),
            "open('/out/after', 'w').write('reached')",
            wanted=["after"],
            keep=kept.append,
        )
    assert kept[0].files["after"] == "reached"


def test_await_works_and_a_second_loop_does_not_as_in_a_kernel():
    book = execute(
        "import asyncio\nawait asyncio.sleep(0)\nprint('slept')",
        "try:\n    asyncio.run(asyncio.sleep(0))\nexcept RuntimeError as why:\n    print(why)",
    )

    assert printed(book)[0] == "slept\n"
    assert "running event loop" in printed(book)[1]


def test_nothing_goes_from_one_notebook_to_the_next():
    first = execute(
        "import builtins, os, random, numpy as np\nbuiltins.left = 1\nopen('/tmp/left', 'w').close()\n"
        "open('/out/left', 'w').close()\nopen('/dev/shm/left', 'w').close()\nprint(random.random(), np.random.rand())"
    )
    second = execute(
        "import builtins, os, random, numpy as np\n"
        "print([each for d in ('/tmp', '/out', '/dev/shm') for each in os.listdir(d) if 'left' in each], hasattr(builtins, 'left'))",
        "print(random.random(), np.random.rand())",
    )

    assert printed(second)[0] == "[] False\n"
    drawn = zip(printed(first)[0].split(), printed(second)[1].split(), strict=True)
    assert all(one != other for one, other in drawn)


def test_output_is_bounded():
    book = execute("print('x' * 10**7)", "print('y')")

    assert len(printed(book)[0]) == 20_000
    assert printed(book)[1] == ""


def test_a_notebook_that_ends_its_python_is_told():
    with pytest.raises(RuntimeError, match="it ended Python"):
        execute("import os\nos._exit(0)")


def test_a_notebook_that_does_not_end_is_ended():
    start = time.monotonic()
    with pytest.raises(RuntimeError, match="late"):
        execute("while True:\n    pass", limits=Limits(seconds=0.5))

    assert time.monotonic() - start < 10


def bwraps():
    below = psutil.Process().children()
    return [each.pid for each in below if each.name() == "bwrap"]


def test_one_zygote_serves_all_and_is_replaced_when_it_breaks():
    execute("1")
    before = bwraps()
    execute("1")
    assert bwraps() == before

    family = psutil.Process(warm._here._process.pid).children(recursive=True)
    os.kill(warm._here._process.pid, signal.SIGKILL)
    warm._here._process.wait()
    psutil.wait_procs(family, timeout=10)
    assert printed(execute("print('still works')")) == ["still works\n"]
    assert set(bwraps()).isdisjoint(before)

    warm.close()
    assert bwraps() == []


def test_the_zygote_ends_with_its_process(tmp_path):
    """A worker that is killed can end nothing itself."""
    import subprocess
    import sys

    code = "from coursekit.grading import warm\nwarm.fork()\nprint(warm._here._process.pid, flush=True)\nimport time\ntime.sleep(60)"
    worker = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    with worker:
        zygote = psutil.Process(int(worker.stdout.readline()))
        inside = zygote.children(recursive=True)
        worker.kill()
    gone, alive = psutil.wait_procs([zygote, *inside], timeout=10)

    assert len(gone) >= 2  # bubblewrap and the zygote, perhaps its next child
    assert alive == []


def test_two_at_a_time_do_not_meet():
    from concurrent.futures import ThreadPoolExecutor

    def one(n):
        return printed(execute(f"import time\nx = {n}\ntime.sleep(0.1)\nprint(x)"))

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(one, range(6))) == [[f"{n}\n"] for n in range(6)]
    warm.close()


def test_files_are_read_as_blocks_of_a_stated_size():
    def packed(*texts):
        return b"".join(link._SIZE.pack(-1 if t is None else len(t)) + (t or b"") for t in texts)

    assert link._blocks(packed(b"ab", None, b"")) == [b"ab", None, b""]
    assert link._blocks(packed(b"ab", b"cdef")[:-1]) == [b"ab"]
    assert link._blocks(b"!no namespace here") == []


def test_memory_that_is_shared_counts_once_where_it_decides():
    code = "import os, time\nkept = b'x' * (40 << 20)\nfor _ in range(8):\n    if not os.fork():\n        print(flush=True)\n        time.sleep(60)\ntime.sleep(60)"
    import subprocess
    import sys

    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as parent:
        try:
            for _ in range(8):
                parent.stdout.readline()
            assert resident(parent.pid, 1 << 40) > 320 << 20
            assert 40 << 20 < resident(parent.pid, 100 << 20) < 200 << 20
        finally:
            for child in psutil.Process(parent.pid).children():
                child.kill()
            parent.kill()
