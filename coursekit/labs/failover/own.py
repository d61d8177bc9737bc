"""The learner's own countdown: a Python function that decides how long a Backup waits."""

import traceback

from coursekit.i18n import _, mark, number
from coursekit.labs.failover import drawing as draw
from coursekit.sims.failover.own_wait import CRASH_S, try_rule
from coursekit.sims.message import ParameterError
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.table import Table

INTERVALS = {0.5: mark("every 0.5 s"), 1.0: mark("every 1 s"), 2.0: mark("every 2 s")}


def equal(_priority, interval):
    """Where the lab starts: everybody waits alike."""
    return 3 * interval


class OwnWaitLab(Lab):
    """Takes `wait(priority, interval) -> seconds of silence to bear`."""

    name = "failover-own"
    title = mark("Your own countdown")

    def __init__(self, seed=1, *, wait=equal, **options):
        self.wait = wait
        super().__init__(seed, **options)

    def controls(self):
        return (
            Slider("prio1", mark("Priority of r1"), 200, 1, 254),
            Slider("prio2", mark("Priority of r2"), 150, 1, 254),
            Slider("prio3", mark("Priority of r3"), 100, 1, 254),
            Pick("adv", mark("Advertisements"), 1.0, INTERVALS),
        )

    def run(self, prio1, prio2, prio3, adv):
        try:
            return try_rule(self.wait, (prio1, prio2, prio3), adv)
        except ParameterError:
            raise
        except Exception as why:  # noqa: BLE001  (a learner's function may fail in any way)
            line = traceback.extract_tb(why.__traceback__)[-1].lineno
            raise ParameterError(
                "your function: {kind} at its line {line}: {why}",
                kind=type(why).__name__, line=line, why=str(why),
            ) from None  # fmt: skip

    def pictures(self):
        self.scene = self.new_scene()
        return [self.scene]

    def draw(self, trial):
        record = trial.record
        frame = draw.Frame(self.scene.narrow, record.until)
        top, count = 12, len(record.cluster.nodes)
        below = top + count * draw.LANE + 4
        state = record.states[-1]
        items = draw.names(record, state, frame, top, press=False)
        items += draw.lanes(record, record.until, frame, top)
        items += draw.owned(record, record.until, frame, below)
        items += draw.axis(CRASH_S, frame, below + draw.BAND, top)
        self.scene.show(
            items, width=frame.width, height=below + draw.BAND + 22,
            label=_("Three nodes that wait as your function says; the best one crashes at second {t}", t=number(CRASH_S)),
        )  # fmt: skip

    def describe(self, trial):
        text = _(
            "After the crash {heir} takes over; the address is away for {outage} s.",
            heir=trial.heir or "—", outage=number(trial.outage_s),
        )  # fmt: skip
        return " ".join([text, *map(_, self._faults(trial))])

    def _faults(self, trial):
        found = []
        if trial.heir != trial.best:
            found.append(mark("That is not the best one left: let a high priority wait less."))
        if trial.alarms:
            found.append(
                mark("Somebody took over while the Active lived: wait longer than one interval.")
            )
        if len(set(trial.waits)) < len(trial.waits):
            found.append(
                mark("Two nodes wait equally long: both become Active at the same instant.")
            )
        return found or [mark("The best one left, alone, and no false alarm.")]

    def tone(self, trial):
        good = trial.heir == trial.best and not trial.alarms
        return "ok" if good and len(set(trial.waits)) == len(trial.waits) else "warn"

    def table(self, trial):
        head = [_("node"), _("priority"), _("waits, s")]
        nodes = trial.record.cluster.nodes
        return Table(
            head, [[n.id, n.prio, number(s, 6)] for n, s in zip(nodes, trial.waits, strict=True)]
        )
