"""Colours of the course: white text on every hue has a contrast of 4.5 or more, in both themes.

Colour is never alone: what has a tone also has a word or a shape.
"""

HUES = ("#2563eb", "#15803d", "#b45309", "#7c3aed", "#be185d", "#0e7490")

TONES = {  # what a state is painted with
    "ok": "#15803d",
    "warn": "#b45309",
    "bad": "#b91c1c",
    "idle": "#64748b",
    "accent": "#2563eb",
}

GRID = "rgba(128,128,128,.22)"  # lines that are seen on white and on black


def hue(index: int) -> str:
    """The colour number `index`, again from the first after the last."""
    return HUES[index % len(HUES)]
