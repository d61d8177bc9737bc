# A guest of one sector. It fills its memory, says F, then writes one word in each page of a part of it,
# one page every so many ticks of the ACPI timer (3,579,545 a second), again and again.
# `as --32`, `ld -m elf_i386 -Ttext 0x7c00 --oformat binary`; the three numbers are filled in later.
    .set BASE, 0x1000000
    .code16
    .globl _start
_start:
    cli
    xor %ax, %ax
    mov %ax, %ds
    in $0x92, %al                # the address line A20
    or $2, %al
    out %al, $0x92
    lgdt table
    mov %cr0, %eax
    or $1, %al
    mov %eax, %cr0
    ljmp $8, $flat
    .code32
flat:
    mov $16, %ax
    mov %ax, %ds
    mov %ax, %ss
    mov $BASE, %edi
fill:
    mov %edi, (%edi)             # no page is like another, or empty
    movl $0x5a5a5a5a, 64(%edi)
    add $4096, %edi
    cmp memory_end, %edi
    jb fill
    mov $0x3f8, %dx
    mov $'F', %al
    out %al, %dx
    mov $0x608, %dx              # where SeaBIOS puts the timer
    in %dx, %eax
    mov %eax, %esi
    xor %ebp, %ebp               # ticks that have passed and are not used up
again:
    mov $BASE, %edi
page:
    in %dx, %eax
    mov %eax, %ebx
    sub %esi, %eax
    and $0xffffff, %eax          # it has 24 bits
    mov %ebx, %esi
    add %eax, %ebp
    cmp step, %ebp
    jb page
    sub step, %ebp
    incl 128(%edi)
    add $4096, %edi
    cmp part_end, %edi
    jb page
    jmp again
    .align 8
segments:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
table:
    .word 23
    .long segments
    .org 496
memory_end: .long 0
part_end:   .long 0
step:       .long 0
    .org 510
    .word 0xaa55
