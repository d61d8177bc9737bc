"""bwrap: many containers of one small program, and the memory that they take together.

Each container has namespaces of its own for everything (`--unshare-all`) and sees `/usr` of the host;
in it runs `sleep`. Memory is the proportional set size (PSS) of all their processes: a page that ten
share counts a tenth for each. Beside them stands the smallest that a virtual machine can be: QEMU
with a machine that is switched on and stopped, without any guest in it. Source: bwrap(1), proc(5)
`smaps_rollup`, qemu(1). Left out: control groups, what the kernel keeps for a container.
"""

from coursekit.realtools.places import Tool
from coursekit.realtools.shell import Shell
from coursekit.sims.message import require

__all__ = ["BWRAP", "QEMU", "containers_mib", "inside", "machine_mib"]

BWRAP = Tool("bwrap", "bubblewrap")
QEMU = Tool("qemu-system-x86_64", "qemu-system-x86", name="QEMU")
_BOX = (
    "bwrap --unshare-all --as-pid-1 --die-with-parent --hostname box --ro-bind /usr /usr --symlink usr/bin /bin "
    "--symlink usr/lib /lib --symlink usr/lib64 /lib64 --proc /proc --dev /dev"
)
_ALL = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { print sum }'"
_MACHINE = "qemu-system-x86_64 -M q35 -nodefaults -display none -net none -accel tcg -m 128 -S"
KIB = 1024


def inside(shell: Shell) -> tuple[str, int, int]:
    """What a container's first program sees: the host's name, its own number, how many processes."""
    said = shell.run(f"{_BOX} sh -c 'uname -n; echo $$; set -- /proc/[0-9]*; echo $#'")
    require(said.code == 0, "command=bwrap: {said}", said=said.text)
    name, number, count = said.text.split()
    return name, int(number), int(count)


def containers_mib(shell: Shell, count: int) -> float:
    """MiB that so many containers take, all together."""
    before = _pss(shell)
    shell.run(f"for n in $(seq {count}); do {_BOX} sleep 60 & done", 20)
    _wait(shell, "sleep", count)
    after = _pss(shell)
    shell.run("kill $(jobs -p); wait 2>/dev/null")
    return (after - before) / KIB


def machine_mib(shell: Shell) -> float:
    """MiB of one virtual machine with nothing in it."""
    before = _pss(shell)
    shell.run(f"{_MACHINE} & sleep 1")
    after = _pss(shell)
    shell.run("kill $(jobs -p); wait 2>/dev/null")
    return (after - before) / KIB


def _pss(shell: Shell) -> int:
    return int(shell.run(f"{_ALL} # KiB").text)


def _wait(shell: Shell, program: str, count: int) -> None:
    """Until the program runs in every container."""
    shell.quietly(f"for n in $(seq 100); do [ $(grep -lx {program} /proc/[0-9]*/comm | wc -l) -ge {count} ] && break; sleep 0.05; done")  # fmt: skip
