"""The toy CPU: one program, every technique, the same end; and where the end is another."""

import builtins
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit.sims.hypervisors.assembler import assemble, paravirtualize
from coursekit.sims.hypervisors.costs import TECHNIQUES, TRAP, cost
from coursekit.sims.hypervisors.cpu import HOST_TABLE, TLB
from coursekit.sims.hypervisors.guest import Guest, compare, differences, run
from coursekit.sims.hypervisors.gueststory import tell
from coursekit.sims.hypervisors.isa import OPERATIONS, listing, operation
from coursekit.sims.hypervisors.monitor import WAYS
from coursekit.sims.hypervisors.popek import TOY, vmm_possible
from coursekit.sims.hypervisors.programs import PROGRAMS
from coursekit.sims.hypervisors.translate import LONGEST, Cache, source
from coursekit.sims.message import ParameterError
from coursekit.values import from_text, to_text

DEPRIVED = ("trap", "bt", "pv")
HARDWARE = ("hw_shadow", "hw_npt", "hw_npt_virtio")
INPUTS = (11, 22, 33)
RUNS = {name: compare(sample.text, INPUTS) for name, sample in PROGRAMS.items()}


def end(text, way="native", **more):
    return run(Guest(text=text, way=way, **more))


def wrong(name):
    """The techniques whose final state is not the bare CPU's, and where."""
    native = RUNS[name]["native"].state
    found = {way: differences(native, one.state) for way, one in RUNS[name].items()}
    return {way: [one.place for one in each] for way, each in found.items() if each}


# the same end


@pytest.mark.parametrize("name", [name for name, sample in PROGRAMS.items() if sample.right])
def test_every_technique_leaves_what_the_bare_cpu_leaves(name):
    assert wrong(name) == {}
    assert {one.state.stop for one in RUNS[name].values()} == {"halted"}


def test_popf_loses_an_update_under_trap_and_emulate_only():
    """The interrupt comes in where the kernel had forbidden it: one of two increments is lost."""
    assert wrong("popf") == {"trap": ["r5", "memory 32"]}
    assert RUNS["popf"]["native"].state.memory[32] == 2
    assert RUNS["popf"]["trap"].state.memory[32] == 1
    silent = [event for event in RUNS["popf"]["trap"].events if event.kind == "silent"]
    assert [event.why for event in silent] == ["POPF", "POPF"]


def test_a_user_program_sees_the_hypervisors_table_where_its_code_runs_directly():
    """Binary translation and paravirtualization leave user programs as they are."""
    assert wrong("pill") == {way: ["r5"] for way in DEPRIVED}
    assert RUNS["pill"]["native"].state.registers[5] == 16
    assert {RUNS["pill"][way].state.registers[5] for way in DEPRIVED} == {HOST_TABLE}


@pytest.mark.parametrize("name", [one.name for one in TOY])
def test_the_theorem_meets_the_cpu(name):
    """In the kernel, each instruction alone: trap and emulate is wrong for the offenders only."""
    line = {"d": "r3", "b": "r2", "r": "r2", "i": "1", "c": "cr0", "l": "on", "m": "[r4+2]"}
    kind = next(kind for kind in OPERATIONS.values() if kind.name == name)
    operands = ", ".join(line[each] for each in kind.operands)
    text = f"""
        LI r1, on
        LOADCR cr1, r1
        LOADCR cr3, r1
        LI r2, 16
        LOADCR cr0, r2
        LI r3, 1
        LI r4, 16
        .data 16 16 17 18
        {name} {operands}
on:     LI r7, 5
        HALT
    """
    native, trap = end(text), end(text, "trap")
    assert bool(differences(native.state, trap.state)) == (name in vmm_possible(TOY).offenders)


# random programs


def drawn(rng, kind):
    """An operand; a drawn program costs hypothesis too much, so it draws a seed."""
    number = int(rng.integers(-40, 300))
    say = {"i": number, "m": f"[r{rng.integers(8)}{rng.integers(-3, 40):+d}]",
           "l": f"l{rng.integers(30)}", "c": f"cr{rng.integers(4)}"}  # fmt: skip
    return str(say.get(kind, f"r{rng.integers(8)}"))


def lines(*without):
    kinds = [kind for kind in OPERATIONS.values() if kind.name not in without]

    def write(seed):
        rng = np.random.default_rng(seed)
        chosen = [kinds[i] for i in rng.integers(len(kinds), size=30)]
        return [f"{k.name} {', '.join(drawn(rng, each) for each in k.operands)}" for k in chosen]

    return st.integers(0, 2**32).map(write)


BOOT = """
        .data 16 16 17 18 19 20 21 22 23 0 25 26 3 28 29 30 31
        LI r1, l3
        LOADCR cr1, r1
        LOADCR cr2, r1
        LOADCR cr3, r1
        LI r1, 16
        LOADCR cr0, r1
"""


def program(said, boot):
    return (BOOT if boot else "") + "\n".join(f"l{i}: {line}" for i, line in enumerate(said))


@settings(max_examples=120, deadline=None)
@given(lines(), st.booleans(), st.integers(1, 400))
def test_whatever_the_program_translation_ends_where_interpretation_ends(said, boot, limit):
    """State, counts, and that after any number of instructions."""
    text = program(said, boot)
    runs = [end(text, way, inputs=INPUTS, limit=limit) for way in ("native", "interp", "dbt")]
    assert len({to_text(one.state) for one in runs}) == 1
    assert len({one.counts for one in runs}) == 1


@settings(max_examples=60, deadline=None)
@given(lines(), st.booleans(), st.integers(1, 400))
def test_hardware_assistance_is_right_for_any_program(said, boot, limit):
    text = program(said, boot)
    native = end(text, limit=limit)
    for way in HARDWARE:
        assert differences(native.state, end(text, way, limit=limit).state) == ()


@settings(max_examples=60, deadline=None)
@given(lines("SGDT"), st.booleans(), st.integers(1, 400))
def test_binary_translation_is_right_but_for_what_user_code_may_look_at(said, boot, limit):
    text = program(said, boot)
    assert differences(end(text, limit=limit).state, end(text, "bt", limit=limit).state) == ()


@settings(max_examples=60, deadline=None)
@given(lines("SGDT", "POPF", "RDMODE"), st.booleans(), st.integers(1, 400))
def test_trap_and_emulate_is_right_without_the_offenders(said, boot, limit):
    text = program(said, boot)
    assert differences(end(text, limit=limit).state, end(text, "trap", limit=limit).state) == ()


@settings(max_examples=60, deadline=None)
@given(lines("USER", "SYSRET"), st.booleans(), st.integers(1, 400))
def test_a_rewritten_kernel_does_what_it_did(said, boot, limit):
    text = program(said, boot)
    assert differences(end(text, limit=limit).state, end(text, "pv", limit=limit).state) == ()


@settings(max_examples=60, deadline=None)
@given(lines(), st.booleans(), st.sampled_from(WAYS), st.integers(1, 120))
def test_the_story_is_the_run(said, boot, way, limit):
    guest = Guest(text=program(said, boot), way=way, inputs=INPUTS, limit=limit)
    told, whole = tell(guest), run(guest)
    assert told.states[-1].state == whole.state
    assert (told.run.counts, told.run.events, told.run.cycles) == (whole.counts, whole.events, whole.cycles)  # fmt: skip
    assert len(told.states) == whole.instructions + 1
    assert all(view.why for view in told.states)


def test_a_jump_to_itself_turns_until_the_limit():
    """Found by the random programs: a loop without a body."""
    for way in WAYS:
        assert end("l: JMP l", way, limit=100).instructions == 100


# what is counted


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("way", WAYS)
def test_cycles_are_the_counts_times_the_coefficients(name, way):
    one = RUNS[name][way]
    price = TRAP if way == "trap" else TECHNIQUES[way]
    assert one.cycles == cost(price, one.counts) + 20 * one.unseen
    assert one.counts.entries == sum(one.entries.values())
    if way != "trap" and PROGRAMS[name].right:
        native = RUNS[name]["native"].counts
        both = one.counts.sensitive + one.unseen
        assert (replace(one.counts, sensitive=0), both) == (replace(native, sensitive=0), native.sensitive)  # fmt: skip


def test_who_comes_in_how_often():
    """50 calls and one to stop; 80 updates; 20 words in and out; each with its HALT."""
    kinds = ("trap", "exit", "hypercall", "callout", "silent")

    def times(name, way):
        return {kind: RUNS[name][way].times(kind) for kind in kinds if RUNS[name][way].times(kind)}

    for name in PROGRAMS:
        for way in ("native", "interp", "dbt"):
            assert times(name, way) == {}
    assert times("calls", "trap") == {"trap": 104}  # 51 calls, 50 returns, LOADCR, USER, HALT
    assert times("calls", "pv") == {"trap": 51, "hypercall": 53}
    assert times("calls", "bt") == {"trap": 51, "callout": 53}
    assert times("calls", "hw_npt") == {"exit": 2}
    assert times("pages", "hw_shadow") == {"exit": 82}
    assert times("pages", "hw_npt") == {"exit": 2}
    assert times("pages", "pv") == {"hypercall": 82}
    assert times("pages", "bt") == {"trap": 80, "callout": 2}
    assert times("disk", "hw_npt_virtio") == {"exit": 41}
    assert times("disk", "pv") == {"hypercall": 41}


def test_a_plain_store_into_the_table_is_no_hypercall_but_a_trap():
    text = PROGRAMS["pages"].text.replace("SETPTE", "STORE")
    one = end(text, "pv")
    assert (one.times("trap"), one.times("hypercall")) == (80, 2)
    assert one.counts.table == 80
    assert differences(one.state, RUNS["pages"]["native"].state) == ()


def test_the_kernels_work_and_the_programs_are_told_apart():
    counts = RUNS["calls"]["native"].counts
    assert (counts.user, counts.kernel, counts.entries) == (2 + 50 * 3 + 1, 2 + 1 + 50 * 3 + 2, 51)


# the CPU itself


def test_sixteen_bits_wrap():
    state = end("LI r1, -1\n ADDI r2, r1, 2\n MUL r3, r1, r1\n SUB r4, r0, r1\n HALT").state
    assert state.registers[:5] == (0, 65535, 1, 1, 1)


def test_the_tlb_forgets_the_oldest():
    """Five pages in turn never hit; four always do after the first round."""
    boot = ".data 16 16 17 18 19 20 21 22\n LI r1, 16\n LOADCR cr0, r1\n"
    for pages, misses in [(TLB, TLB), (TLB + 1, 3 * (TLB + 1))]:
        loads = "".join(f" LOAD r2, [r0+{16 * page}]\n" for page in range(pages))
        assert end(boot + loads * 3 + " HALT").counts.misses == misses


def test_a_store_into_the_table_is_seen_by_the_next_access():
    assert RUNS["pages"]["native"].state.registers[7] == 40 * (7 + 8)


def test_an_address_without_a_page_is_the_kernels_to_mend():
    """Demand paging: the handler maps the page, and the load is done again."""
    text = """
        .data 16 16 17 18
        .data 112 9
        LI r1, 16
        LOADCR cr0, r1
        LI r2, fault
        LOADCR cr3, r2
        LI r5, 80
        LOAD r6, [r5]
        HALT
fault:  LI r3, 23
        SETPTE r3, [r1+5]
        SYSRET
    """
    for way in WAYS:
        one = end(text, way)
        assert (one.state.registers[6], one.entries["fault"]) == (9, 1), way
    assert [event.why for event in end(text, "trap").events].count("fault") == 1


def test_an_interrupt_waits_until_it_may_come_in():
    text = """
        LI r1, disk
        LOADCR cr2, r1
        OUT r1, 1
        LI r2, 1
        LI r3, 7
        POPF r2
        HALT
disk:   ADD r4, r3, r0
        SYSRET
    """
    one = end(text)
    assert (one.state.registers[4], one.entries["interrupt"], one.state.pending) == (7, 1, False)
    assert end(text.replace("POPF r2", "POPF r0")).state.pending


def test_an_interrupt_does_not_interrupt_its_own_handler():
    text = """
        LI r1, disk
        LOADCR cr2, r1
        LI r2, 1
        POPF r2
        OUT r2, 1
        HALT
disk:   BNE r3, r0, again
        LI r3, 1
        OUT r2, 1
        LI r4, 5
        SYSRET
again:  ADD r6, r4, r0
        SYSRET
    """
    for way in WAYS:
        if way != "trap":
            one = end(text, way)
            assert (one.state.registers[6], one.entries["interrupt"]) == (5, 2), way


@pytest.mark.parametrize(
    "text, why",
    [
        ("LI r1, 1", "past its last instruction"),
        ("SYSCALL", "cr1 names no kernel"),
        ("LI r2, 300\n LOAD r1, [r2]", "cr3 names no kernel"),
        ("SYSRET", "nothing was interrupted"),
        ("LI r1, 17\n LOADCR cr0, r1", "cr0=17: no page frame"),
        ("LI r1, 99\n LOADCR cr1, r1", "cr1=99: no page frame or instruction"),
        ("LI r1, k\n LOADCR cr1, r1\n k: SYSCALL", "interrupted 8 times"),
        ("USER u\n u: HALT", "cr3 names no kernel"),
        ("HYPERCALL HALT", "cr3 names no kernel"),
    ],
)
@pytest.mark.parametrize("way", ["native", "dbt", "hw_npt"])
def test_a_guest_that_cannot_go_on_says_why(text, why, way):
    state = end(text, way).state
    assert state.stop == "stuck" and why in str(state.why)


def test_a_limit_is_kept_to_the_instruction():
    for way in WAYS:
        one = end(PROGRAMS["count"].text, way, limit=1234)
        assert (one.instructions, one.state.stop) == (1234, "limit")
        assert differences(one.state, end(PROGRAMS["count"].text, limit=1234).state) == ()


# the assembler


@pytest.mark.parametrize(
    "text, says",
    [
        ("", "program=0 instructions"),
        ("\n FLY r1", "line=2: FLY is no instruction; choose one of ADD"),
        ("HYPERCALL", "line=1: HYPERCALL is no instruction"),
        ("HYPERCALL ADD r1, r1, r1", "line=1: ADD needs no hypervisor"),
        ("ADD r1, r2", "line=1: ADD takes 3 operands, not 2"),
        ("ADD r1, r2, r8", "line=1: r8 is no register; choose r0 to r7"),
        ("ADD r1, r2, 5", "line=1: 5 is no register"),
        ("LI r1, x", "line=1: x is neither a number nor a label"),
        ("LI r1, 70000", "line=1: 70000 does not fit"),
        ("JMP there", "line=1: there is no label there"),
        ("a: HALT\na: HALT", "line=2: the label a is used twice"),
        ("LOAD r1, r2", "line=1: r2 is no place in memory"),
        ("LOAD r1, [r9]", "line=1: r9 is no register"),
        ("LOADCR cr4, r1", "line=1: cr4 is no control register; choose cr0 to cr3"),
        (".data 255 1 2\nHALT", "line=1: .data needs a place from 0 to 255"),
        (".data\nHALT", "line=1: .data needs"),
    ],
)
def test_the_assembler_names_the_line(text, says):
    with pytest.raises(ParameterError, match=says):
        assemble(text)
    with pytest.raises(ParameterError, match=says):
        Guest(text=text)


@pytest.mark.parametrize(
    "more, says",
    [
        ({"way": "container"}, "technique=container: choose one of native"),
        ({"limit": 0}, "limit=0: choose 1"),
        ({"inputs": (70000,)}, "inputs=70000: choose 0 to 65535"),
    ],
)
def test_a_guest_that_cannot_be_is_refused(more, says):
    with pytest.raises(ParameterError, match=says):
        Guest(text="HALT", **more)


def test_a_record_has_an_end():
    with pytest.raises(ParameterError, match="limit=3000: a record holds 2000"):
        tell(Guest(text="HALT", limit=3000))


@given(lines())
def test_a_listing_assembles_to_the_same_words(said):
    words = assemble(program(said, boot=False)).words[:-1]
    text = "\n".join(listing(word) for word in words)
    numbered = "\n".join(f"l{i}: {line}" for i, line in enumerate(text.splitlines()))
    for i in range(29, -1, -1):
        for name in ("JMP", "USER"):
            numbered = numbered.replace(f"{name} {i}\n", f"{name} l{i}\n")
    branches = [f"{line.rpartition(' ')[0]} l{line.rpartition(' ')[2]}"
                if line.split()[1] in ("BNE", "BEQ", "BLT", "JMP", "USER") and "l" not in line.rpartition(" ")[2] else line
                for line in numbered.splitlines()]  # fmt: skip
    assert assemble("\n".join(branches)).words[:-1] == words


def test_only_the_kernel_is_rewritten():
    program = assemble(PROGRAMS["pill"].text)
    rewritten = paravirtualize(program)
    for place, user in enumerate(program.user):
        before, after = listing(program.words[place]), listing(rewritten.words[place])
        name = OPERATIONS[operation(program.words[place])].name
        asks = not user and name in {"LOADCR", "USER", "HALT"}
        assert after == (f"HYPERCALL {before}" if asks else before)


# translation


def test_a_block_is_made_once_and_ends_at_the_first_jump():
    one = RUNS["count"]["dbt"]
    cache = Cache(assemble(PROGRAMS["count"].text).words)
    loop, entry = cache.at(3), cache.at(0)
    assert (entry.length, loop.length) == (12, 9)
    assert one.blocks == (1, 21)  # the loop is chained to the block that leads to it
    assert (entry.chained, loop.chained) == (21, 9)
    assert cache.at(3) is loop
    assert [block.start for block in cache.made] == [0, 3]
    assert cache.at(12) is None  # HALT
    assert source(cache.words, 12) == ""


def test_a_miss_in_the_midst_of_a_block_is_found_where_it_happened():
    """What stands before the load is not done twice, what stands behind it not left out."""
    text = """
        .data 16 16 17 18 19 20 21 22 23 24 25
        .data 64 1 2 3
        LI r1, 16
        LOADCR cr0, r1
        LI r6, 144
turn:   ADDI r2, r2, 1
        ADD r3, r3, r2
        LOAD r4, [r5+2]
        ADD r7, r7, r3
        STORE r7, [r5+33]
        ADDI r5, r5, 16
        BNE r5, r6, turn
        HALT
    """
    native, one = end(text), end(text, "dbt")
    assert native.counts.misses > TLB
    assert native.state.registers[2] == 9
    assert (one.state, one.counts) == (native.state, native.counts)


def test_a_long_block_is_cut():
    cache = Cache(assemble("ADDI r1, r1, 1\n" * 100 + "HALT").words)
    assert [cache.at(0).length, cache.at(LONGEST).length] == [LONGEST, 36]
    assert end("ADDI r1, r1, 1\n" * 100 + "HALT", "dbt").state.registers[1] == 100


def test_numbers_do_not_grow_in_a_block():
    """A product of products is cut on its way, not only at the end."""
    text = "LI r1, 3\n" + "MUL r1, r1, r1\n" * 40 + "HALT"
    assert end(text, "dbt").state.registers[1] == pow(3, 2**40, 2**16)
    text = "LI r1, 9999\nLI r3, 1\na: MUL r3, r3, r3\nADD r3, r3, r1\nADDI r2, r2, 1\nBNE r2, r1, a\nHALT"
    assert end(text, "dbt").state == end(text).state


def test_translated_code_reaches_nothing_of_python():
    block = Cache(assemble(PROGRAMS["count"].text).words).at(3)
    reach = block.run.__globals__
    assert reach["__builtins__"] == {}
    assert set(reach) == {"__builtins__", "IndexError", "range", "place_of", "block"}
    assert not set(block.run.__code__.co_names) & set(dir(builtins)) - {"IndexError", "range"}


def test_what_is_kept_is_plain_text():
    guest = Guest(text="HALT", way="bt", inputs=(1,))
    assert from_text(Guest, to_text(guest)) == guest
    assert to_text(run(guest)) == to_text(run(guest))
