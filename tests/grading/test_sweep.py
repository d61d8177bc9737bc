"""A sweep over designs: one worker, two, or a Dask cluster make the same table."""

import csv
import io

import pytest

from coursekit.grading import cluster, pool, sweep
from coursekit.sims.message import ParameterError


@pytest.fixture(scope="module")
def alone():
    return sweep.sweep(100_000, years=10)


def test_two_workers_make_the_same_table(alone):
    assert sweep.sweep(100_000, years=10, workers=2) == alone


def test_a_dask_cluster_makes_the_same_table(alone, monkeypatch):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp", host="127.0.0.1"
        ) as near,
    ):  # fmt: skip
        assert sweep.sweep(100_000, years=10, scheduler=near.scheduler_address) == alone


def test_the_best_comes_first(alone):
    totals = [row.total for row in alone]
    assert totals == sorted(totals, reverse=True)
    rows = list(csv.DictReader(io.StringIO(sweep.text(alone))))
    assert len(rows) == len(alone)
    assert float(rows[0]["score"]) == pytest.approx(alone[0].total, abs=0.005)
    assert float(rows[0]["hours_a_year"]) == pytest.approx(alone[0].hours, abs=5e-5)


def test_progress_is_told():
    heard = []
    sweep.sweep(50_000, progress=lambda done, total: heard.append((done, total)))
    assert heard[-1][0] == heard[-1][1] == len(sweep.choices())
    assert len(heard) > 5


@pytest.mark.parametrize(
    "values, says",
    [
        ({"budget": 0}, "budget=0"),
        ({"budget": 1, "years": -1}, "years=-1: choose 0 or more"),
        ({"budget": 1, "workers": 0}, "workers=0: choose 1 or more"),
        ({"budget": 1, "scheduler": "x"}, "scheduler=x: give tcp"),
    ],
)
def test_bad_values_are_named(values, says):
    with pytest.raises(ParameterError, match=says):
        sweep.sweep(**values)


def test_a_pool_ends_with_its_block(monkeypatch):
    ended = []

    class Far:
        workers = 3

        def shutdown(self, *, cancel_futures):
            ended.append(cancel_futures)

    monkeypatch.setattr(cluster, "executor", lambda _address: Far())
    with pool.working(1, "tcp://h:1") as (_executor, count):
        assert count == 3
    assert ended == [True]
