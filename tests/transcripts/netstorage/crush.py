"""Where CRUSH itself puts copies, before and after changes of the map, and what ISA-L computes.

Run: `python crush.py > crush.txt` with crushtool (Debian: ceph-base), ceph-conf and, for the last
lines, libisal.so.2 (libisal2); no cluster, no root. It works in a folder of its own and removes it.
"""

import ctypes
import os
import subprocess
import tempfile

GROUPS = 1024
BUILD = "crushtool --build --num_osds {osds} -o {name} host straw2 2 root straw2 0"
TEST = f"crushtool -i {{name}} --test --num-rep 3 --max-x {GROUPS - 1} --show-mappings {{more}}| cut -d' ' -f6 | tr -d '[]' | paste -sd' '"
COMMANDS = (
    BUILD.format(osds=8, name="four"),
    BUILD.format(osds=10, name="five"),
    BUILD.format(osds=6, name="three"),
    "crushtool -i four --reweight-item osd.0 0 -o light",
    TEST.format(name="four", more=""),
    TEST.format(name="five", more=""),
    TEST.format(name="light", more=""),
    TEST.format(name="four", more="--weight 0 0 "),  # this weight says in (1) or out (0)
    TEST.format(name="four", more="--weight 0 0 --weight 1 0 "),
    TEST.format(name="three", more="--weight 0 0 --weight 1 0 "),
)
CODES = ((2, 1), (4, 2), (8, 3), (10, 4))


def said(command, folder):
    done = subprocess.run(
        command, shell=True, cwd=folder, text=True, capture_output=True, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    return done.stdout.strip()


def data_of(k, length=32):
    """Bytes that everybody can make again."""
    return bytes((7 * at * at + 13 * at + k) % 251 for at in range(k * length))


def coded(k, m, length=32):
    """The m pieces that ISA-L computes with its Vandermonde matrix."""
    lib = ctypes.CDLL("libisal.so.2")
    matrix, tables = (
        ctypes.create_string_buffer((k + m) * k),
        ctypes.create_string_buffer(32 * k * m),
    )
    lib.gf_gen_rs_matrix(matrix, k + m, k)
    lib.ec_init_tables(k, m, ctypes.byref(matrix, k * k), tables)
    data = data_of(k, length)
    whole = [
        ctypes.create_string_buffer(data[i * length : (i + 1) * length], length) for i in range(k)
    ]
    made = [ctypes.create_string_buffer(length) for _each in range(m)]
    array = ctypes.c_char_p * max(k, m)
    addresses = lambda parts: array(*(ctypes.addressof(each) for each in parts))  # noqa: E731
    lib.ec_encode_data_base(
        length, k, m, tables,
        ctypes.cast(addresses(whole), ctypes.c_void_p), ctypes.cast(addresses(made), ctypes.c_void_p),
    )  # fmt: skip
    return [each.raw.hex() for each in made]


def main():
    print(f"# {said('ceph-conf --version', None)}")
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            print(f"$ {command}")
            if text := said(command, folder):
                print(text)
    print("# libisal 2.30.0: gf_gen_rs_matrix, ec_init_tables, ec_encode_data_base")
    for k, m in CODES:
        print(f"isal {k}+{m} {' '.join(coded(k, m))}")


if __name__ == "__main__":
    main()
