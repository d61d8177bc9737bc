"""Binder: the environment it would build, as repo2docker takes it, without Docker."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def dockerfile():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return ran.stdout + ran.stderr


def test_it_installs_our_pins_and_our_tools(dockerfile):
    assert (ROOT / "binder" / "Dockerfile").read_text().strip() in dockerfile
    assert "binder/requirements.txt" in dockerfile
    assert "binder/apt.txt" in dockerfile
    assert "coursekit realtools build-vm" in dockerfile


def test_the_server_is_not_root_and_opens_where_the_notebooks_are(dockerfile):
    lines = dockerfile.splitlines()
    user = lines.index("USER ${NB_UID}")
    assert user < lines.index("WORKDIR ${HOME}/course/notebooks")
    assert not [line for line in lines[user + 1 :] if line.startswith("USER")]


def test_every_tool_of_a_check_is_installed():
    from coursekit.realtools.checks import checks

    packages = (ROOT / "binder" / "apt.txt").read_text().split()
    assert packages == sorted(packages)
    for check in checks().values():
        for place in check.places:
            if place.kind != "vm":
                assert {tool.package for tool in place.tools} <= {*packages, "python3"}, check.name


def test_every_pin_is_name_and_version_and_nothing_else():
    for line in (ROOT / "binder" / "requirements.txt").read_text().splitlines():
        name, sep, version = line.partition("==")
        assert sep, line
        assert name.replace("-", "").replace("_", "").replace(".", "").isalnum(), line
        assert "/" not in line and " " not in line and version[0].isdigit(), line


def test_every_dependency_is_pinned():
    import re
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    pinned = {
        re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower()
        for line in (ROOT / "binder" / "requirements.txt").read_text().splitlines()
    }
    names = {re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", each).group()).lower() for each in wanted}
    assert names <= pinned


def test_every_pin_works_with_the_oldest_python_we_promise():
    """Debian 12 has Python 3.11.2: a pin that asks for more would stop `make lab` there."""
    import tomllib
    from importlib.metadata import PackageNotFoundError, metadata

    from packaging.specifiers import SpecifierSet

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=") + ".0"
    for line in (ROOT / "binder" / "requirements.txt").read_text().split():
        try:
            asks = metadata(line.partition("==")[0]).get("Requires-Python") or ""
        except PackageNotFoundError:  # of another extra
            continue
        assert SpecifierSet(asks).contains(oldest), f"{line} asks for Python {asks}"
