"""The small virtual machine: its parts, its manners, and that it needs no right at all."""

import gzip
import json
import lzma
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest

from coursekit.realtools import shell, tinyvm
from coursekit.realtools.tinyvm import elf, kernel, recipe
from coursekit.sims.message import ParameterError

ROOT = Path(__file__).parents[2]
STRIPPED = Path(__file__).parents[1] / "support/stripped.py"
TOOLS = ("qemu-system-x86_64", "apt-get", "dpkg-deb")
needs_tools = pytest.mark.skipif(
    platform.machine() != "x86_64" or not all(map(shell.find, TOOLS)), reason="no QEMU or no apt"
)


@pytest.fixture(scope="session")
def folder():
    return tinyvm.build()


@pytest.fixture
def vm(folder):
    with tinyvm.Machine.resume(disks=3) as machine:
        yield machine


def read_archive(data):
    """The names, modes and data of a newc archive, read independently of what writes it."""
    found, at = {}, 0
    while True:
        assert data[at : at + 6] == b"070701" and at % 4 == 0
        fields = [int(data[at + 6 + 8 * n : at + 14 + 8 * n], 16) for n in range(13)]
        mode, size, length = fields[1], fields[6], fields[11]
        name = data[at + 110 : at + 110 + length - 1].decode()
        start = at + 110 + length + -(110 + length) % 4
        if name == "TRAILER!!!":
            return found
        found[name] = (mode, data[start : start + size])
        at = start + size + -size % 4


def test_an_archive_gives_back_what_was_put_in():
    entries = {
        "bin": kernel.folder(),
        "bin/busybox": kernel.program(b"\x7fELF1"),
        "bin/sh": kernel.link("busybox"),
        "list": kernel.plain(b""),
    }
    found = read_archive(kernel.archive(entries))
    assert found == {name: (entry.mode, entry.data) for name, entry in entries.items()}
    assert [oct(mode) for mode, _ in found.values()] == [
        "0o40755", "0o100755", "0o120777", "0o100644",
    ]  # fmt: skip


@pytest.mark.skipif(not shutil.which("cpio"), reason="no cpio")
def test_cpio_reads_the_archive(tmp_path):
    data = kernel.archive({"a": kernel.folder(), "a/b": kernel.program(b"12345")})
    subprocess.run(["cpio", "-idm", "--quiet"], input=data, cwd=tmp_path, check=True)
    assert (tmp_path / "a/b").read_bytes() == b"12345"
    assert os.access(tmp_path / "a/b", os.X_OK)


ELF = b"\x7fELF\x02\x01" + bytes(5000)
PACKED = {
    "plain": ELF,
    "gzip": gzip.compress(ELF),
    "xz": lzma.compress(ELF),
    "lzma": lzma.compress(ELF, lzma.FORMAT_ALONE),
}


def image(payload, setup=3):
    """A kernel image with nothing but what the protocol asks for."""
    head = bytearray(512 * ((setup or 4) + 1) + 64)
    head[0x1F1], head[0x202:0x206] = setup, b"HdrS"
    struct.pack_into("<II", head, 0x248, 64, len(payload))
    return bytes(head) + payload + b"more"


@pytest.mark.parametrize("way", PACKED)
@pytest.mark.parametrize("setup", [0, 3])
def test_a_kernel_is_unpacked_by_its_first_bytes(way, setup):
    assert kernel.unpack(image(PACKED[way] + struct.pack("<I", len(ELF)), setup))[:5006] == ELF


@pytest.mark.parametrize("name, words", [("lz4", ["-lc"]), ("zstd", ["-c"])])
def test_a_kernel_is_unpacked_by_a_program(name, words):
    if not shutil.which(name):
        pytest.skip(f"no {name}")
    packed = subprocess.run([name, *words], input=ELF, capture_output=True, check=True).stdout
    assert kernel.unpack(image(packed + struct.pack("<I", len(ELF)))) == ELF


def test_what_is_no_kernel_is_refused():
    with pytest.raises(ParameterError, match="no Linux kernel image"):
        kernel.unpack(bytes(4096))
    with pytest.raises(ParameterError, match="no known way"):
        kernel.decompress(b"????")
    with pytest.raises(tinyvm.VmError, match="not here"):
        kernel.decompress(b"\x28\xb5\x2f\xfd", lambda _name: ["no-such-program"])


def test_modules_come_after_what_they_need(tmp_path):
    needs = {"a": "", "b": "a", "c_d": "b,a", "loop": "c-d"}
    for name, text in needs.items():
        (tmp_path / f"{name}.ko").write_bytes(b"x\0depends=" + text.encode() + b"\0name=")
    modules = {name: tmp_path / f"{name}.ko" for name in needs}
    have = {"a"}
    assert elf.with_needs(("loop", "built_in", "c-d"), modules, have) == ["b", "c_d", "loop"]
    assert have == {"a", "b", "c_d", "loop"}


def test_the_libraries_of_a_program_are_read_from_it():
    python = Path(sys.executable).resolve().read_bytes()
    assert elf.is_elf(python)
    names = elf.needed(python)
    assert "libc.so.6" in names and all(".so" in name for name in names)


def test_what_lies_beside_the_code_travels_with_it(tmp_path):
    pytest.importorskip("hatchling")
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    inside = zipfile.ZipFile(wheel).namelist()
    for name in ("init", "init2", "need", "lvm.conf"):
        assert f"coursekit/realtools/tinyvm/boot/{name}" in inside


def test_without_the_emulator_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(recipe, "find", lambda _name: None)
    assert tinyvm.built() is None
    with pytest.raises(tinyvm.VmError, match="qemu-system-x86"):
        tinyvm.build(Path("/nowhere"))


@needs_tools
def test_what_is_not_built_says_how_to_build(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSEKIT_TINYVM", str(tmp_path))
    assert tinyvm.built() is None and tinyvm.version("mdadm") == ""
    with pytest.raises(tinyvm.VmError, match="coursekit realtools build-vm"):
        tinyvm.Machine.resume()


@needs_tools
def test_a_broken_build_leaves_nothing(monkeypatch, tmp_path):
    def fails(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("coursekit.realtools.tinyvm.packages.fetch", fails)
    with pytest.raises(KeyboardInterrupt):
        tinyvm.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]


@needs_tools
def test_a_second_build_finds_the_first(folder):
    before = (folder / "ready").stat().st_mtime_ns
    assert tinyvm.build() == folder == tinyvm.built()
    assert (folder / "ready").stat().st_mtime_ns == before
    assert tinyvm.version("mdadm") == "4.2" or tinyvm.version("mdadm")[0].isdigit()
    assert tinyvm.version("linux")[0].isdigit()


@needs_tools
def test_commands_are_answered_with_text_and_code(vm):
    assert vm.run("echo one; echo two >&2; (exit 3)") == shell.Answer("one\ntwo", 3)
    assert vm.run("printf 'no end'").text == "no end"
    assert vm.run("echo @@; echo 0@@1@; echo '’é'").text == "@@\n0@@1@\n’é"
    assert vm.run("x=5; cd /tmp") == shell.Answer("")
    assert vm.run("echo $x $PWD").text == "5 /tmp"  # one shell, as in the other places
    assert vm.run("cat; echo end").text == "end"  # a command never reads the next one
    assert vm.run("seq 5000").text == "\n".join(map(str, range(1, 5001)))
    assert vm.run(f"echo {'y' * 20_000}").text == "y" * 20_000


@needs_tools
def test_a_wrong_line_loses_nothing(vm):
    for line in ('echo "open', "if true", "))", "no-such-command", "exit 4"):
        vm.run(line)
        assert vm.run("echo here").text == "here"
    assert vm.run('echo "open').code == 2
    assert vm.run("no-such-command").code == 127


@needs_tools
def test_silence_ends_the_machine_with_what_was_heard(vm):
    with pytest.raises(TimeoutError, match="first"):
        vm.run("echo first; sleep 60", timeout=1)
    assert not vm.folder.exists()
    with pytest.raises(OSError):
        vm.run("true")


@needs_tools
def test_disks_are_named_in_order_and_can_be_changed(vm):
    names = "lsblk --nodeps --noheadings -b -o NAME,SIZE /dev/sd? | tr -s ' '"
    assert vm.run(names).text.split() == ["sda", "33554432", "sdb", "33554432", "sdc", "33554432"]
    assert [vm.name(slot) for slot in range(4)] == ["sda", "sdb", "sdc", ""]
    for mib in (64, 16):
        vm.pull(1)
        assert vm.name(1) == ""
        assert vm.plug(1, mib) == "sdb"
        assert vm.run("cat /sys/block/sdb/size").text == str(mib * 2048)
    with pytest.raises(tinyvm.VmError, match="device_del"):
        vm.pull(5)


@needs_tools
def test_disks_of_another_size_are_seen(folder):
    with tinyvm.open_shell(disks=1, mib=80) as machine:
        assert machine.run("cat /sys/block/sd?/size").text == str(80 * 2048)


@needs_tools
def test_a_state_can_be_saved_and_gone_on_from(folder, tmp_path):
    with tinyvm.Machine.resume() as first:
        first.run("echo kept > /tmp/note")
        first.save(tmp_path / "state")
        assert first.run("cat /tmp/note").text == "kept"
    with tinyvm.Machine(folder, state=tmp_path / "state") as second:
        second._serial.sendall(b"\n\n")
        assert second.run("cat /tmp/note").text == "kept"


@needs_tools
def test_every_module_of_the_recipe_is_there(vm):
    groups = [group for group in recipe.MODULES if group != "start"]
    assert vm.run(f"need {' '.join(groups)}") == shell.Answer("")
    loaded = set(vm.run("ls /sys/module").text.split())
    wanted = {name.replace("-", "_") for names in recipe.MODULES.values() for name in names}
    assert wanted - loaded <= {"af_packet", "ext4"}  # in the kernel itself


@needs_tools
def test_every_program_finds_its_libraries(vm):
    said = vm.run(
        "for p in " + " ".join(recipe.PROGRAMS) + "; do f=$(command -v $p) || echo $p; case $(readlink"
        " -f $f) in */busybox) echo $p is busybox;; esac; LD_BIND_NOW=1 LD_TRACE_LOADED_OBJECTS=1"
        " /lib64/ld-linux-x86-64.so.2 --verify $f >/dev/null; [ $? = 1 ] && echo $p; "
        "/lib64/ld-linux-x86-64.so.2 --list $f 2>&1 | grep 'not found'; done", 60)  # fmt: skip
    assert said.text == ""


def alive(number):
    """Whether a process runs; one that nobody waited for counts as ended."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(number, seconds=5):
    end = time.monotonic() + seconds
    while alive(number) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(number)


CHILD = """
import sys, time
from coursekit.realtools import tinyvm
machine = tinyvm.Machine.resume()
print(machine._process.pid, machine.folder, flush=True)
{then}
"""


def child(then, **options):
    return subprocess.Popen(
        [sys.executable, "-c", CHILD.format(then=then)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, **options,
    )  # fmt: skip


@needs_tools
@pytest.mark.parametrize("way", [signal.SIGKILL, signal.SIGTERM])
def test_it_dies_with_its_parent(folder, way):
    with child("time.sleep(60)") as parent:
        number, folder = parent.stdout.readline().split()
        assert alive(number) and Path(folder).exists()
        parent.send_signal(way)
        parent.wait(10)
    assert gone_within(number)
    time.sleep(0.2)
    assert not Path(folder).exists()


@needs_tools
@pytest.mark.parametrize("then", ["pass", "sys.exit(3)", "raise SystemError", "machine.close()"])
def test_it_ends_with_python(folder, then):
    with child(then, stderr=subprocess.DEVNULL) as parent:
        number, folder = parent.stdout.readline().split()
        parent.wait(20)
    assert gone_within(number, 1) and not Path(folder).exists()


@needs_tools
def test_it_outlives_the_thread_that_made_it(folder):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        machine = pool.submit(tinyvm.Machine.resume).result()
    with machine:
        time.sleep(0.3)
        assert machine.run("echo here").text == "here"
    assert not machine.folder.exists() and machine._process.returncode is not None


IN_CHAINS = """
import json, os, subprocess
from coursekit.realtools import tinyvm
said = {"unshare": subprocess.run(["unshare", "-U", "true"], capture_output=True).returncode}
said["mount"] = subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode
status = dict(line.split(":\\t", 1) for line in open("/proc/self/status").read().splitlines() if ":\\t" in line)
said |= {name: status[name] for name in ("Uid", "CapEff", "CapBnd", "NoNewPrivs", "Seccomp")}
said["kvm"] = os.access("/dev/kvm", os.R_OK | os.W_OK)
tinyvm.build()
with tinyvm.Machine.resume(disks=3) as machine:
    machine.run("true")
    said["who"] = machine.run("id -u").text
    said["made"] = machine.run("mdadm --create /dev/md0 --run --level=5 --raid-devices=3 --assume-clean /dev/sd[abc] && cat /proc/mdstat").text
    said["namespace"] = machine.run("ip netns add a && ip netns exec a ip link show lo | wc -l").text
print(json.dumps(said))
"""


def python_for_all():
    """A Python that any user may run: ours may lie in a folder of root's own."""
    for python in (sys.executable, "/usr/bin/python3"):
        tried = subprocess.run(
            [sys.executable, str(STRIPPED), python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))"],
            capture_output=True, check=False,
        )  # fmt: skip
        if tried.returncode == 0:
            return python
    return pytest.skip("no Python 3.11 that a plain user may run")


@needs_tools
def test_it_is_built_and_runs_without_any_right():
    python = python_for_all()
    with tempfile.TemporaryDirectory(prefix="plain-") as home:
        Path(home).chmod(0o777)
        hidden = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "coursekit", f"{home}/code/coursekit", ignore=hidden)
        done = subprocess.run(
            [sys.executable, str(STRIPPED), python, "-c", IN_CHAINS],
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{home}/code", "HOME": home,
                 "COURSEKIT_TINYVM": f"{home}/vm", "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True, timeout=180, cwd=home, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["unshare"] and said["mount"] and not said["kvm"]  # the proof is not empty
    assert "0" not in said["Uid"].split() and int(said["CapEff"], 16) == 0
    assert said["NoNewPrivs"] == "1" and said["Seccomp"] == "2"
    assert said["who"] == "0" and "raid5" in said["made"] and said["namespace"] == "2"


@needs_tools
def test_what_strips_would_otherwise_have_let_through():
    """The same process without the stripping may make a namespace, or the proof proves nothing."""
    if os.geteuid():
        pytest.skip("only root can show the difference")
    assert subprocess.run(["unshare", "-U", "true"], check=False).returncode == 0
    stripped = [sys.executable, str(STRIPPED)]
    assert subprocess.run([*stripped, "true"], check=False).returncode == 0
    assert subprocess.run([*stripped, "unshare", "-U", "true"], check=False).returncode == 1
