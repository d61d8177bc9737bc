"""How our objects appear in a notebook: a live view, and one short sentence as text.

The sentence is what nbval compares and what an unexecuted or untrusted notebook shows;
a widget's own text form names memory addresses and changes from run to run.
"""

from typing import Any

import ipywidgets as w


class TextForm:
    """Give `view` (a widget) and `text_form` (a sentence)."""

    view: w.Widget
    text_form: str

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = self.view._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**(data or {}), "text/plain": self.text_form}
