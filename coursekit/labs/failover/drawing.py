"""How the failover labs draw routers over time: a lane a node, the address, the client."""

from coursekit.i18n import _, mark, number
from coursekit.sims.failover.story import phases
from coursekit.ui import timeframe
from coursekit.ui.scene import box, label, path

PHASES = {
    "Initialize": (mark("down"), "I", "idle"),
    "Backup": (mark("Backup"), "B", "accent"),
    "Active": (mark("Active"), "A", "ok"),
    "Fault": (mark("Fault"), "F", "bad"),
}
LANE, BAND = 54, 30


class Frame(timeframe.Frame):
    """Room for names at the left, and for what a node says at the right."""

    margins = ((158, 150), (106, 6))


def lanes(record, t, frame, top):
    """What each node was up to `t`, with its advertisements as ticks."""
    items = []
    for i, node in enumerate(record.cluster.nodes):
        y = top + i * LANE
        for k, one in enumerate(phases(record, node.id, t)):
            _word, letter, tone = PHASES[one.phase]
            wide = max(2.0, frame.x(one.end) - frame.x(one.start) - 1)
            active = one.phase == "Active"
            items.append(box(
                f"{node.id}-{k}", frame.x(one.start), y + 6, wide, 26, text=letter if wide > 14 else "",
                fill="solid" if active else "soft", tone=tone, dash=one.phase == "Initialize", r=4,
            ))  # fmt: skip
        sent = [
            e["t"] for e in record.trace
            if e["kind"] == "advert" and e["from"] == node.id and e["t"] <= t
        ]  # fmt: skip
        ticks = "".join(f"M{frame.x(at):.1f} {y + 35}v8" for at in sent)
        items.append(path(f"{node.id}-ticks", ticks or f"M{frame.left} {y + 43}h0", tone="ok"))
    return items


def names(record, state, frame, top, *, press):
    """A box a node: its phase, its priority, and a press that crashes or restarts it."""
    items = []
    for i, (node, seen) in enumerate(zip(record.cluster.nodes, state.nodes, strict=True)):
        word, _letter, tone = PHASES[seen.phase]
        up = seen.phase != "Initialize"
        says = (
            _("{id}, {phase}: press to crash it", id=node.id, phase=_(word)) if up
            else _("{id}, {phase}: press to restart it", id=node.id, phase=_(word))
        )  # fmt: skip
        items.append(box(
            f"node-{node.id}", 4, top + i * LANE, frame.left - 12, LANE - 8,
            title=f"{node.id} · {seen.prio}", sub=_(word) if seen.service == "ok" else _("service ill"),
            tone=tone, fill="paper", led=tone, press=says if press else None,
        ))  # fmt: skip
    return items


def timers(record, state, frame, top):
    """Each node's countdown, as a bar that shrinks."""
    if frame.narrow:
        return []
    items = []
    for i, (node, seen) in enumerate(zip(record.cluster.nodes, state.nodes, strict=True)):
        left = max(0.0, seen.until - state.t) if seen.until is not None else None
        share = 0.0 if left is None or not seen.armed else min(1.0, left / seen.armed)
        text = _("no timer") if left is None else _("{seconds} s left", seconds=number(left))
        items.append(box(
            f"timer-{node.id}", frame.right + 10, top + i * LANE, 134, LANE - 8, title=text,
            progress=share, tone="idle",
        ))  # fmt: skip
    return items


def owned(record, t, frame, y):
    """Who owned the address: nobody, one, or two."""
    items = [label("owned-name", 6, y + 20, _("the address"), size=12.5, weight=600)]
    for k, (start, end, ids) in enumerate(record.owned()):
        if start > t:
            break
        wide = max(2.0, frame.x(min(end, t)) - frame.x(start) - 1)
        tone = ("idle", "ok", "bad")[min(len(ids), 2)]
        text = " + ".join(ids) or "—"
        items.append(box(
            f"owned-{k}", frame.x(start), y, wide, BAND - 4, text=text if wide > 8 * len(text) else "",
            tone=tone, fill="solid" if len(ids) > 1 else "soft" if ids else "none", dash=not ids, r=4, size=12,
        ))  # fmt: skip
    return items


def client(told, t, frame, y):
    """Who served the client, request by request; a gap is drawn as lost."""
    items = [label("client-name", 6, y + 20, _("the client"), size=12.5, weight=600)]
    for k, (start, end, by, double) in enumerate(told.answers(t)):
        wide = max(2.0, frame.x(end) - frame.x(start) - 1)
        text = by or "✗"
        items.append(box(
            f"client-{k}", frame.x(start), y, wide, BAND - 4, text=text if wide > 16 else "",
            tone="bad" if by is None else "warn" if double else "ok", fill="none" if by is None else "soft",
            dash=by is None, r=4, size=12,
        ))  # fmt: skip
    return items


def axis(t, frame, y, top):
    """Seconds, and where we stand."""
    step = 10 if frame.end <= 60 else 20 if frame.end <= 120 else 100
    items = [
        label(f"at{s}", frame.x(s), y + 14, f"{s} s", anchor="middle", size=11.5)
        for s in range(0, int(frame.end) + 1, step)
    ]
    return [*items, path("now", f"M{frame.x(t):.1f} {top - 4}V{y}", tone="warn", dash=True)]
