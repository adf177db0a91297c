"""Damages files: some bytes anywhere, or one part inside an archive with its checksums right."""

from __future__ import annotations

import io
import random
import re
import zipfile


def mutated(data: bytes, chance: random.Random) -> bytes:
    """A file with some bytes changed, cut out, doubled, or its end missing."""
    damaged = bytearray(data)
    for _ in range(chance.choice((1, 2, 8, 40))):
        at = chance.randrange(max(1, len(damaged)))
        length = chance.choice((1, 1, 4, 64, 900))
        kind = chance.randrange(4)
        if kind == 0:
            damaged[at : at + length] = chance.randbytes(min(length, 4))
        elif kind == 1:
            del damaged[at : at + length]
        elif kind == 2:
            damaged[at:at] = damaged[at : at + length]
        else:
            damaged[at : at + 1] = bytes([damaged[at] ^ (1 << chance.randrange(8))]) if damaged else b""
    return bytes(damaged if chance.random() > 0.1 else damaged[: chance.randrange(len(damaged) + 1)])


def repacked(data: bytes, chance: random.Random) -> bytes:
    """An archive with one part's contents damaged, its checksums right."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        parts = [name for name in old.namelist() if name.endswith(".xml")]
        target = chance.choice(parts)
        for name in old.namelist():
            new.writestr(name, _altered(old.read(name), chance) if name == target else old.read(name))
    return buffer.getvalue()


def _altered(xml: bytes, chance: random.Random) -> bytes:
    """XML that stays well-formed often: attribute values and texts that are digits become other numbers or words."""
    spots = list(re.finditer(rb'(?<=")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)', xml))
    for spot in chance.sample(spots, min(len(spots), chance.choice((1, 3, 10)))):
        word = chance.choice(
            [b"", b"-1", b"999999999", b"1e308", b"nan", b"x y z", b"g 99999 1", b"\xe4\xb8\x80", b"0 0 0 0"]
        )
        xml = xml[: spot.start()] + word.ljust(len(spot[0]))[: len(spot[0])] + xml[spot.end() :]  # as long as before
    return xml
