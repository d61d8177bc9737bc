"""Amounts as Kubernetes writes them: 500m, 1.5Gi, 2, 1e3. Exact, as fractions.

Modelled: the syntax and the canonical form of resource.Quantity. Left out: amounts beyond 2^63.
Source: kubernetes.io, "Resource Management for Pods and Containers"; Kubernetes,
apimachinery/pkg/api/resource/quantity.go.
"""

import re
from fractions import Fraction
from math import ceil

from coursekit.sims.message import require

__all__ = ["canonical", "cores_m", "mebibytes", "parse", "written_cpu", "written_mem"]

BINARY = ("Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
SYNTAX = re.compile(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]|[eE][+-]?[0-9]{1,2}|)")  # fmt: skip
RULE = "{name}={value}: not an amount; write a number, and after it m, k, M, G, Ki, Mi, Gi or nothing"  # fmt: skip


def parse(text: str, name: str = "quantity") -> Fraction:
    """The exact amount; ParameterError if the text is none."""
    found = SYNTAX.fullmatch(text)
    require(found is not None, RULE, name=name, value=text)
    assert found is not None
    number, suffix = Fraction(found[1]), found[2]
    if suffix in BINARY:
        return number * (1 << 10 * (BINARY.index(suffix) + 1))
    return number * _ten(DECIMAL[suffix] if suffix in DECIMAL else int(suffix[1:]))


def _ten(power: int) -> Fraction:
    ten: int = 10 ** abs(power)
    return Fraction(ten) if power >= 0 else Fraction(1, ten)


def canonical(text: str) -> str:
    """As kubectl writes it: no fraction, the largest suffix; 1.5Gi is 1536Mi."""
    value = parse(text)
    if text.endswith("i") and value.denominator == 1 and abs(value) >= 1024:
        number, power = int(value), 0
        while number % 1024 == 0 and power < len(BINARY):
            number, power = number // 1024, power + 1
        return f"{number}{BINARY[power - 1] if power else ''}"
    if not value:
        return "0"
    whole = [(suffix, value / _ten(power)) for suffix, power in DECIMAL.items() if (value / _ten(power)).denominator == 1]  # fmt: skip
    require(bool(whole), "{name}={value}: finer than n, a thousand-millionth", name="quantity", value=text)  # fmt: skip
    suffix, number_of = whole[-1]
    return f"{number_of}{suffix}"


def cores_m(text: str, name: str = "cpu") -> int:
    """Thousandths of a core; finer amounts count as the next one, as in Kubernetes."""
    return ceil(parse(text, name) * 1000)


def mebibytes(text: str, name: str = "memory") -> int:
    """MiB, rounded up."""
    return ceil(parse(text, name) / 2**20)


def written_cpu(cpu_m: int) -> str:
    """500m, or 2 for whole cores."""
    return f"{cpu_m}m" if cpu_m % 1000 else str(cpu_m // 1000)


def written_mem(mem_mi: int) -> str:
    """256Mi, or 2Gi for whole GiB."""
    return f"{mem_mi}Mi" if mem_mi % 1024 or not mem_mi else f"{mem_mi // 1024}Gi"
