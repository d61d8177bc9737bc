"""Random search filters over the sample directory: true, false, undefined and malformed ones."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from coursekit.sims.directory import dn
from coursekit.sims.directory.evaluate import ALL_BITS, ANY_BIT, CHAIN
from coursekit.sims.directory.sample import sample

__all__ = ["SCHEMA", "entries", "random_filter"]

Fields = dict[str, Any]
SCHEMA: Mapping[str, str] = {
    "objectclass": "string", "cn": "string", "sn": "string", "ou": "string", "dc": "string",
    "mail": "string", "samaccountname": "string", "useraccountcontrol": "integer",
    "logoncount": "integer", "member": "dn", "memberof": "dn", "isdeleted": "boolean",
}  # fmt: skip
WRITTEN = {"objectclass": "objectClass", "samaccountname": "sAMAccountName", "useraccountcontrol": "userAccountControl", "logoncount": "logonCount", "memberof": "memberOf", "isdeleted": "isDeleted"}  # fmt: skip
STRINGS = ("cn", "cn", "sn", "mail", "samaccountname", "ou", "objectclass")
NAMES = ("cn=Admins,dc=lab,dc=example", "CN=admins, DC=lab, DC=example", "cn=Alice Martin,ou=Paris,dc=lab,dc=example", "cn=Nobody,dc=lab,dc=example")  # fmt: skip
UNKNOWN = ("department", "nosuchattr", "dn", "shoeSize")
DEEPEST = 4


@cache
def _entries() -> tuple[Fields, ...]:
    return tuple(
        {"dn": each.dn} | {name.lower(): list(values) for name, values in each.attributes.items()}
        for each in sample().entries
    )


def entries() -> list[Fields]:
    """The eight objects of the sample directory, names of attributes in lower case."""
    return [dict(each) for each in _entries()]


def random_filter(rng: np.random.Generator, entry: Fields) -> str:
    """Up to four filters in one another; one of eight is malformed."""
    text = _tree(rng, entry, 1 + int(rng.choice(DEEPEST, p=[0.3, 0.35, 0.2, 0.15])))
    return _broken(rng, text) if rng.random() < 0.125 else text


def _tree(rng: np.random.Generator, entry: Fields, depth: int) -> str:
    if depth == 1:
        return _leaf(rng, entry)
    kind = rng.choice(["&", "|", "!", "leaf"], p=[0.33, 0.27, 0.3, 0.1])
    if kind == "leaf":
        return _leaf(rng, entry)
    if kind == "!":
        return f"(!{_tree(rng, entry, depth - 1)})"
    count = int(rng.choice([0, 1, 2, 3], p=[0.03, 0.07, 0.7, 0.2]))
    return f"({kind}{''.join(_tree(rng, entry, depth - 1) for _ in range(count))})"


def _leaf(rng: np.random.Generator, entry: Fields) -> str:
    makers = (_equal, _substring, _present, _number, _bits, _unknown, _misfit, _named, _link)
    share = [0.23, 0.15, 0.04, 0.11, 0.06, 0.11, 0.06, 0.2, 0.04]
    about = entry if rng.random() < 0.75 else _pick(rng, entries())
    return makers[int(rng.choice(len(makers), p=share))](rng, about)


def _pick(rng: np.random.Generator, options: Any) -> Any:
    return options[int(rng.integers(len(options)))]


def _shown(rng: np.random.Generator, name: str) -> str:
    """An attribute as people write it."""
    return str(_pick(rng, (name, WRITTEN.get(name, name), name.upper())))


def _string(rng: np.random.Generator, about: Fields) -> tuple[str, str]:
    """An attribute and a value: the entry's own where it has one."""
    name = str(_pick(rng, STRINGS))
    others = [value for each in _entries() for value in each.get(name, ())]
    return name, str(_pick(rng, about.get(name) or others))


def _typed(rng: np.random.Generator, value: str) -> str:
    """A value in a filter: what must be is escaped, other letters here and there; case as it comes."""
    if rng.random() < 0.6:
        value = _pick(rng, (value.upper(), value.lower()))
    share = 0.12 if rng.random() < 0.45 else 0.0
    return "".join(_letter(rng, letter, share) for letter in value)


def _letter(rng: np.random.Generator, letter: str, share: float) -> str:
    if letter not in "*()\\\0" and not (share and rng.random() < share):
        return letter
    written = "".join(f"\\{each:02x}" for each in letter.encode())
    return written.upper() if rng.random() < 0.3 else written


def _equal(rng: np.random.Generator, about: Fields) -> str:
    name, value = _string(rng, about)
    rule = ":" if rng.random() < 0.15 else ""
    return f"({_shown(rng, name)}{rule}={_typed(rng, value)})"


def _substring(rng: np.random.Generator, about: Fields) -> str:
    """Parts of a value, whole words of it gone; none of a class, which has no parts on a server."""
    name, value = _string(rng, about)
    if name == "objectclass":
        name, value = "cn", str((about.get("cn") or ["Alice Martin"])[0])
    count = int(rng.choice([2, 4]))
    cuts = sorted(int(each) for each in rng.integers(0, len(value) + 1, count))
    kept = [value[: cuts[0]], *(each for each in [value[cuts[1] : cuts[-2]]] if each), value[cuts[-1] :]]  # fmt: skip
    return f"({_shown(rng, name)}={'*'.join(_typed(rng, each) for each in kept)})"


def _present(rng: np.random.Generator, _about: Fields) -> str:
    return f"({_shown(rng, str(_pick(rng, tuple(SCHEMA))))}=*)"


def _number(rng: np.random.Generator, about: Fields) -> str:
    """Near a value of the sample: equal, below or above."""
    name = str(_pick(rng, ("useraccountcontrol", "logoncount", "logoncount")))
    value = int((about.get(name) or [_pick(rng, (0, 7, 42, 512))])[0])
    near = max(0, value + int(rng.choice([-500, -1, 0, 0, 1, 3, 60])))
    return f"({_shown(rng, name)}{_pick(rng, ('=', '>=', '>=', '<='))}{near})"


def _bits(rng: np.random.Generator, _about: Fields) -> str:
    rule = _pick(rng, (ALL_BITS, ALL_BITS, ANY_BIT, ANY_BIT, CHAIN, "1.2.3.4"))
    value = _pick(rng, (1, 2, 512, 514, 65536, 65538, 66048))
    return f"({_shown(rng, 'useraccountcontrol')}:{rule}:={value})"


def _unknown(rng: np.random.Generator, _about: Fields) -> str:
    """What the schema does not know, `dn` among it."""
    name = _shown(rng, str(_pick(rng, UNKNOWN)))
    return f"({name}{_pick(rng, ('=IT', '=IT', '=*', '=I*', '>=5', ':=IT'))})"


def _misfit(rng: np.random.Generator, _about: Fields) -> str:
    """A known attribute with a value or an operator that its syntax has not."""
    name, rest = _pick(
        rng,
        (
            ("logoncount", "=abc"), ("logoncount", ">=1.5"), ("useraccountcontrol", "=5*"),
            ("sn", ">=M"), ("mail", "<=z"), ("isdeleted", "=yes"), ("isdeleted", "=TRUE"),
            ("memberof", "=Admins"), ("member", "=cn=*"), ("sn", f":{ANY_BIT}:=2"),
        ),
    )  # fmt: skip
    return f"({_shown(rng, name)}{rest})"


def _named(rng: np.random.Generator, about: Fields) -> str:
    """`:dn:` with a part of the name of an entry."""
    name, value = _pick(rng, tuple(dn.components(dn.parse(about["dn"]))))
    mark = ":dn" if rng.random() < 0.8 else ":DN"
    return f"({_shown(rng, name)}{mark}:={_typed(rng, value)})"


def _link(rng: np.random.Generator, _about: Fields) -> str:
    name = _shown(rng, str(_pick(rng, ("member", "memberof", "memberof"))))
    rule = f":{CHAIN}:" if rng.random() < 0.15 else ""
    return f"({name}{rule}={_pick(rng, NAMES)})"


def _broken(rng: np.random.Generator, text: str) -> str:
    """A filter with one fault of the kinds that people make."""
    leaf = "(sn=Martin)"
    return str(
        _pick(
            rng,
            (
                text[:-1], text[1:], f"{text})", f"({text}", f"{text}{leaf}", f"(&{text}", f"({text})",
                f"(&{text}(cn=Bob (temp) Durand))", f"(|{text}(sn=a(b)))", f"(!{text}{leaf})",
                f"(&{text}(=Martin))", f"(&{text}(sn))", f"(|{text}(cn=\\zz))", f"(|{text}(cn=Al\\2))",
                f"(&{text}(logonCount>=*))", f"(|{text}(sn:=M*))", "(!)", "", "sn=Martin",
            ),
        )
    )  # fmt: skip
