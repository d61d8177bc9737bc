"""A learner's answer, written from the task alone."""

import math


def density(params):
    p = params
    a_machine = p["app"] + p["os"] * (1 - p["s"]) + p["vmm"]
    by_memory_vm = math.floor((p["M"] - p["M_hyp"]) / a_machine)
    by_memory_ct = math.floor((p["M"] - p["M_host"]) / (p["app"] + p["ct"]))
    by_cpu = math.floor(p["C"] * p["o"] / p["cpu_app"]) if p["cpu_app"] else math.inf
    vm, ct = min(by_memory_vm, by_cpu), min(by_memory_ct, by_cpu)
    bound = "memory" if by_memory_ct <= by_cpu else "cpu"
    return {"vm": vm, "ct": ct, "ratio": ct / vm, "bound": bound}
