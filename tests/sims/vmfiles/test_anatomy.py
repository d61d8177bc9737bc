"""Fields of a file beside what its own reader says."""

import io
import tarfile
from itertools import pairwise

from coursekit.sims.vmfiles import iso, ova, qcow2, qcow2build
from coursekit.sims.vmfiles.anatomy import fields
from coursekit.sims.vmfiles.ovf import Machine


def told(file):
    return {str(each.name): each.value for each in fields(file)}


def test_a_descriptor():
    image = iso.make_iso("COURSE", {"A.TXT": b"a"})
    volume, said = iso.parse_pvd(image), told(image)
    assert said["Name of the volume"] == volume.volume
    assert said["Sectors, in both byte orders"] == str(volume.sectors)
    assert said["Block size, in both byte orders"] == str(volume.block)
    assert (said["Type of the descriptor"], said["Mark of ISO 9660"]) == ("1", "CD001")
    root = int(said["Sector of the root directory"]) * iso.SECTOR
    assert image[root + 33 : root + 34] == b"\0"  # the first record there is "."


def test_byte_orders_that_differ_are_both_told():
    image = bytearray(iso.make_iso("COURSE", {}))
    image[16 * iso.SECTOR + 80] ^= 1
    assert "≠" in told(bytes(image))["Sectors, in both byte orders"]


def test_a_qcow2_header():
    file = qcow2build.make_qcow2(5 << 30, {}, backing="base.qcow2")
    header, said = qcow2.read_header(file), told(file)
    at, length = int(said["Where the backing file's name begins"]), int(said["Length of that name"])
    assert file[at : at + length].decode() == header.backing == "base.qcow2"
    assert said["Size that the guest sees, in bytes"] == str(header.size)
    assert said["Cluster size, as a power of 2"] == str(header.cluster_bits)
    assert said["Where the L1 table begins"] == str(header.l1_at)
    assert said["Entries of the L1 table"] == str(header.l1_size)


def test_a_tar_header():
    package = ova.make_ova(Machine(), {"a.raw": b"a"})
    with tarfile.open(fileobj=io.BytesIO(package)) as tar:
        first = tar.next()
    said = told(package)
    assert said["Name of the first member"] == first.name == "course.ovf"
    assert said["Its size in bytes, written to base 8"] == str(first.size)
    assert said["Sum of the header's bytes, to base 8"] == str(first.chksum)
    assert said["Mark of a ustar header"] == "ustar"


def test_fields_come_in_order_and_do_not_overlap():
    for file in (iso.make_iso("C", {}), qcow2build.make_qcow2(1, {}), ova.make_ova(Machine(), {})):
        found = fields(file)
        assert all(a.start + a.length <= b.start for a, b in pairwise(found))
    assert fields(b"nothing known") == ()
