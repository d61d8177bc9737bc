"""A learner's answer, written from the task alone: Erlang C from its sum, not from Erlang B."""

import math


def servers_needed(lam, mu, t, p):
    a = lam / mu
    c = 1
    while True:
        if c * mu > lam:
            # terms relative to a^c/c!, so that nothing overflows
            term, below = 1.0, 0.0
            for k in range(c, 0, -1):
                term *= k / a
                below += term
            top = 1 / (1 - a / c)
            if top / (below + top) * math.exp(-(c * mu - lam) * t) <= p:
                return c
        c += 1
