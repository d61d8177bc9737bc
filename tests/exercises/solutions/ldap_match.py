"""A learner's answer, written from the task alone."""

import re


def ldap_match(filter, entry, schema):  # noqa: A002  (the name that the task gives)
    text, pos = filter, 0
    attribute = r"[A-Za-z][A-Za-z0-9-]*"

    def expect(letter):
        nonlocal pos
        if text[pos : pos + 1] != letter:
            raise ValueError(f"{letter} expected at {pos}")
        pos += 1

    def unescape(raw):
        if re.search(r"[()\x00]", raw):
            raise ValueError("a letter that must be escaped")
        out, i = b"", 0
        while i < len(raw):
            if raw[i] == "\\":
                if not re.match(r"[0-9A-Fa-f]{2}", raw[i + 1 : i + 3]):
                    raise ValueError("bad escape")
                out += bytes([int(raw[i + 1 : i + 3], 16)])
                i += 3
            else:
                out += raw[i].encode()
                i += 1
        return out.decode()

    def low(value):
        return value.lower().strip()

    def name_parts(value):
        found = []
        for piece in value.split(","):
            left, equals, right = piece.partition("=")
            if not equals or not left.strip():
                return None
            found.append((low(left), low(right)))
        return found

    def is_integer(value):
        return re.fullmatch(r"0|-?[1-9]\d*", value) is not None

    def valid(value, kind):
        if kind == "integer":
            return is_integer(value)
        if kind == "boolean":
            return value in ("TRUE", "FALSE")
        if kind == "dn":
            return name_parts(value) is not None
        return True

    def equal(a, b, kind):
        if kind == "integer":
            return is_integer(a) and int(a) == int(b)
        if kind == "dn":
            return name_parts(a) == name_parts(b)
        return low(a) == low(b) if kind == "string" else a == b

    def leaf(body):
        m = re.match(rf"({attribute})(:dn)?(?::([0-9.]+|{attribute}))?:=", body, re.IGNORECASE)
        if m:
            return matching(m[1].lower(), m[2], m[3], plain(body[m.end() :]))
        m = re.match(rf"({attribute})(>=|<=|=)", body)
        if not m:
            raise ValueError("no attribute or no operator")
        name, op, rest = m[1].lower(), m[2], body[m.end() :]
        if op == "=" and "*" in rest:
            return parts(name, [unescape(p) for p in rest.split("*")])
        value = plain(rest)
        kind = schema.get(name)
        if kind is None or (op != "=" and kind != "integer") or not valid(value, kind):
            return None
        have = entry.get(name, [])
        if op == "=":
            return any(equal(h, value, kind) for h in have)
        return any(int(h) >= int(value) if op == ">=" else int(h) <= int(value) for h in have)

    def plain(raw):
        if "*" in raw:
            raise ValueError("a star")
        return unescape(raw)

    def parts(name, pieces):
        kind = schema.get(name)
        if kind is None:
            return None
        if pieces == ["", ""]:
            return bool(entry.get(name))
        if kind != "string":
            return None
        pattern = ".*".join(re.escape(p.lower()) for p in pieces)
        return any(
            re.fullmatch(pattern, h.lower(), re.DOTALL) is not None for h in entry.get(name, [])
        )

    def matching(name, with_name, rule, value):
        kind = schema.get(name)
        if kind is None or not valid(value, kind):
            return None
        have = list(entry.get(name, []))
        if with_name:
            have += [v for k, v in name_parts(entry["dn"]) if k == name]
        if rule is None:
            return any(equal(h, value, kind) for h in have)
        if kind != "integer" or rule not in (
            "1.2.840.113556.1.4.803",
            "1.2.840.113556.1.4.804",
        ):
            return None
        bits = int(value)
        if rule.endswith("803"):
            return any(int(h) & bits == bits for h in have)
        return any(int(h) & bits for h in have)

    def node():
        nonlocal pos
        expect("(")
        sign = text[pos : pos + 1]
        if sign in ("&", "|", "!") and sign:
            pos += 1
            values = []
            while text[pos : pos + 1] == "(":
                values.append(node())
            expect(")")
            if sign == "!":
                if len(values) != 1:
                    raise ValueError("not takes one")
                return None if values[0] is None else not values[0]
            if sign == "&":
                return False if False in values else None if None in values else True
            return True if True in values else None if None in values else False
        end = text.find(")", pos)
        if end < 0:
            raise ValueError("not closed")
        body = text[pos:end]
        pos = end + 1
        return leaf(body)

    answer = node()
    if pos != len(text):
        raise ValueError("something follows")
    return answer
