"""A design as a text that people read and change: JSON, a line for each host, machine and service."""

import json
from collections.abc import Mapping
from typing import Any

from coursekit.sims.datacentre.design import Design
from coursekit.sims.datacentre.form import plain, read
from coursekit.sims.message import ParameterError

__all__ = ["parsed", "written"]

MOST_CHARACTERS = 100_000


def written(design: Design) -> str:
    """The text; `parsed(written(design)) == design`, but for what its storage does not use."""
    return "{\n" + ",\n".join(f'  "{name}": {_part(each)}' for name, each in plain(design).items()) + "\n}"  # fmt: skip


def _part(value: Any) -> str:
    if isinstance(value, list):
        return "[\n" + ",\n".join(f"    {_line(each)}" for each in value) + "\n  ]"
    if isinstance(value, Mapping) and all(isinstance(each, Mapping) for each in value.values()):
        return "{\n" + ",\n".join(f'    "{name}": {_line(each)}' for name, each in value.items()) + "\n  }"  # fmt: skip
    return _line(value)


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def parsed(text: str) -> Design:
    """The design of a text; ParameterError says where it is no JSON, or which value breaks which rule."""
    if len(text) > MOST_CHARACTERS:
        raise ParameterError("design={n} characters: at most {most}", n=len(text), most=MOST_CHARACTERS)  # fmt: skip
    try:
        data = json.loads(text)
    except RecursionError:
        raise ParameterError("design: nested too deep") from None
    except json.JSONDecodeError as why:
        raise ParameterError("design: not JSON at line {line}, column {column}", line=why.lineno, column=why.colno) from None  # fmt: skip
    return read(data)
