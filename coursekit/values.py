"""Frozen parameters and results to JSON-like values and back: one way for all.

The same text is a share link, a saved scenario, a papermill parameter, a golden file and
what `coursekit run` reads and prints. Arrays become nested lists, tuples lists, numpy
scalars plain numbers; infinities and NaN, which JSON has not, become "inf", "-inf", "nan".
Bytes, and an image with holes, become {"$bytes": {"length": n, "parts": [[offset, base64], …]}},
all other bytes zero.
`from_plain(type, to_plain(x)) == x` for every annotated dataclass (arrays compared by value).
"""

import base64
import binascii
import dataclasses
import json
import math
import types
import typing
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from coursekit.sims.message import ParameterError
from coursekit.sims.sparse import Sparse

_SCALARS = (int, float, str, bool, None, type(None))
BYTES = "$bytes"  # the key that stands for bytes
_SPECIAL = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def to_plain(value: Any) -> Any:
    """JSON-like twin of a value: only dict, list, str, int, float, bool and None."""
    if type(value) in (int, str, bool):  # most values by far
        return value
    if isinstance(value, (bytes, Sparse)):
        return _packed(Sparse.of(value) if isinstance(value, bytes) else value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (np.ndarray, np.generic)):
        return to_plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): to_plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return [to_plain(each) for each in sorted(value)]
    if isinstance(value, (list, tuple)):
        return [to_plain(each) for each in value]
    if isinstance(value, Fraction):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"value={value!r}: no JSON-like form for {type(value).__name__}")


def to_text(value: Any, *, indent: int | None = None) -> str:
    """`to_plain` as JSON text, always the same for the same value."""
    return json.dumps(to_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def from_plain(wanted: Any, value: Any, name: str = "value") -> Any:
    """The value of type `wanted` that `to_plain` turned into `value`.

    `wanted` is an annotation: a dataclass, int, float, str, bool, None, bytes, Literal, a union,
    tuple, list, dict, set or `NDArray[...]`. Raises ParameterError naming the field, its
    value and what was expected; unknown and missing fields are named too.
    """
    if wanted is Any:
        return value
    if wanted in _SCALARS:  # most values by far
        return _scalar(wanted, value, name)
    if wanted in (bytes, Sparse):
        image = _unpacked(value, name)
        return image if wanted is Sparse else image.whole()
    origin, parts = _taken_apart(wanted)
    if dataclasses.is_dataclass(wanted):
        return _dataclass(typing.cast("type", wanted), value, name)
    if origin is typing.Literal:
        return _one_of(parts, value, name)
    if origin in (typing.Union, types.UnionType):
        return _union(parts, value, name)
    if origin is np.ndarray or wanted is np.ndarray:
        return _array(parts, value, name)
    if origin in (tuple, list, set, frozenset) or wanted in (tuple, list, set, frozenset):
        return _sequence(origin or wanted, parts, value, name)
    if origin in (dict, Mapping) or wanted is dict:
        if not isinstance(value, dict):
            raise _not(name, value, "an object")
        key, each = parts or (str, Any)
        return {
            from_plain(key, int(k) if key is int else k, name): from_plain(each, v, f"{name}.{k}")
            for k, v in value.items()
        }
    raise TypeError(f"{name}: no JSON-like form for {wanted}")


def from_text(wanted: Any, text: str, name: str = "value") -> Any:
    """`from_plain` of JSON text; ParameterError says where the text breaks."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as why:
        raise ParameterError(
            "{name}: not JSON, line {line} column {column}: {why}",
            name=name, line=why.lineno, column=why.colno, why=why.msg,
        ) from None  # fmt: skip
    return from_plain(wanted, value, name)


def _packed(image: Sparse) -> dict[str, Any]:
    parts = []
    for at, data in image.parts():
        rest = data.lstrip(b"\0")  # a case in a notebook is read by people: short is better
        text = base64.b64encode(rest.rstrip(b"\0")).decode("ascii")
        parts.append([at + len(data) - len(rest), text])
    return {BYTES: {"length": image.length, "parts": parts}}


def _unpacked(value: Any, name: str) -> Sparse:
    said = value.get(BYTES) if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(said, dict) or said.keys() != {"length", "parts"}:
        raise _not(
            name, str(value)[:40], '{"$bytes": {"length": n, "parts": [[offset, base64], …]}}'
        )
    length = from_plain(int, said["length"], f"{name}.length")
    parts = from_plain(list[tuple[int, str]], said["parts"], f"{name}.parts")
    return Sparse.made(length, [(at, _decoded(text, name)) for at, text in parts])


def _decoded(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ParameterError("{name}: {n} characters that are not base64", name=name, n=len(text)) from None  # fmt: skip


def _not(name: str, value: Any, expected: str) -> ParameterError:
    return ParameterError(
        "{name}={value}: expected {expected}",
        name=name,
        value=json.dumps(value, default=str),
        expected=expected,
    )


def _dataclass(wanted: type, value: Any, name: str) -> Any:
    if not isinstance(value, dict):
        raise _not(name, value, "an object")
    hints = typing.get_type_hints(wanted)
    fields = {f.name: f for f in dataclasses.fields(wanted) if f.init}
    if unknown := [key for key in value if key not in fields]:
        raise ParameterError(
            "{name}: no such field; choose among {fields}",
            name=unknown[0], fields=", ".join(fields),
        )  # fmt: skip
    for field in fields.values():
        free = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        if free and field.name not in value:
            raise ParameterError("{name}: missing", name=field.name)
    return wanted(**{key: from_plain(hints[key], each, key) for key, each in value.items()})


def _one_of(choices: tuple[Any, ...], value: Any, name: str) -> Any:
    for choice in choices:
        if choice == value and type(choice) is type(value):
            return choice
    raise _not(name, value, ", ".join(map(str, choices)))


@cache
def _taken_apart(wanted: Any) -> tuple[Any, tuple[Any, ...]]:
    return typing.get_origin(wanted), typing.get_args(wanted)


def _union(parts: tuple[Any, ...], value: Any, name: str) -> Any:
    if value is None and type(None) in parts:
        return None
    for part in parts:
        try:
            return from_plain(part, value, name)
        except ParameterError as why:
            last = why
    raise last


def _array(parts: tuple[Any, ...], value: Any, name: str) -> np.ndarray:
    if not isinstance(value, list):
        raise _not(name, value, "a list")
    kind = typing.get_args(parts[1])[0] if len(parts) == 2 else None
    if kind is not None and np.issubdtype(kind, np.floating):
        value = _numbers(value)
    return np.asarray(value, dtype=kind)


def _numbers(value: Any) -> Any:
    if isinstance(value, list):
        return [_numbers(each) for each in value]
    return _SPECIAL.get(value, value) if isinstance(value, str) else value


def _sequence(kind: type, parts: tuple[Any, ...], value: Any, name: str) -> Any:
    if not isinstance(value, list):
        raise _not(name, value, "a list")
    if kind is tuple and parts and parts[-1] is not Ellipsis:
        if len(parts) != len(value):
            raise _not(name, value, f"a list of {len(parts)}")
        return tuple(
            from_plain(p, v, f"{name}[{i}]")
            for i, (p, v) in enumerate(zip(parts, value, strict=True))
        )
    each = parts[0] if parts else Any
    return kind(from_plain(each, v, f"{name}[{i}]") for i, v in enumerate(value))


def _scalar(wanted: Any, value: Any, name: str) -> Any:
    if wanted is None or wanted is type(None):
        if value is None:
            return None
        raise _not(name, value, "null")
    if wanted is float:
        if isinstance(value, str) and value in _SPECIAL:
            return _SPECIAL[value]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
        raise _not(name, value, "a number")
    if type(value) is wanted:
        return value
    raise _not(name, value, {int: "a whole number", str: "a text", bool: "true or false"}[wanted])
