"""What the labs share whose record is the learner's own steps: action k leads to state k + 1."""

from coursekit.sims.message import ParameterError


def action_from(plain, deeds):
    """(k, deed, words…) from its JSON-like form; `deeds`: how many words each deed takes."""
    fits = isinstance(plain, (list, tuple)) and len(plain) > 1 and plain[1] in deeds
    if not fits or len(plain) != 2 + deeds[plain[1]] or not _place(plain[0]):
        raise ParameterError(
            "action={plain}: expected the number of the step, then {deeds}",
            plain=plain, deeds=", ".join(deeds),
        )  # fmt: skip
    return tuple(plain)


def _place(k):
    return isinstance(k, int) and not isinstance(k, bool) and k >= 0


def in_order(actions):
    """By their numbers; equal ones as they came."""
    return tuple(sorted(actions, key=lambda action: action[0]))


def done(actions, moment):
    """Those that lead to this moment."""
    return in_order(actions)[:moment]
