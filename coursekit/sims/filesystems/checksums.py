"""Checksums that file systems use: CRC-32C (ext4, XFS, btrfs) and Fletcher-4 (ZFS).

Modelled: both, bit by bit as their documents say. Left out: the processor's own instruction, which
computes CRC-32C some thousand times faster; SHA-256 and xxHash, which btrfs and ZFS offer. Sources:
RFC 7143 (iSCSI), appendix on CRC32C; OpenZFS, zfs_fletcher.c.
"""

from typing import NamedTuple

from coursekit.sims.message import require

__all__ = ["POLYNOMIAL", "REFLECTED", "Fletcher4", "crc32c", "fletcher4"]

POLYNOMIAL, REFLECTED = 0x1EDC6F41, 0x82F63B78  # the same one, the second bit-reversed
ONES, WORD = 0xFFFF_FFFF, (1 << 64) - 1


class Fletcher4(NamedTuple):
    """The four running sums, 64 bits each."""

    a: int = 0
    b: int = 0
    c: int = 0
    d: int = 0


def crc32c(data: bytes, before: int = 0) -> int:
    """CRC-32C of `data`; `before` is the checksum of what came before it."""
    crc = before ^ ONES
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ ONES


def fletcher4(data: bytes) -> Fletcher4:
    """Fletcher-4 over little-endian words of 32 bits: each sum adds up the one before it."""
    require(len(data) % 4 == 0, "data={n}: choose a multiple of 4 bytes", n=len(data))
    a = b = c = d = 0
    for at in range(0, len(data), 4):
        a += int.from_bytes(data[at : at + 4], "little")
        b += a
        c += b
        d += c
    return Fletcher4(a & WORD, b & WORD, c & WORD, d & WORD)


def _row(byte: int) -> int:
    for _bit in range(8):
        byte = (byte >> 1) ^ (REFLECTED if byte & 1 else 0)
    return byte


_TABLE = tuple(_row(byte) for byte in range(256))
