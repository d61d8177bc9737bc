"""Sentences that a simulation says and a screen may translate.

A simulation never translates: it names a sentence in English (the message id of
`coursekit.i18n`) and the values in it. `str()` gives the English sentence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Message:
    """An English sentence with `{names}` and the values that fill them."""

    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, text: str, /, **values: Any) -> "Message":
        """Short form: `Message.of("disks={disks}: ...", disks=3)`."""
        return cls(text, values)

    def __str__(self) -> str:
        return self.text.format(**self.values)


class ParameterError(ValueError):
    """A value outside its rule. The sentence has the form `name=value: rule`."""

    def __init__(self, text: str, /, **values: Any) -> None:
        self.message = Message(text, values)
        super().__init__(str(self.message))


def require(holds: bool, text: str, /, **values: Any) -> None:
    """Raise `ParameterError(text, **values)` unless the rule holds."""
    if not holds:
        raise ParameterError(text, **values)
