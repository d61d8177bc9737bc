"""Guest programs of the chapter: each shows one thing that techniques do differently."""

from collections.abc import Mapping
from dataclasses import dataclass

from coursekit.sims.message import Message

__all__ = ["PROGRAMS", "Sample"]


@dataclass(frozen=True)
class Sample:
    """`right`: whether every technique should leave what the bare CPU leaves."""

    title: Message
    text: str
    right: bool = True


_BOOT = """        LI r1, kernel
        LOADCR cr1, r1       ; system calls enter here
        USER main
"""
_COUNT = """; No kernel is needed: one loop, again and again.
        LI r1, 0
        LI r2, 2000
        LI r4, 100
loop:   LOAD r3, [r4]
        ADD r3, r3, r1
        MUL r5, r3, r3
        ADDI r6, r5, 3
        SUB r7, r6, r3
        STORE r3, [r4+1]
        ADD r0, r0, r7
        ADDI r1, r1, 1
        BNE r1, r2, loop
        HALT
"""
_CALLS = f"""; The program asks its kernel for something 50 times.
{_BOOT}
.user
main:   LI r2, 50
again:  SYSCALL
        ADDI r2, r2, -1
        BNE r2, r0, again
        LI r6, 1             ; the last call: stop
        SYSCALL
.kernel
kernel: BNE r6, r0, stop
        ADDI r3, r3, 1
        SYSRET
stop:   HALT
"""
_PAGES = """; The kernel maps page 5 to another frame, 40 times, and reads through it.
.data 16 16 17 18 19 20 21
.data 112 7
.data 128 8
        LI r1, 16
        LOADCR cr0, r1       ; the page table is in frame 1, and seen as page 1
        LI r2, 40
        LI r3, 23            ; frame 7, present
        LI r4, 24            ; frame 8, present
        LI r5, 80            ; page 5
again:  SETPTE r3, [r1+5]
        LOAD r6, [r5]
        ADD r7, r7, r6
        SETPTE r4, [r1+5]
        LOAD r6, [r5]
        ADD r7, r7, r6
        ADDI r2, r2, -1
        BNE r2, r0, again
        HALT
"""
_DISK = """; The kernel copies what the console sends to the disk, 20 words.
        LI r2, 20
again:  IN r3, 0
        OUT r3, 1
        ADDI r2, r2, -1
        BNE r2, r0, again
        HALT
"""
_POPF = """; A counter at word 32, changed by the kernel and by the disk's interrupt.
; Between POPF r0 and POPF r7 no interrupt may come in.
        LI r1, kernel
        LOADCR cr1, r1
        LI r1, disk
        LOADCR cr2, r1
        USER main
.user
main:   SYSCALL
        SYSCALL
.kernel
kernel: LI r4, 32
        BNE r6, r0, stop
        LI r6, 1
        LI r7, 1
        POPF r0              ; interrupts off
        LOAD r3, [r4]
        OUT r3, 1            ; the disk writes, and will interrupt
        ADDI r3, r3, 1
        STORE r3, [r4]
        POPF r7              ; interrupts on
        SYSRET
stop:   HALT
disk:   LOAD r5, [r4]
        ADDI r5, r5, 1
        STORE r5, [r4]
        SYSRET
"""
_PILL = f"""; A user program looks where the page table is: the real one, or the guest's?
.data 16 16 17 18
        LI r1, 16
        LOADCR cr0, r1
{_BOOT}
.user
main:   SGDT r5
        RDMODE r4
        SYSCALL
.kernel
kernel: HALT
"""

PROGRAMS: Mapping[str, Sample] = {
    "count": Sample(Message.of("It only computes"), _COUNT),
    "calls": Sample(Message.of("System calls"), _CALLS),
    "pages": Sample(Message.of("Page-table updates"), _PAGES),
    "disk": Sample(Message.of("Input and output"), _DISK),
    "popf": Sample(Message.of("POPF and a lost update"), _POPF, right=False),
    "pill": Sample(Message.of("A program that looks for its hypervisor"), _PILL, right=False),
}
