"""Any simulation from JSON to JSON: found by its dotted name, typed by its annotations."""

import collections.abc
import difflib
import importlib
import inspect
import json
import pkgutil
import typing
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from coursekit import sims
from coursekit.sims.message import ParameterError, require
from coursekit.values import from_plain


def runnable() -> dict[str, Callable[..., Any]]:
    """The public functions of the simulations, by their dotted name under coursekit.sims."""
    found = {}
    for info in pkgutil.walk_packages(sims.__path__, "coursekit.sims."):
        module = importlib.import_module(info.name)
        for name in getattr(module, "__all__", ()):
            one = getattr(module, name)
            if inspect.isfunction(one) and one.__module__ == info.name:
                found[f"{info.name.removeprefix('coursekit.sims.')}.{name}"] = one
    return dict(sorted(found.items()))


def find_sim(name: str) -> Callable[..., Any]:
    """The function of that name; ParameterError suggests near ones."""
    names = runnable()
    if name in names:
        return names[name]
    ends = [each for each in names if name and each.endswith("." + name.rpartition(".")[2])]
    near = ends or difflib.get_close_matches(name, names, n=3, cutoff=0.4)
    said = ", ".join(near) or "coursekit run --list"
    raise ParameterError("sim={name}: no such simulation; try {near}", name=name, near=said)


def typed(function: Callable[..., Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of the types a function's annotations ask for."""
    hints, parameters = typing.get_type_hints(function), inspect.signature(function).parameters
    names = ", ".join(parameters)
    for name in values:
        require(
            name in parameters,
            "{name}: no such argument; choose among {names}",
            name=name,
            names=names,
        )
    for name, parameter in parameters.items():
        given = name in values or parameter.default is not inspect.Parameter.empty
        require(given, "{name}=?: missing; this simulation needs {names}", name=name, names=names)
    return {name: _typed(hints.get(name, Any), value, name) for name, value in values.items()}


def _typed(wanted: Any, value: Any, name: str) -> Any:
    if wanted is np.random.Generator:
        seed = value.get("seed") if isinstance(value, dict) else None
        good = type(seed) is int and seed >= 0
        require(good, '{name}={value}: give {{"seed": 1}}', name=name, value=json.dumps(value))
        return np.random.default_rng(seed)
    if typing.get_origin(wanted) is collections.abc.Sequence:
        wanted = list[typing.get_args(wanted)]  # type: ignore[misc]
    try:
        return from_plain(wanted, value, name)
    except TypeError as why:
        raise ParameterError(
            "{name}: cannot be given as JSON ({why})", name=name, why=str(why)
        ) from None
