"""Sealed: a file that only its passphrase opens; changed, cut or reordered anywhere, it does not open at all.

    "SOLEUS" version | log2 n, r, p of scrypt | salt | prefix of nonces | pieces

Each piece holds up to a mebibyte under AES-256-GCM; its nonce counts pieces and marks the last one, so that
none can be left out, repeated or put elsewhere: the STREAM construction.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from ...errors import BadRecord

MAGIC, HEAD = b"SOLEUS\x01", struct.Struct(">BBB16s7s")
COST, BLOCK, LANES = 15, 8, 1  # scrypt: 32 MB and a tenth of a second a guess
DEAREST = 20  # log2 n that is still opened: a gigabyte
PIECE, TAG = 1 << 20, 16
SHORTEST = 12  # characters of a passphrase
WRONG = "the passphrase is not right, or the file was changed or cut. Try the passphrase again, then another copy."


def seal(parts: Iterable[bytes], out: BinaryIO, passphrase: str) -> None:
    """Write everything sealed.

    Raises:
        BadRecord: when the passphrase is too short.
    """
    if len(passphrase) < SHORTEST:
        raise BadRecord(
            f"the passphrase has {len(passphrase)} characters; at least {SHORTEST} are needed. Use four words."
        )
    salt, prefix = os.urandom(16), os.urandom(7)
    head = MAGIC + HEAD.pack(COST, BLOCK, LANES, salt, prefix)
    lock = AESGCM(_key(passphrase, salt, COST, BLOCK, LANES))
    out.write(head)
    pieces = _pieces(parts)
    piece, i = next(pieces), 0
    for following in pieces:
        out.write(lock.encrypt(_nonce(prefix, i, False), piece, head))
        piece, i = following, i + 1
    out.write(lock.encrypt(_nonce(prefix, i, True), piece, head))


def unseal(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """What was sealed, piece by piece; each is sure before it is given, and that nothing is missing after the last.

    Raises:
        BadRecord: when it is no such file, or does not open.
    """
    head = file.read(len(MAGIC) + HEAD.size)
    if len(head) < len(MAGIC) + HEAD.size or not head.startswith(MAGIC):
        raise BadRecord("this is no backup of Soleus, or one of a newer version.")
    cost, block, lanes, salt, prefix = HEAD.unpack(head[len(MAGIC) :])
    if not (10 <= cost <= DEAREST and 1 <= block <= 16 and 1 <= lanes <= 4):
        raise BadRecord(WRONG)
    lock = AESGCM(_key(passphrase, salt, cost, block, lanes))
    piece, i = file.read(PIECE + TAG), 0
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield lock.decrypt(_nonce(prefix, i, not following), piece, head)
        except (InvalidTag, ValueError):
            raise BadRecord(WRONG) from None
        if not following:
            return
        piece, i = following, i + 1


def _key(passphrase: str, salt: bytes, cost: int, block: int, lanes: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=1 << cost, r=block, p=lanes).derive(passphrase.encode())


def _nonce(prefix: bytes, i: int, last: bool) -> bytes:
    return prefix + struct.pack(">IB", i, last)


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of one size; the last may be shorter or empty."""
    held = b""
    for part in parts:
        held += part
        while len(held) > PIECE:
            yield held[:PIECE]
            held = held[PIECE:]
    yield held
