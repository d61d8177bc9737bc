"""Means that the questions tell and an import has no time for; a test measures them again.

Ten equal servers, 90 % busy, 200 000 requests, seed 1: seconds, in mean services. `cpu_N`:
a report of the processors every N seconds.
"""

REQUESTS = 200_000
VARIED = {"random": 10.6, "rr": 6.2, "p2c": 3.1, "least_conn": 2.0, "cpu_2": 10.3, "cpu_10": 42.6}
EQUAL = {"random": 5.6, "rr": 1.36, "p2c": 1.97, "least_conn": 1.51, "shared": 1.36}
