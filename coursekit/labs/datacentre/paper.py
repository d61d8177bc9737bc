"""The report as a page: one HTML file that holds all it needs and prints on A4."""

from html import escape

from coursekit.i18n import _, language, mark, number, plural
from coursekit.labs.datacentre.chosen import component, service
from coursekit.labs.datacentre.points import PARTS
from coursekit.labs.datacentre.room import Weak, ha_line, plan, storage_line
from coursekit.labs.datacentre.still import still
from coursekit.sims.datacentre.report import LEFT_OUT
from coursekit.sims.datacentre.score import MOST

WIDE = 520  # units of the drawing
STYLE = """
.dc-page{background:#fff;color:#1f2937;font:12.5px/1.35 system-ui,sans-serif;padding:16px;max-width:860px;margin:0 auto;box-sizing:border-box}
.dc-page h1{font-size:20px;margin:0 0 2px;color:#1f2937}.dc-page h2{font-size:13.5px;margin:10px 0 3px;color:#1f2937;border-bottom:1.5px solid #94a3b8}
.dc-page p{margin:2px 0}.dc-page .big{font-size:15px;font-weight:600}
.dc-page .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:0 18px}
.dc-page table{border-collapse:collapse;width:100%;font-size:11.5px;color:#1f2937;background:#fff;table-layout:auto;margin:0}
.dc-page th,.dc-page td{text-align:left;padding:1.5px 5px;border-bottom:1px solid #cbd5e1;vertical-align:top;white-space:normal;color:#1f2937;background:#fff;max-width:none}
.dc-page th{font-weight:600}.dc-page td.n{text-align:right;white-space:nowrap}.dc-page .b{font-weight:700}.dc-page .ok{color:#15803d;font-weight:700}.dc-page .bad{color:#b91c1c;font-weight:700}
.dc-page svg.plan{width:100%;height:auto;max-height:380px}.dc-page .bar{background:#e2e8f0;height:9px;border-radius:4px}
.dc-page .bar i{display:block;height:9px;border-radius:4px;background:#2563eb}.dc-page ul{margin:2px 0;padding-left:18px}
"""
PRINT = """
@page{size:A4;margin:10mm}body{margin:0}
@media print{.dc-page h2{margin-top:6px}.dc-page{padding:0;max-width:none;font-size:9pt;line-height:1.25;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.dc-page .two{grid-template-columns:1fr 1fr}.dc-page table{font-size:8pt}.dc-page h2{break-after:avoid}.dc-page section{break-inside:avoid}.dc-page svg.plan{max-height:66mm}}
"""
GONE = mark("nothing comes back")


def page(made, title):
    """The whole file."""
    head = f"<meta charset='utf-8'><meta name='viewport' content='width=device-width'><title>{escape(title)}</title><style>{STYLE}{PRINT}</style>"
    return f"<!doctype html><html lang='{language()}'><head>{head}</head><body>{body(made, title)}</body></html>"


def shown(made, title):
    """The same within a notebook."""
    return f"<style>{STYLE}</style>{body(made, title)}"


def body(made, title):
    """What is on the page."""
    left = (
        _section(_("Racks"), _drawing(made) + _p(storage_line(made.design)) + _p(ha_line(made.design))),
        _section(_("Points"), _points(made)),
        _section(_("Twelve faults"), _faults(made)),
        _section(_("{n} years of it", n=number(made.years.years, 6)), _years(made)),
    )  # fmt: skip
    right = (
        _section(_("Requirements"), _requirements(made)),
        _section(_("Single points of failure"), _single(made)),
        _section(_("What nothing but a backup cures"), _recovery(made)),
        _section(_("Price over three years"), _prices(made)),
        _section(_("What is left out"), "<ul>" + "".join(f"<li>{escape(_(each))}</li>" for each in LEFT_OUT) + "</ul>"),
    )  # fmt: skip
    return f"<article class='dc-page'><h1>{escape(title)}</h1>{_summary(made)}<div class='two'>{_half(left)}{_half(right)}</div></article>"


def _half(sections):
    return f"<div>{''.join(sections)}</div>"


def _section(title, inner):
    return f"<section><h2>{escape(title)}</h2>{inner}</section>"


def _p(text, *, css=""):
    return f"<p class='{css}'>{escape(text)}</p>" if css else f"<p>{escape(text)}</p>"


def _table(head, rows):
    """Rows of cells: a text, or a pair of a text and a class."""
    tops = "".join(f"<th scope='col'>{escape(each)}</th>" for each in head)
    lines = "".join("<tr>" + "".join(map(_cell, row)) + "</tr>" for row in rows)
    return f"<table>{f'<thead><tr>{tops}</tr></thead>' if head else ''}<tbody>{lines}</tbody></table>"  # fmt: skip


def _cell(cell):
    text, css = cell if isinstance(cell, tuple) else (cell, "")
    return f"<td class='{css}'>{escape(text)}</td>" if css else f"<td>{escape(text)}</td>"


def _sign(good):
    return ("✓", "ok") if good else ("✗", "bad")


def _summary(made):
    text = _("{score} of 100 points for {cost} € (budget {budget} €); {met} of {all} requirements met.", score=number(made.score.total, 4), cost=number(round(made.score.cost.total), 6), budget=number(made.score.budget, 6), met=made.met, all=len(made.requirements))  # fmt: skip
    why = "".join(_p(_("It counts for nothing: {why}", why=_(each)), css="bad") for each in made.score.refused)  # fmt: skip
    return _p(text, css="big") + why


def _drawing(made):
    items, low = plan(made.design, Weak(alone=frozenset(made.single)), 2, 2, WIDE - 4)
    return still(items, WIDE, low + 4, _("The racks and what stands in them"))


def _requirements(made):
    return _table([], [[_sign(each.met), _(each.about), _(each.how)] for each in made.requirements])  # fmt: skip


def _points(made):
    rows = []
    for part, got in made.score.parts.items():
        word = PARTS[part]
        bar = f"<div class='bar'><i style='width:{100 * got / MOST[part]:.0f}%'></i></div>"
        figures = f"<td class='n'>{number(round(got, 1))} / {MOST[part]}</td>"
        rows.append(f"<tr><td>{escape(_(word))}</td><td style='width:45%'>{bar}</td>{figures}</tr>")
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _faults(made):
    rows = []
    for each in made.score.scenarios:
        down = [service(name) for name, up in each.state.up.items() if not up]
        said = _("the data are lost") if each.state.data_lost else _("down: {names}", names=", ".join(down)) if down else _("all up")  # fmt: skip
        rows.append([_sign(each.value == 1), f"{each.name} · {_(each.about)}", said])
    return _table([], rows)


def _single(made):
    if not made.single:
        return _p(_("None: every part of the way is there twice."))
    return _table([], [[component(name), ", ".join(map(service, names))] for name, names in made.single.items()])  # fmt: skip


def _recovery(made):
    rows = []
    for each in made.score.recovery:
        if each.rpo_h is None or each.rto_h is None:
            rows.append([_sign(False), _(each.event.about), _(GONE)])
        else:
            said = _("{rpo} h of work lost, back {rto} h later", rpo=number(each.rpo_h), rto=number(each.rto_h, 2))  # fmt: skip
            rows.append([_sign(True), _(each.event.about), said])
    chance = _("chance that all data are gone within three years: {p} %", p=number(100 * made.score.durability.total, 2))  # fmt: skip
    return _table([], rows) + _p(chance)


def _prices(made):
    rows = [[_(name), (_("{n} €", n=number(round(eur), 6)), "n")] for name, eur in made.prices]
    total = made.score.cost.total
    return _table([], [*rows, [(_("in all"), "b"), (_("{n} €", n=number(round(total), 6)), "n")]])


def _years(made):
    rows = [
        [service(each.name), (_("{n} %", n=number(100 * each.availability, 7)), "n"), (number(each.hours), "n"), (_("{n} %", n=number(100 * each.calm, 2)), "n"), (number(each.longest_h), "n")]
        for each in made.years.spans
    ]  # fmt: skip
    head = [_("service"), _("availability"), _("hours a year"), _("calm years"), _("longest, h")]
    said = plural("Drawn by chance, {count} failure or repair.", "Drawn by chance, {count} failures and repairs.", made.years.events)  # fmt: skip
    return _table(head, rows) + _p(said)
