"""The saw-tooth of a migration: MB left over time, a tooth a round, the pause in red."""

from dataclasses import dataclass

from coursekit.i18n import _, number
from coursekit.sims.hypervisors.migration import Migrated, dirtying
from coursekit.ui.scene import box, label, path
from coursekit.ui.timeframe import Frame, ticks


@dataclass(frozen=True)
class Sawtooth:
    """Between `top` and `floor`; what is to come is faded, or `hidden` until it was predicted."""

    frame: Frame
    result: Migrated
    top: float
    floor: float
    hidden: bool

    @property
    def most(self):
        """MB at the top."""
        return max(self.result.params.memory, self.result.params.last_copy)

    def y(self, mb):
        return self.floor - (self.floor - self.top) * mb / self.most

    def grid(self):
        """Lines with their MB, and what fits in the pause."""
        left, right = self.frame.left, self.frame.right
        items = [label("unit", 6, self.top - 10, _("MB left"), size=12, weight=600)]
        for k, mb in enumerate(ticks(self.most, 4)):
            y = self.y(mb)
            items.append(path(f"grid{k}", f"M{left} {y:.1f}H{right}", faded=True))
            items.append(label(f"mb{k}", left - 8, y + 4, number(mb, 5), anchor="end", size=11.5))
        limit = f"M{left} {self.y(self.result.params.last_copy):.1f}H{right}"
        return [*items, path("limit", limit, tone="ok", dash=True)]

    def rounds(self, t):
        """Rounds that are over at `t` in full, the others faded."""
        rounds, params = self.result.rounds, self.result.params
        over = sum(each.start + each.seconds <= t for each in rounds)
        items = []
        for name, some in (("over", rounds[:over]), ("next", rounds[over:])):
            faded = name == "next"
            if not some or (faded and self.hidden):
                continue
            sent = "".join(self._line(_falling(each)) for each in some)
            again = "".join(self._line(dirtying(params, each)) for each in some)
            items += [self._tooth(each, faded=faded) for each in some]
            items.append(path(f"again-{name}", again, hue=2, dash=True, faded=faded))
            items.append(path(f"sent-{name}", sent, hue=0, faded=faded))
        return items

    def stop(self, *, over, done):
        """The pause as a red band, and after a post-copy move what is still fetched."""
        if self.hidden and not over:
            return []
        result, frame = self.result, self.frame
        x, end = frame.x(result.precopy), frame.x(result.precopy + result.pause)
        wide = max(3.0, end - x)
        at = min(x, frame.right - wide)
        word = min(max(at + wide / 2 - 62, frame.left), frame.right - 124)
        text = _("pause: {s} s", s=number(result.pause))
        look = {"tone": "bad", "fill": "solid", "faded": not over}
        items = [
            box("pause", at, self.top, wide, self.floor - self.top, r=0, **look),
            box("pause-word", word, self.top - 28, 124, 24, text=text, size=12.5, **look),
        ]
        if result.missing:
            falls = [(result.precopy + result.pause, result.missing), (result.total, 0.0)]
            items.append(path("fetched", self._line(falls), hue=3, faded=not done))
        return items

    def _line(self, points):
        return "M" + "L".join(f"{self.frame.x(t):.1f} {self.y(mb):.1f}" for t, mb in points)

    def _tooth(self, each, *, faded):
        """As wide as it took, as high as what it sent."""
        x, y = self.frame.x(each.start), self.y(each.volume)
        wide = max(1.0, self.frame.x(each.start + each.seconds) - x)
        tall = max(1.0, self.floor - y)
        name = label(f"n{each.number}", wide / 2, 17, str(each.number), anchor="middle", size=12.5)
        return box(
            f"round{each.number}", x, y, wide, tall, fill="soft", hue=0, r=0, faded=faded,
            children=[name] if wide > 22 and tall > 26 else [],
        )  # fmt: skip


def _falling(each):
    """What is still to send in a round: all of it, then nothing."""
    return ((each.start, each.volume), (each.start + each.seconds, 0.0))
