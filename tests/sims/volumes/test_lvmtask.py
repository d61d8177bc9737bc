"""The task: a failing disk changed without stopping, line by line, and judged."""

import pytest

from coursekit.sims.message import ParameterError
from coursekit.sims.volumes.lvmtask import judge

RIGHT = ["pvcreate sdc", "vgextend vg sdc", "pvmove sdb", "vgreduce vg sdb", "lvextend -r -L +4G vg/root"]  # fmt: skip


def judged(*lines):
    return judge("\n".join(lines))


def reached(*lines):
    return [goal.reached for goal in judged(*lines).goals]


def test_the_right_lines_do_the_task_and_no_shorter_list_does():
    assert judged(*RIGHT).done
    for k in range(len(RIGHT)):
        assert not judged(*RIGHT[:k]).done
    assert reached() == [False, False, False, False, True]
    assert reached(*RIGHT[:3]) == [True, True, False, False, True]


def test_pvcreate_may_be_left_to_vgextend_and_growing_may_come_first():
    assert judged(*RIGHT[1:]).done
    assert judged("vgextend vg sdc", "lvextend -r -L 10G vg/root", "pvmove sdb", "vgreduce vg sdb").done  # fmt: skip


def test_only_what_lay_on_the_old_disk_is_copied():
    assert judged(*RIGHT).moved_mib == 16 * 1024
    assert judged(*RIGHT).seconds(100) == pytest.approx(163.84)
    assert judged(*RIGHT[:2]).seconds(100) == 0


def test_a_volume_cut_on_the_way_is_seen_at_the_end():
    lines = [*RIGHT[:1], "lvreduce -L 2G vg/root", *RIGHT[1:4], "lvextend -r -L 10G vg/root"]
    assert reached(*lines) == [True, True, True, True, False]


def test_a_file_system_that_was_not_told_is_spoken_of():
    assert not judged(*RIGHT).advice
    assert "lvextend -r" in str(judged(*RIGHT[:4], "lvextend -L +4G vg/root").advice[0])


@pytest.mark.parametrize("at", range(1, 4))
def test_a_line_left_out_is_answered_by_lvm_with_the_number_of_the_line(at):
    lines = [line for k, line in enumerate(RIGHT) if k != at]
    if at == 3:  # the old disk stays in the group: nothing refuses that
        assert reached(*lines) == [True, True, False, True, True]
        return
    with pytest.raises(ParameterError, match=f"line={at + 1}: (device=sdb|extents=)"):
        judged(*lines)


def test_blank_lines_and_comments_are_counted_and_passed_over():
    done = judged("", "# first", "pvcreate sdc")
    assert done.numbers == (0, 3)
    with pytest.raises(ParameterError, match="line=3: command=pvstop: choose one of"):
        judged("", "# first", "pvstop sdb")
