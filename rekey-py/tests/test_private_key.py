"""Private keys: conversion and secrecy."""

from __future__ import annotations

import copy
import pathlib
import pickle

import pytest
import rekey

KEYS = pathlib.Path(__file__).parents[2] / "tests" / "keys"
FORMS = sorted(KEYS.glob("*.pem"))


def secret_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if len(line) > 40]


def keys() -> list[tuple[pathlib.Path, rekey.PrivateKey]]:
    found = []
    for path in FORMS:
        try:
            found.append((path, rekey.PrivateKey.parse(path)))
        except rekey.PrivateKeyError:
            assert not rekey.is_private_key(path)
        else:
            assert rekey.is_private_key(path)
    return found


def test_a_key_becomes_pkcs1_and_stays_the_same_key() -> None:
    assert keys()
    for _, key in keys():
        again = rekey.PrivateKey.parse(key.to_pkcs1_pem())
        assert again.to_pkcs1_pem() == key.to_pkcs1_pem()
        assert (again.fingerprint(), again.public_key(), again.bits) == (
            key.fingerprint(),
            key.public_key(),
            key.bits,
        )
        assert key.fingerprint().startswith("SHA256:")
        assert key.public_key().startswith("ssh-rsa AAAA")


def test_the_public_half_belongs_to_the_key() -> None:
    path, key = keys()[0]
    report = rekey.check_private_key(path, public_key=key.public_key(), fingerprint=key.fingerprint())
    assert not [one for one in report.findings if "public" in one.rule or "fingerprint" in one.rule]


def test_fingerprints_are_those_of_ssh_keygen() -> None:
    key = rekey.PrivateKey.parse(KEYS / "right.pem")
    recorded = [(KEYS / name).read_text().split()[1] for name in ("fingerprint.txt", "fingerprint_md5.txt")]
    assert [key.fingerprint(), key.md5_fingerprint()] == recorded
    assert key.public_key() == " ".join((KEYS / "right.pub").read_text().split()[:2])


RIGHT = (KEYS / "right.pub").read_text()
OTHER = (KEYS / "other.pub").read_text()


@pytest.mark.parametrize(
    ("public_key", "belongs"),
    [
        *[
            (KEYS / name, True)
            for name in (
                "right.pub",
                "authorized_keys.pub",
                "rfc4716.pub",
                "spki.pub",
                "pkcs1.pub",
                "fingerprint.txt",
                "fingerprint_md5.txt",
                "github.json",
            )
        ],
        (RIGHT, True),
        (RIGHT.encode(), True),
        (OTHER + RIGHT, True),
        (OTHER, False),
        (KEYS / "ed25519.pub", False),
        (KEYS / "host_key.pub", False),
        (f"github.com {RIGHT}", False),
    ],
    ids=lambda one: one.stem if isinstance(one, pathlib.Path) else str(one)[:12],
)
def test_a_public_key_belongs_or_does_not(public_key: str | bytes | pathlib.Path, belongs: bool) -> None:
    assert rekey.PrivateKey.parse(KEYS / "right.pem").matches(public_key) is belongs


@pytest.mark.parametrize(
    ("public_key", "message"),
    [
        ("", "expected a public key or a fingerprint, found nothing"),
        ("é", "this is neither a public key nor a fingerprint"),
        ((KEYS / "other.pem").read_text(), "expected a public key, found a private one"),
    ],
    ids=["nothing", "else", "private"],
)
def test_content_that_is_not_a_public_key_is_rejected(public_key: str, message: str) -> None:
    key = rekey.PrivateKey.parse(KEYS / "right.pem")
    for text, units in ((public_key, len(public_key)), (public_key.encode(), len(public_key.encode()))):
        with pytest.raises(rekey.PublicKeyError) as caught:
            key.matches(text)
        assert str(caught.value) == message
        assert (caught.value.start, caught.value.end) == (0, units)
        assert rekey.rule(str(caught.value.rule)).subject == "private_key"
    with pytest.raises(TypeError):
        key.matches(None)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        key.matches(KEYS / "no_such.pub")


def test_content_and_path_give_the_same_result() -> None:
    path, key = keys()[0]
    for data in (path.read_text(), path.read_bytes()):
        assert rekey.PrivateKey.parse(data).fingerprint() == key.fingerprint()


def test_a_key_cannot_be_copied() -> None:
    _, key = keys()[0]
    for leak in (pickle.dumps, copy.copy, copy.deepcopy, hash):
        with pytest.raises(TypeError, match="cannot be pickled, copied or hashed"):
            leak(key)
    assert not any(line in repr(key) + str(key) for line in secret_lines(key.to_pkcs1_pem()))
    with pytest.raises(TypeError):
        rekey.PrivateKey()


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_nothing_prints_a_key(path: pathlib.Path) -> None:
    data = path.read_bytes()
    report = rekey.check_private_key(data)
    shown = [repr(report), report.to_json(), report.render(data), repr(report.facts)]
    shown += [repr(one) + one.help + repr(one.fix) for one in report.findings]
    shown += [pickle.dumps(report).decode(errors="replace")]
    try:
        rekey.PrivateKey.parse(data)
    except rekey.PrivateKeyError as error:
        shown += [repr(error), str(error), repr(error.args), pickle.dumps(error).decode(errors="replace")]
    for line in secret_lines(data.decode(errors="replace")):
        assert not any(line[8:40] in one for one in shown)


def test_a_failed_parse_is_a_value_error() -> None:
    with pytest.raises(rekey.PrivateKeyError) as caught:
        rekey.PrivateKey.parse("")
    assert str(caught.value) == "expected a private key, found nothing"
    assert isinstance(pickle.loads(pickle.dumps(caught.value)), ValueError)
