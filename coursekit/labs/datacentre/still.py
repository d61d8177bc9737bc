"""A picture as a text of its own: the items of a scene as SVG, with their colours, for a page to print."""

from html import escape

from coursekit.ui.palette import TONES

INK, PAPER, CARD, EDGE = "#1f2937", "#ffffff", "#f1f3f5", "#94a3b8"


def still(items, width, height, name):
    """Boxes, lines and texts; nothing in it moves, and nothing is fetched."""
    drawn = "".join(_drawn(each) for each in items)
    return f"<svg class='plan' viewBox='0 0 {width:g} {height:g}' role='img' aria-label='{escape(name, quote=True)}' font-family='sans-serif'>{drawn}</svg>"


def _drawn(item):
    return {"box": _box, "text": _text, "path": _path}[item["kind"]](item)


def _tone(item):
    return TONES.get(item.get("tone", ""), EDGE)


def _box(item):
    x, y, w, h = (item[each] for each in "xywh")
    fill, tone = item.get("fill", "plain"), _tone(item)
    body = {"plain": CARD, "paper": PAPER, "solid": tone, "soft": tone, "none": "none"}[fill]
    faint = " fill-opacity='.2'" if fill == "soft" else ""
    dash = " stroke-dasharray='5 3'" if item.get("dash") else ""
    ink = PAPER if fill == "solid" else INK
    parts = [
        f"<rect width='{w:g}' height='{h:g}' rx='{item.get('r', 8)}' fill='{body}'{faint} stroke='{tone}' stroke-width='1.5'{dash}/>"
    ]
    if item.get("text"):
        parts.append(_said(item["text"], w / 2, h / 2 + 4, item.get("size", 13.5), ink, anchor="middle", weight=600))  # fmt: skip
    if item.get("title"):
        parts.append(_said(item["title"], 12, 18, 13, ink, weight=600))
    parts += [_drawn(each) for each in item.get("children", ())]
    return f"<g transform='translate({x:.1f} {y:.1f})'>{''.join(parts)}</g>"


def _text(item):
    return _said(item["text"], item["x"], item["y"], item.get("size", 13.5), INK, anchor=item.get("anchor", "start"), weight=item.get("weight", 400))  # fmt: skip


def _said(text, x, y, size, ink, *, anchor="start", weight=400):
    return f"<text x='{x:.1f}' y='{y:.1f}' font-size='{size}' font-weight='{weight}' text-anchor='{anchor}' fill='{ink}'>{escape(text)}</text>"


def _path(item):
    return f"<path d='{item['d']}' fill='none' stroke='{_tone(item)}' stroke-width='2'/>"
