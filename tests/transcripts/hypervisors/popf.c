/* Interrupts off, as a guest's kernel in user mode would try it; and what SGDT, SMSW say. */
#include <stdint.h>
#include <stdio.h>
int main(void) {
    uint64_t before, after, status;
    struct __attribute__((packed)) { uint16_t limit; uint64_t base; } table = {0, 0};
    asm volatile("pushfq; pop %0; mov %0, %1; and $~0x200, %1; push %1; popfq; pushfq; pop %1"
                 : "=&r"(before), "=&r"(after) : : "cc", "memory");
    asm volatile("sgdt %0" : "=m"(table));
    asm volatile("smsw %0" : "=r"(status));
    printf("POPF: interrupts %d, switched off, now %d\n", (int)(before >> 9 & 1), (int)(after >> 9 & 1));
    printf("SGDT: the table is at %#llx\n", (unsigned long long)table.base);
    printf("SMSW: control register 0 is %#llx\n", (unsigned long long)status);
    return 0;
}
