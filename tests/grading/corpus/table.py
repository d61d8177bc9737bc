"""Hostile and clumsy submissions, each with the reaction it must meet: one table.

`F` in a text stands for the function an exercise asks for, `RIGHT` for a right cell that
defines it, `MARK` for a text that nothing else on the machine contains. A case is `alone`
if it ends its Python, so that what shares its notebook has to be run again.

Tested elsewhere, for they concern what is around a run:
truncated JSON, not UTF-8, HTML, empty, null byte, cells not a list, too many cells, format 3,
link, pipe: test_intake.py · archives: test_archive.py · no or hostile kernel name, split,
doubled and untagged cells: test_grade.py · script in texts and pages: test_feedback.py ·
renamed copies: test_likeness.py · unknown learners: test_roster.py · names in CSV:
test_exports.py · the grader killed, then resumed: test_resume.py · a worker lost under Dask:
test_cluster.py · the reference that fails: test_cases.py
"""

import re
from dataclasses import dataclass
from textwrap import dedent


@dataclass(frozen=True)
class Case:
    """What is handed in for one function, and what must come of it."""

    name: str
    text: str | None
    reason: str = ""  # pattern; empty: full marks and no reason
    score: str = "none"  # "full", "some" or "none" of the hidden cases right
    alone: bool = False
    spoils: bool = False  # what stands in the same notebook, too
    answer: object = ...  # what the function must have answered to every case

    def cell(self, function: str, right: str, mark: str) -> str | None:
        """The text of the cell for one function."""
        if self.text is None:
            return None
        text = re.sub(r"\bF\b", function, dedent(self.text).strip())
        return text.replace("RIGHT", right).replace("MARK", mark)


def full(name, text, **more):
    return Case(name, text, score="full", **more)


BEFORE = """
RIGHT
_right = F
def F(**case):
    {doing}
    return _right(**case)
"""


def before(doing):
    """A right function that does something first."""
    return BEFORE.replace("{doing}", doing)


ENDED = r"it ended Python \(os\._exit, a kill or a crash\)"
LATE = "40 of 40 cases had no answer in time"
NOT_JSON = "40 of 40 cases failed: the answer is not JSON-like: "
TOO_LARGE = "40 of 40 cases failed: the answer is too large"
WRONG = "answers are wrong"

HONEST = [
    full("right", "RIGHT"),
    Case(
        "half right",
        """
        RIGHT
        _right = F
        _calls = []
        def F(**case):
            _calls.append(1)
            return _right(**case) if len(_calls) % 2 else {"no": len(_calls)}
        """,
        "20 of 40 answers are wrong",
        "some",
    ),
    Case("nothing defined", None, "no function F"),
    Case("syntax error", "def F(**case)\n    return 1", "not Python: line 1: expected ':': def F"),
    Case("exception", "def F(**case):\n    return {}['key']", "40 of 40 cases failed: KeyError: 'key'"),
    Case("cell that fails", "1 / 0\ndef F(**case):\n    return 1", "its cell failed: ZeroDivisionError"),
    Case(
        "hard-codes a visible case",
        "def F(**case):\n    return {'disk': 0, 'offset': 0} if case == {'level': '0'} else {'disk': -7}",
        WRONG,
    ),
    full("mutates its input", "import copy\nRIGHT\n_right = F\ndef F(**case):\n    said = copy.deepcopy(_right(**case))\n    for each in case.values():\n        if isinstance(each, list):\n            each.clear()\n    case.clear()\n    return said"),
    full("non-ASCII", "# Größe ✓ 漢字\nŝ = 'é'\nRIGHT"),
    full("warns", before("import sys, warnings; warnings.warn('x'); print('y', file=sys.stderr)")),
    full("prints 50 MB", "RIGHT\nfor _ in range(50):\n    print('x' * 10**6)"),
    full("prints 50 MB past Python", "import os\nRIGHT\nfor _ in range(50):\n    os.write(1, b'x' * 10**6)"),
    full(
        "numpy scalars",
        """
        import numpy as np
        RIGHT
        _right = F
        def _as_numpy(value):
            if isinstance(value, dict):
                return {key: _as_numpy(each) for key, each in value.items()}
            if isinstance(value, list):
                return [_as_numpy(each) for each in value]
            is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
            return np.array([value])[0] if is_number else value
        def F(**case):
            return _as_numpy(_right(**case))
        """,
    ),
    full("magics", "%time 1 + 1\n!true\nRIGHT"),
    full("awaits", "import asyncio\nawait asyncio.sleep(0)\nRIGHT"),
    full("calls itself 900 deep", "def _deep(n):\n    return n and _deep(n - 1)\nRIGHT\n_deep(900)"),
    Case(
        "calls itself without end",
        "def F(**case):\n    return F(**case)",
        "40 of 40 cases failed: RecursionError",
    ),
    Case("input", "def F(**case):\n    return input('?')", "failed: EOFError: nobody is there"),
    full("exit", "exit()\nRIGHT\nquit()"),
    full("overwrites parameters", "CASES_E8_1 = CASES_E8_2 = CASES_E8_3 = None\nlearner = 1\nRIGHT"),
    Case("asyncio.run", "import asyncio\nasync def _a():\n    return 1\ndef F(**case):\n    c = _a()\n    try:\n        return asyncio.run(c)\n    finally:\n        c.close()", "RuntimeError: asyncio.run"),
]  # fmt: skip

VALUES = [
    Case(
        "equal to everything",
        "class E:\n    def __eq__(self, other):\n        return True\n    __hash__ = None\ndef F(**case):\n    return E()",
        NOT_JSON + "E",
    ),
    Case("NaN", "def F(**case):\n    return float('nan')", "not a number that JSON has: nan"),
    Case("Infinity", "def F(**case):\n    return [float('inf')]", "not a number that JSON has: inf"),
    Case("booleans", "def F(**case):\n    return {'disk': True, 'p': True, 'q': False}", WRONG),
    Case("100 000 digits", "_large = 10**100_000\ndef F(**case):\n    return _large", TOO_LARGE),
    Case(
        "nested 100 000 deep",
        "_x = []\nfor _ in range(100_000):\n    _x = [_x]\ndef F(**case):\n    return _x",
        TOO_LARGE,
    ),
    Case("nested in itself", "def F(**case):\n    x = []\n    x.append(x)\n    return x", TOO_LARGE),
    Case("generator", "def F(**case):\n    yield 1", NOT_JSON + "generator"),
    Case("answers of 10 MB", "def F(**case):\n    return 'x' * 10**7", TOO_LARGE),
    Case("answers of 10 MB, all together", "def F(**case):\n    return ['x' * 19_000]", "the answers are too large"),
    Case(
        "runs code when unpickled",
        "class P:\n    def __reduce__(self):\n        import os\n        return os.system, ('touch /tmp/MARK',)\ndef F(**case):\n    return P()",
        NOT_JSON + "P",
    ),
    Case("int that lies", "class I(int):\n    def __eq__(s, o):\n        return True\n    __hash__ = int.__hash__\ndef F(**case):\n    return I(-5)", WRONG),
    Case(
        "script in the text of an error",
        "def F(**case):\n    raise ValueError('<script>alert(1)</script>')",
        "ValueError: <script>",
    ),
    Case("error without a text", "class E(Exception):\n    def __str__(self):\n        raise SystemExit\ndef F(**case):\n    raise E", "40 of 40 cases failed: E"),
]  # fmt: skip

SEARCH = r"""
import os, re, sys
def _texts():
    for top in set(os.listdir("/")) - {"proc", "sys", "dev", "usr"}:
        for folder, folders, files in os.walk("/" + top):
            if folder in (sys.base_prefix, sys.prefix):  # walked by a test of the sandbox
                folders.clear()
            yield from (os.path.join(folder, each) for each in files)
def _course():
    ours = [path for path in _texts() if "/coursekit" in path or "/08-raid" in path]
    yield from (path for path in ours if "/share/jupyter/" not in path and "/bin/" not in path)
    yield from (name for name in sys.modules if name.startswith("coursekit"))
def _frames():
    frame, names = sys._getframe(), {"expected", "reference", "seed", "secret", "key", "hidden"}
    while frame:
        yield from names & {*frame.f_locals, *frame.f_globals}
        frame = frame.f_back
_secrets = re.compile(  # patterns that do not find themselves
    rb"h[u]sh-hush|unseen-b[y]-all|You g[i]ve up at two|of another l[e]arner"
)
def _processes():
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cmdline", "environ", "maps"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    yield from _secrets.findall(file.read())
            except OSError:
                pass
def _memory():
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for begin, end in [line.split()[0].split("-") for line in maps if " rw" in line]:
            try:
                memory.seek(int(begin, 16))
                text = memory.read(int(end, 16) - int(begin, 16))
            except (OSError, OverflowError):
                continue
            yield from _secrets.findall(text)
_found = [*_course(), *_frames(), *_processes(), *_memory()]
def F(**case):
    return [str(each)[:100] for each in _found][:20]
"""

CHEATS = [
    Case("imports the course", "def F(**case):\n    from coursekit.exercises import answer\n    return answer('E8.1', case)", "ModuleNotFoundError: coursekit is not there"),
    Case(
        "imports the course past the guard",
        "import sys\nsys.meta_path[:] = [each for each in sys.meta_path if 'Absent' not in str(each)]\n"
        "def F(**case):\n    from coursekit.exercises import answer\n    return answer('E8.1', case)",
        "ModuleNotFoundError: No module named 'coursekit",
    ),
    Case("looks for the reference", SEARCH, WRONG, answer=[]),
    Case(
        "patches json",
        "import json, atexit\n_d = json.dumps\njson.dumps = lambda v, **k: _d({'answers': [{'answer': True}] * 40}) if 'answers' in v else _d(v, **k)\ndef F(**case):\n    return 1",
        WRONG,
        alone=True,
        spoils=True,
    ),
    Case(
        "patches the runner",
        "import sys\ng = sys.modules['_graded']\ng.ask = lambda f, cases, **k: [{'answer': True, 'right': True}] * len(cases)\ndef F(**case):\n    return 1",
        "the answers cannot be read: an answer of another form",
        alone=True,
        spoils=True,
    ),
    Case(
        "makes the runner fail",
        "import sys\ndef _no(*a, **k):\n    raise LookupError('patched')\nsys.modules['_graded'].ask = _no\ndef F(**case):\n    return 1",
        "the run failed: LookupError: patched",
        alone=True,
        spoils=True,
    ),
    Case(
        "patches IPython",
        "get_ipython().events.trigger = lambda *a, **k: None\nget_ipython().ast_node_interactivity = 'all'\ndef F(**case):\n    return {'patched': 1}",
        WRONG,
    ),
    full(
        "files named as modules",
        "for _n in ('json', 'numpy', 'socket', 'papermill'):\n    open(_n + '.py', 'w').write('raise SystemExit')\nRIGHT",
    ),
    full("shell magic writes", "!touch /tmp/MARK /out/MARK /MARK\n!echo MARK > /usr/MARK\nRIGHT"),
    Case("opens the network", "import socket\ndef F(**case):\n    socket.create_connection(('1.1.1.1', 53), 1)", "failed: OSError: .*[Uu]nreachable"),
]  # fmt: skip

MEANS = [
    Case("3 GiB array", "import numpy as np\ndef F(**case):\n    return int(np.ones(3 << 27).sum())", "failed: .*MemoryError"),
    Case("slow growth", "_kept = []\ntry:\n    while True:\n        _kept.append(bytearray(50 << 20))\nexcept MemoryError:\n    _grown = len(_kept)\n    _kept.clear()\ndef F(**case):\n    raise MemoryError(15 < _grown < 25)", "failed: MemoryError: True"),
    Case("fills /tmp", "try:\n    for n in range(99):\n        with open(f'/tmp/MARK{n}', 'wb') as file:\n            file.write(b'x' * (1 << 20))\nexcept OSError as _why:\n    _full = OSError(_why.errno, _why.strerror)\ndef F(**case):\n    raise _full", "failed: OSError: .*No space left"),
    Case("one large file", "try:\n    open('/dev/shm/MARK', 'wb').write(b'x' * (17 << 20))\nexcept OSError as _why:\n    _said = OSError(_why.errno, _why.strerror)\ndef F(**case):\n    raise _said", "failed: OSError: .*(File too large|No space left)"),
    Case("endless loop", "def F(**case):\n    while True:\n        pass", LATE),
    Case("sleep", "import time\ndef F(**case):\n    time.sleep(1000)", LATE),
    Case("catastrophic regex", "import re\ndef F(**case):\n    return re.match(r'(a+)+$', 'a' * 60 + 'b')", LATE),
    Case("swallows its end", "import time\ndef F(**case):\n    try:\n        time.sleep(1000)\n    except BaseException:\n        return 1", "answers are wrong|no answer in time"),
    Case("SystemExit", "def F(**case):\n    raise SystemExit(3)", "40 of 40 cases failed: SystemExit: 3"),
    Case("thread bomb", "import threading, time\ndef F(**case):\n    for _ in range(1000):\n        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()", "failed: RuntimeError: can't start new thread|MemoryError"),
    full("leaves a daemon", "import subprocess\nsubprocess.Popen(['sleep', 'MARK'], start_new_session=True)\nRIGHT"),
]  # fmt: skip

ENDS = [
    Case("os._exit", "import os\ndef F(**case):\n    os._exit(0)", ENDED, alone=True),
    Case("segmentation fault", "import ctypes\ndef F(**case):\n    ctypes.string_at(0)", "it crashed Python: Segmentation fault", alone=True),
    Case("kills every process", "import os\ndef F(**case):\n    try:\n        os.kill(-1, 9)\n    finally:\n        os.kill(os.getpid(), 9)", ENDED, alone=True),
    Case(
        "writes on every descriptor, then exits",
        "import os\ndef F(**case):\n    for n in range(3, 256):\n        try:\n            os.set_blocking(n, False)\n            os.write(n, b'{\"answers\": [{\"answer\": 1}]}' * 9)\n        except OSError:\n            pass\n    os._exit(0)",
        ENDED,
        alone=True,
    ),
    Case("ignores signals", "import signal\ndef F(**case):\n    for n in set(signal.Signals) - {9, 19}:\n        signal.signal(n, signal.SIG_IGN)\n    while True:\n        pass", "no end within T s", alone=True),
    Case("endless cell", "while True:\n    pass\ndef F(**case):\n    return 1", "no end within T s", alone=True),
    Case("fork bomb", "import os, time\ndef F(**case):\n    while True:\n        try:\n            os.fork()\n        except OSError:\n            time.sleep(0.01)", LATE, alone=True),
    Case("many processes with much memory", "import os, signal, time\ndef F(**case):\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    for _ in range(8):\n        if not os.fork():\n            kept = b'x' * (300 << 20)\n            time.sleep(1000)\n    time.sleep(1000)", "its processes took more than 2048 MiB of memory", alone=True),
]  # fmt: skip

TABLE = [*HONEST, *VALUES, *CHEATS, *MEANS, *ENDS]
