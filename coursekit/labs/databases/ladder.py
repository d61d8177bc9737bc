"""A ladder of messages: lanes below one another over milliseconds, arrows from lane to lane."""

from math import inf

from coursekit.i18n import _, number
from coursekit.sims.databases.replication import SYNCHRONOUS
from coursekit.ui.scene import box, label, path
from coursekit.ui.timeframe import ticks

LANE, BAR = 62, 20  # from one lane to the next; a disk at work


class Ladder:
    """Lanes below one another over milliseconds; of a client, a primary and its standbys; what lies beyond the end is cut."""

    def __init__(self, seen, *, top, narrow):
        self.top, self.narrow = top, narrow
        self.count = 2 + len(seen.standbys)
        self.left, self.right = (98, 448) if narrow else (130, 884)
        done = seen.commit
        shown = [done.told_ms, *(one.rtt_ms / 2 + step[2] for one, step in zip(seen.standbys, done.steps, strict=True) if one.up)]  # fmt: skip
        known = sorted(each for each in shown[1:] if each < inf)
        most = inf if done.mode in SYNCHRONOUS else 4 * done.primary_ms  # a lag would leave no room
        first = [min(each, most) for each in known[:1]]
        need = [each for each in (done.told_ms, *first, done.primary_ms) if each < inf]
        self.end = 1.12 * max(need)
        self.bottom = top + self.count * LANE + 6

    def x(self, ms):
        return self.left + (self.right - self.left) * min(max(ms, 0.0), self.end) / self.end

    def y(self, lane):
        return self.top + 24 + lane * LANE

    def lanes(self):
        names = [_("client"), _("primary"), *(_("standby {n}", n=i + 1) for i in range(self.count - 2))]  # fmt: skip
        items = []
        for lane, name in enumerate(names):
            items.append(label(f"lane{lane}", 6, self.y(lane) + 4, name, weight=600, size=12 if self.narrow else 13))  # fmt: skip
            items.append(path(f"line{lane}", f"M{self.left} {self.y(lane)}H{self.right}", tone="idle", dash=True))  # fmt: skip
        for n, at in enumerate(ticks(self.end, 4 if self.narrow else 8)):
            items.append(label(f"tick{n}", self.x(at), self.bottom + 4, _("{t} ms", t=number(at, 4)), anchor="middle", size=11.5))  # fmt: skip
        return items

    def arrow(self, name, start, stop, **look):
        """A message from a lane to another; the part beyond the end is not drawn, nor its head."""
        (t1, lane1), (t2, lane2) = start, stop
        if t1 >= self.end:
            return []
        y1, y2 = self.y(lane1), self.y(lane2)
        whole = t2 <= self.end
        share = 1.0 if whole else (self.end - t1) / (t2 - t1)
        return [path(name, f"M{self.x(t1):.1f} {y1:.1f}L{self.x(t2):.1f} {y1 + (y2 - y1) * share:.1f}", arrow=whole, **look)]  # fmt: skip

    def bar(self, name, begin, end, lane, **look):
        if begin >= self.end or end <= begin:
            return []
        x = self.x(begin)
        return [box(name, x, self.y(lane) - BAR / 2, max(2.0, self.x(end) - x), BAR, r=3, fill="solid", **look)]  # fmt: skip
