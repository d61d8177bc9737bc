"""A learner's answer, written from the task alone: hosts die one after the other."""


def ha_admit(hosts, vms, F):  # noqa: N803  (the task's name)
    cpu, mem = 0, 0
    for vm in vms:
        cpu = max(cpu, vm["res_cpu"])
        mem = max(mem, vm["res_mem"] + vm["overhead"])
    cpu = cpu if cpu > 0 else 32
    slots = []
    for host in hosts:
        number = host["cpu_mhz"] // cpu
        if mem > 0 and host["mem_mb"] // mem < number:
            number = host["mem_mb"] // mem
        slots.append(number)
    alive, most = list(slots), -1
    while sum(alive) >= len(vms) and alive:
        most += 1
        alive.remove(max(alive))
    return {"slot": [cpu, mem], "slots": slots, "ok": most >= F, "max_F": most}
