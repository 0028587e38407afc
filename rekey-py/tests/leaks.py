"""A search for secrets of a key or a password in a text, and a walk over all results of the package.

The secrets of a file are all runs of twelve characters of its digits (the base64 between header and footer), except those
that also occur in a public half: the bytes from the beginning of the key to the end of the public exponent, in base64 at
each of the three alignments. If the key can be parsed, so are all runs in base64 of the bytes after the public exponent,
at each alignment, since another format of the key would contain them.
"""

from __future__ import annotations

import base64
import binascii
import pathlib
import re
from collections.abc import Iterable, Iterator

WINDOW = 12
KEYS = pathlib.Path(__file__).parents[2] / "tests" / "keys"
MARK = re.compile(r"-+ *(?:BEGIN|END)[A-Z0-9 ]*-*")
DIGITS = re.compile(r"[A-Za-z0-9+/_]{20,}")
"""Shorter runs are words of prose."""
RUN = re.compile(rf"[A-Za-z0-9+/_]{{{WINDOW},}}")
BETWEEN = re.compile(r"\s*(?:\\[rnt]|\\x00|\\u0000|[\r\n\t\0])+\s*")


def windows(text: str) -> frozenset[str]:
    return frozenset(text[at : at + WINDOW] for at in range(len(text) - WINDOW + 1))


def aligned(data: bytes) -> Iterator[str]:
    """The bytes in base64 at each alignment, without the digits that also depend on adjacent bytes."""
    for before in range(3):
        digits = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        yield digits[2 * before - before // 2 :][: -1 if (before + len(data)) % 3 else None]


def decoded(data: bytes) -> str:
    """The characters of a file in any encoding."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    return data.decode("utf-8", errors="replace")


def digits(data: bytes) -> str:
    """The base64 of a file without newlines."""
    text = MARK.sub(" ", decoded(data).replace("\\n", "\n"))
    return "".join(run for run in DIGITS.findall(text) if not run.isupper())


def split(data: bytes) -> tuple[bytes, bytes] | None:
    """The public and the private part of an RSA key in DER or OpenSSH's format; ``None`` if it is not one."""
    try:
        end = _openssh(data) if data.startswith(b"openssh-key-v1\0") else _der(data, 0)
    except (IndexError, ValueError):
        return None
    return (data[:end], data[end:]) if end else None


def _openssh(data: bytes) -> int | None:
    def string(at: int) -> tuple[int, int]:
        begin = at + 4
        return begin, begin + int.from_bytes(data[at:begin], "big")

    cipher, at = string(len(b"openssh-key-v1\0"))
    if data[cipher:at] != b"none":
        return None
    for _ in range(2):
        _, at = string(at)
    _, at = string(at + 4)
    private, _ = string(at)
    begin, at = string(private + 8)
    if data[begin:at] != b"ssh-rsa":
        return None
    for _ in range(2):
        _, at = string(at)
    return at


def _der(data: bytes, at: int) -> int | None:
    """The end of the public exponent in PKCS#1, possibly within PKCS#8."""

    def content(at: int, tag: int) -> tuple[int, int]:
        if data[at] != tag:
            raise ValueError("another tag")
        begin, length = at + 2, data[at + 1]
        if length & 0x80:
            begin += length & 0x7F
            length = int.from_bytes(data[at + 2 : begin], "big")
        return begin, begin + length

    begin, _ = content(at, 0x30)
    _, at = content(begin, 0x02)
    if data[at] == 0x30:
        _, at = content(at, 0x30)
        inner, _ = content(at, 0x04)
        return _der(data, inner)
    for _ in range(2):
        _, at = content(at, 0x02)
    return at


def container(data: bytes) -> bytes:
    """The bytes that the digits of a file encode; empty if they are invalid."""
    if data[:1] == b"\x30":
        return data
    text = digits(data)
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return b""


def _of_all_files(part: int) -> frozenset[str]:
    parts = (split(container(path.read_bytes())) for path in KEYS.iterdir())
    return frozenset().union(*(windows(text) for both in parts if both for text in aligned(both[part])))


PUBLIC = _of_all_files(0)


def secrets(data: bytes) -> frozenset[str]:
    """The secrets of a key file."""
    found = set(windows(digits(data)))
    if both := split(container(data)):
        for text in aligned(both[1]):
            found |= windows(text)
    return frozenset(found - PUBLIC)


def leak(secret: frozenset[str], outputs: Iterable[str]) -> str | None:
    """The first output that contains a secret, ignoring newlines and zero bytes of UTF-16."""
    for output in dict.fromkeys(outputs):
        for text in (output, BETWEEN.sub("", output)):
            for run in RUN.findall(text):
                if any(run[at : at + WINDOW] in secret for at in range(len(run) - WINDOW + 1)):
                    return output
    return None


def shown(value: object, seen: set[int] | None = None) -> Iterator[str]:
    """All texts of a value: its own forms, and those of all its properties."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    yield from (repr(value), str(value), format(value))
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple)):
        for one in value:
            yield from shown(one, seen)
    elif type(value).__module__.partition(".")[0] in ("rekey", "_rekey"):
        for name in dir(value):
            held = getattr(value, name, None)
            if not name.startswith("__") and not callable(held):
                yield from shown(held, seen)
