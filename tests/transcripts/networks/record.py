"""Linux's own bridge, asked: who hears each frame of vector 1-V1, and what is in its table.

Run as root, in a network namespace of its own: `unshare -n python3 record.py > bridge.txt`.
Four virtual cables end in a bridge; raw sockets on their other ends send and listen.
"""

import platform
import select
import socket
import subprocess
import sys

MACS = {name: f"02:00:00:00:00:{10 + i:02x}" for i, name in enumerate("ABC")}
MACS["*"] = "ff:ff:ff:ff:ff:ff"
FRAMES = [(1, "A", "B"), (2, "B", "A"), (1, "A", "B"), (3, "C", "*"), (4, "A", "C"), (2, "B", "A"), (4, "A", "A"), (1, "B", "C")]  # fmt: skip
ETHERTYPE = 0x88B5  # for experiments


def run(command):
    done = subprocess.run(command.split(), capture_output=True, text=True, check=True)
    return done.stdout.rstrip()


def tell(command):
    said = run(command)
    sys.stdout.write(f"$ {command}\n{said}\n" if said else f"$ {command}\n")


def frame(src, dst, number):
    macs = bytes.fromhex((MACS[dst] + MACS[src]).replace(":", ""))
    return macs + ETHERTYPE.to_bytes(2, "big") + bytes([number]) * 46


def heard(sockets, number):
    ports = []
    while ready := select.select(list(sockets), [], [], 0.2)[0]:
        for one in ready:
            data, where = one.recvfrom(2048)
            if where[2] != socket.PACKET_OUTGOING and data[14:] == bytes([number]) * 46:
                ports.append(sockets[one])
    return sorted(ports)


def main():
    sys.stdout.write(f"# Linux {platform.release().partition('-')[0]}, {run('ip -V')}\n")
    tell("ip link add br0 type bridge stp_state 0 ageing_time 30000")
    for port in range(1, 5):
        run(f"ip link add s{port} type veth peer name p{port}")
        run(f"ip link set p{port} master br0 up")
        run(f"ip link set s{port} up")
    tell("ip link set br0 up")
    sockets = {}
    for port in range(1, 5):
        one = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETHERTYPE))
        one.bind((f"s{port}", ETHERTYPE))
        run(f"ip link set s{port} promisc on")
        sockets[one] = port
    by_port = {port: one for one, port in sockets.items()}
    for number, (port, src, dst) in enumerate(FRAMES):
        by_port[port].send(frame(src, dst, number))
        sys.stdout.write(f"frame {number}: port {port} {src}>{dst} out {heard(sockets, number)}\n")
    tell("bridge fdb show br br0 dynamic")
    tell("ip -d -o link show p1")


main()
