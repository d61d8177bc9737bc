# A guest of 512 bytes: fills MEM bytes of memory, then writes one word in each page of the first
# SET bytes, one page every STEP ticks of the time stamp counter, again and again. Serial: F, then W.
.code16
.globl _start
_start:
    cli
    xor %ax, %ax
    mov %ax, %ds
    mov $0x92, %dx
    in $0x92, %al
    or $2, %al
    out %al, $0x92
    lgdt gdtr
    mov %cr0, %eax
    or $1, %al
    mov %eax, %cr0
    ljmp $8, $flat
.code32
flat:
    mov $16, %ax
    mov %ax, %ds
    mov %ax, %es
    mov %ax, %ss
    mov $0x7000, %esp
    mov $BASE, %edi            # fill
fill:
    mov %edi, (%edi)
    movl $0x5a5a5a5a, 64(%edi)
    add $4096, %edi
    cmp $(BASE+MEM), %edi
    jb fill
    mov $0x3f8, %dx
    mov $'F', %al
    out %al, %dx
    rdtsc
    mov %eax, %esi             # low word of next
    mov %edx, %ebp
again:
    mov $BASE, %edi
page:
    add $STEP, %esi
    adc $0, %ebp
wait:
    rdtsc
    sub %esi, %eax
    sbb %ebp, %edx
    js wait
    incl 128(%edi)
    add $4096, %edi
    cmp $(BASE+SET), %edi
    jb page
    jmp again
.align 8
gdt:
    .quad 0
    .quad 0x00cf9a000000ffff
    .quad 0x00cf92000000ffff
gdtr:
    .word 23
    .long gdt
.org 510
    .word 0xaa55
