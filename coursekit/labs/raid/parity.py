"""Parity by hand: flip bits, see P and Q follow, lose two blocks and get them back."""

from dataclasses import dataclass

import numpy as np

from coursekit.i18n import _, mark
from coursekit.sims.raid.parity import Recovered, mul, pair_constants, power, recover, syndromes
from coursekit.ui.controls import Pick, Slider
from coursekit.ui.lab import Lab
from coursekit.ui.parts import NARROW, WIDE
from coursekit.ui.scene import Scene, box, label
from coursekit.ui.table import Table

START = (0xDE, 0xAD, 0xBE, 0xEF)
NAMES = ("D0", "D1", "D2", "D3", "P", "Q")
LOSSES = {"": mark("nothing"), **{name: name for name in NAMES}}
SUPERSCRIPT = ("⁰", "¹", "²", "³")


@dataclass(frozen=True)
class Stripe:
    """Four data bytes with P and Q, which of the six are lost, and what came back."""

    data: tuple[int, ...]
    p: int
    q: int
    lost: tuple[str, ...]
    back: Recovered

    @property
    def bytes(self) -> tuple[int, ...]:
        return (*self.data, self.p, self.q)


class ParityLab(Lab):
    """Six bytes, bit by bit."""

    name = "raid-parity"
    title = mark("Parity, bit by bit")

    def controls(self):
        data = [Slider(f"d{i}", f"D{i}", value, 0, 255, more=True) for i, value in enumerate(START)]
        return (
            Pick("lost", mark("Lose"), "", LOSSES),
            Pick("also", mark("and"), "", LOSSES),
            *data,
        )

    def run(self, lost, also, d0, d1, d2, d3):
        blocks = [np.array([byte], np.uint8) for byte in (d0, d1, d2, d3)]
        p, q = syndromes(blocks)
        gone = tuple(name for name in NAMES if name in (lost, also))
        known = [None if f"D{i}" in gone else block for i, block in enumerate(blocks)]
        back = recover(known, None if "P" in gone else p, None if "Q" in gone else q)
        return Stripe((d0, d1, d2, d3), int(p[0]), int(q[0]), gone, back)

    def pictures(self):
        self.scene = Scene(roving=True)
        self.scene.on_press(self._flip)
        self.scene.observe(lambda _change: self.redraw(), "narrow")
        return [self.scene]

    def _flip(self, name):
        block, bit = name.split(":")
        values = self.values
        self.set(**{block: values[block] ^ (1 << int(bit))})

    def draw(self, stripe):
        narrow = self.scene.narrow
        width, cell = (NARROW, 30) if narrow else (WIDE, 46)
        items = [label("head", 0, 16, _("block"), size=12.5)]
        for row, name in enumerate(NAMES):
            items += self._line(stripe, row, name, cell=cell, y=26 + row * 42, narrow=narrow)
        text = _("Six bytes as bits; press a data bit to flip it")
        self.scene.show(items, width=width, height=26 + 6 * 42, label=text)

    def _line(self, stripe, row, name, *, cell, y, narrow):
        byte, gone = stripe.bytes[row], name in stripe.lost
        items = [label(f"name-{name}", 0, y + 24, name, size=15, weight=600)]
        for place, bit in enumerate(range(7, -1, -1)):
            value = byte >> bit & 1
            look = {
                "text": str(value),
                "fill": "solid" if value else "none",
                "hue": row,
                "dash": row > 3,
                "glow": gone,
            }
            if row < 4:
                look["press"] = _("{block}, bit {bit}: {value}", block=name, bit=bit, value=value)
            items.append(
                box(f"{name.lower()}:{bit}", 40 + place * cell, y, cell - 5, 34, r=6, **look)
            )
        x = 40 + 8 * cell + 8
        items.append(label(f"hex-{name}", x, y + 23, f"{byte:02x}", size=16, weight=600))
        if not narrow:
            items.append(
                label(f"term-{name}", x + 44, y + 23, self._term(stripe, row, gone), size=13.5)
            )
        return items

    def _term(self, stripe, row, gone):
        if gone:
            return _("lost, and computed again from the others")
        if row < 4:
            product = mul(power(row), stripe.data[row])
            return _(
                "in Q: g{i} · {byte} = {product}",
                i=SUPERSCRIPT[row],
                byte=f"{stripe.data[row]:02x}",
                product=f"{product:02x}",
            )
        return _("XOR of the four data bytes") if row == 4 else _("XOR of the four products")

    def describe(self, stripe):
        terms = " ⊕ ".join(f"{byte:02x}" for byte in stripe.data)
        text = _(
            "P = {terms} = {p}: each bit of P is 1 when an odd number of data bits above it is.",
            terms=terms,
            p=f"{stripe.p:02x}",
        )
        return f"{text}\n{self._rebuild(stripe)}" if stripe.lost else text

    def _rebuild(self, stripe):
        data = [name for name in stripe.lost if name.startswith("D")]
        if len(data) == 2:
            x, y = (int(name[1]) for name in data)
            a, b = pair_constants(x, y)
            return _(
                "{x} and {y} are lost. With A = {a} and B = {b}, {x} = A·(P ⊕ P') ⊕ B·(Q ⊕ Q') = {first}, then {y} = P ⊕ the rest = {second}. P' and Q' count the lost bytes as 0.",
                x=data[0], y=data[1], a=f"{a:02x}", b=f"{b:02x}",
                first=f"{int(stripe.back.data[x][0]):02x}", second=f"{int(stripe.back.data[y][0]):02x}",
            )  # fmt: skip
        if len(data) == 1 and "P" in stripe.lost:
            return _(
                "{name} and P are lost: only Q can tell. {name} = g⁻{i}·(Q ⊕ the other products) = {byte}; then P again.",
                name=data[0], i=data[0][1], byte=f"{int(stripe.back.data[int(data[0][1])][0]):02x}",
            )  # fmt: skip
        if len(data) == 1:
            return _(
                "{name} is lost: P ⊕ the other data = {byte}.",
                name=data[0],
                byte=f"{int(stripe.back.data[int(data[0][1])][0]):02x}",
            )
        return _("Only parity is lost: it is computed again from the data, as on every write.")

    def table(self, stripe):
        head = [_("block"), *(_("bit {bit}", bit=bit) for bit in range(7, -1, -1)), _("hex")]
        rows = [
            [name, *f"{byte:08b}", f"{byte:02x}"]
            for name, byte in zip(NAMES, stripe.bytes, strict=True)
        ]
        return Table(head, rows)
