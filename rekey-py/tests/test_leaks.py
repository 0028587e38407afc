"""No secret is in any output: not of a key, a damaged key, an auth file or a registry key."""

from __future__ import annotations

import base64
import copy
import json
import pathlib
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import leaks
import pytest
import rekey
from leaks import KEYS

ANY: Any = rekey
PUBLIC_FILES = {"certificate.pem", "request.pem", "empty.pem"}
FILES = sorted(
    path
    for path in KEYS.iterdir()
    if path.suffix in (".pem", ".der") and path.name not in PUBLIC_FILES
)
RIGHT = KEYS / "right.pem"

MUTATIONS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "crlf": lambda data: data.replace(b"\n", b"\r\n"),
    "half": lambda data: data[: len(data) // 2],
    "second half": lambda data: data[len(data) // 2 :],
    "one character lost": lambda data: data[: len(data) // 3] + data[len(data) // 3 + 1 :],
    "one character turned": lambda data: data[: len(data) // 3] + b"!" + data[len(data) // 3 + 1 :],
    "another label": lambda data: data.replace(b"RSA PRIVATE KEY", b"EC PRIVATE KEY").replace(
        b"BEGIN PRIVATE", b"BEGIN RSA PRIVATE"
    ),
    "indented": lambda data: b"  " + data.replace(b"\n", b"\n  "),
    "utf-16": lambda data: data.decode("latin-1").encode("utf-16"),
    "on one line": lambda data: data.replace(b"\n", b" "),
}


def raised(call: Callable[[], object]) -> Iterator[str]:
    """The output of a call: its value, or the exception."""
    try:
        value = call()
    except Exception as error:
        yield from of_error(error)
    else:
        yield repr(value)


def of_error(error: Exception) -> Iterator[str]:
    """All output of an exception."""
    yield from (repr(error), str(error), repr(error.args), repr(vars(error)))
    yield "".join(traceback.format_exception(error))
    yield pickle.dumps(error).decode("latin-1")
    yield repr(error.__context__) + repr(error.__cause__)
    if isinstance(error, (UnicodeEncodeError, UnicodeDecodeError)):
        yield repr(error.object)


def of_report(report: rekey.Report, *texts: Any) -> Iterator[str]:
    """Every form of a report."""
    yield from leaks.shown(report)
    yield from (report.to_json(), report.to_sarif(), json.dumps(report.facts), report.render())
    yield from (report.render(text) for text in texts)
    yield pickle.dumps(report).decode("latin-1")
    yield pickle.dumps(copy.deepcopy(report).findings).decode("latin-1")


def of_key(key: rekey.PrivateKey) -> Iterator[str]:
    """All output of a key except that of the method that returns the key."""
    yield from leaks.shown(key)
    yield from (key.public_key(), key.fingerprint(), key.md5_fingerprint())
    for leaving in (pickle.dumps, copy.copy, copy.deepcopy, hash, json.dumps, vars):
        yield from raised(lambda: leaving(key))


def as_text(data: bytes) -> Any:
    """The file as `str` if possible."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data


def outputs(data: bytes, file: pathlib.Path) -> Iterator[str]:
    """All output of the package about a key, passed in correct and in incorrect ways."""
    file.write_bytes(data)
    text = as_text(data)
    forms: list[Any] = [data, file]
    if isinstance(text, str):
        forms.append(text)
    else:
        ill = data.decode("utf-8", errors="surrogateescape")
        yield from raised(lambda: rekey.check_private_key(ill))
        yield from raised(lambda: rekey.PrivateKey.parse(ill))
        yield from raised(lambda: rekey.check_submission(rekey.Submission(private_key=ill)))
    report = rekey.check_private_key(data, public_key=data, fingerprint=data)
    yield from of_report(report, data, {"git.key": data}, file)
    yield from rekey.check_private_key(text, public_key=text).to_json().splitlines()
    yield from leaks.shown(rekey.check_private_key(file))
    submission = rekey.Submission(private_key=text, git_url="git@github.com:acme/app.git", tag="1.0")
    yield from leaks.shown(submission)
    yield from of_report(rekey.check_submission(submission), submission)
    twisted = rekey.Submission(private_key="", public_key=text, fingerprint=text)
    yield from of_report(rekey.check_submission(twisted), twisted)
    for leaving in (pickle.dumps, copy.copy, copy.deepcopy, hash, json.dumps):
        yield from raised(lambda: leaving(submission))
    for form in forms:
        yield repr(rekey.is_private_key(form))
        try:
            key = rekey.PrivateKey.parse(form)
        except rekey.PrivateKeyError as error:
            yield from of_error(error)
        else:
            yield from of_key(key)
    right = rekey.PrivateKey.parse(RIGHT)
    yield from raised(lambda: right.matches(text))
    yield from raised(lambda: ANY.check_private_key(bytearray(data)))
    yield from raised(lambda: ANY.check_private_key([text]))
    yield from raised(lambda: ANY.check_private_key(b"", mode=text))
    yield from raised(lambda: ANY.PrivateKey.parse(text, text))
    if isinstance(text, str) and ("\n" in text or "-----BEGIN" in text):
        yield from raised(lambda: rekey.check_private_key(pathlib.Path(text)))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_a_key_is_in_no_output(file: pathlib.Path, tmp_path: pathlib.Path) -> None:
    data = file.read_bytes()
    secret = leaks.secrets(data)
    assert len(secret) > 50
    for name, mutation in MUTATIONS.items():
        mutated = mutation(data)
        assert leaks.leak(secret | leaks.secrets(mutated), outputs(mutated, tmp_path / "key")) is None, name


@pytest.mark.parametrize("check", [rekey.check_tag, rekey.check_git_url, rekey.check_image, rekey.check_dockerfile])
def test_a_key_in_the_field_of_something_else_is_in_no_output(check: Any) -> None:
    # The digits of these are made not to look like those of a key.
    for file in (file for file in FILES if file.stem not in ("low_weight", "pattern")):
        data = file.read_bytes()
        assert leaks.leak(leaks.secrets(data), of_report(check(data), data)) is None, file.name


def test_an_object_with_a_key_cannot_be_copied() -> None:
    key = rekey.PrivateKey.parse(RIGHT)
    for holder in (key, rekey.Submission(private_key=RIGHT.read_text())):
        for leaving in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError, match="cannot be pickled, copied or hashed"):
                leaving(holder)
        with pytest.raises(TypeError, match="hashed|unhashable"):
            hash(holder)


REFERENCE = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"
OTHER_PROJECT = "quay.io/redhat-isv-containers/0123456789abcdef01234567:1.0-1"
ROBOT = "redhat-isv-containers+60d30f5bbd852dbf4220902b-robot"
PASSWORD = "QWCXU4JPZ01T8RVNBK5E" "7HY2GM6A9SLD3FIOWQXZ" "V0CRTB8NU4KJ1PYE5HG7AMS2"


def auth_file(user: str, password: str, key: str = "quay.io") -> str:
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    return json.dumps({"auths": {key: {"auth": auth}}})


def secrets_of_login(user: str) -> frozenset[str]:
    """The password and its base64, without the part for the user."""
    plain = leaks.windows(PASSWORD)
    encoded = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    return plain | leaks.windows(encoded[(len(user) + 1) * 4 // 3 + 1 :].rstrip("="))


LOGINS = [
    (ROBOT, auth_file(ROBOT, PASSWORD)),
    (ROBOT, auth_file(ROBOT, PASSWORD[:-1])),
    (ROBOT, auth_file(PASSWORD, ROBOT)),
    ("alice", auth_file("alice", PASSWORD.lower() + PASSWORD)),
    ("unused", auth_file("unused", PASSWORD, "scan.connect.redhat.com")),
    ("me", auth_file("me", "x", f"https://me:{PASSWORD}@quay.io/v1/")),
    ("me", json.dumps({"auths": {"quay.io": {"auth": PASSWORD}}})),
    ("me", json.dumps({"auths": {"quay.io": {"auth": {PASSWORD: 1}}}})),
    ("me", json.dumps({"auths": PASSWORD})),
    ("me", json.dumps({PASSWORD: {}})),
    ("me", json.dumps({"auths": {}, "credHelpers": {"quay.io": PASSWORD}})),
]


@pytest.mark.parametrize("name", MUTATIONS)
@pytest.mark.parametrize(("user", "text"), LOGINS, ids=range(len(LOGINS)))
def test_a_credential_is_in_no_output(user: str, text: str, name: str, tmp_path: pathlib.Path) -> None:
    secret = secrets_of_login(user)
    file, key = MUTATIONS[name](text.encode()), MUTATIONS[name](PASSWORD.encode())
    path = tmp_path / "auth.json"
    path.write_bytes(file)

    def said() -> Iterator[str]:
        for given in (
            {"auth_file": file, "registry_key": key},
            {"auth_file": path, "registry_key": PASSWORD},
            {"auth_file": key, "registry_key": file},
            {"config": file, "manifest": key},
        ):
            for flow in ("quay", "build-service", "external"):
                report = ANY.check_image(REFERENCE, flow=flow, **given)
                yield from of_report(report, REFERENCE, {"reference": REFERENCE, **given})
        batch = [
            rekey.Submission(reference=REFERENCE, auth_file=file, registry_key=key),
            rekey.Submission(reference=OTHER_PROJECT, registry_key=key),
        ]
        for submission, report in zip(batch, rekey.check_submissions(batch, flow="quay")):
            yield from of_report(report, submission)
            yield from leaks.shown(submission.images)
        yield from raised(lambda: ANY.check_image(REFERENCE, auth_file=bytearray(file)))
        yield from raised(lambda: ANY.check_image(REFERENCE, registry_key={PASSWORD: text}))
        yield from raised(lambda: ANY.check_image(REFERENCE, registry_key=PASSWORD + "\ud800"))

    assert leaks.leak(secret, said()) is None


def test_the_detector_detects() -> None:
    data = RIGHT.read_bytes()
    secret = leaks.secrets(data)
    lines = data.decode().splitlines()
    private, body = lines[12], "".join(lines[1:-1])
    for output in (
        private[20:32],
        f"found `{private[3:17]}`",
        repr(data),
        json.dumps(data.decode()),
        repr("\n".join(lines[8:20])),
        body[-16:-2],
        rekey.PrivateKey.parse(KEYS / "openssh.pem").to_pkcs1_pem(),
        (KEYS / "pkcs8.pem").read_text(),
        (KEYS / "openssh.pem").read_text(),
    ):
        assert leaks.leak(secret, ["harmless", output]) == output
    for between in ("\n", "\r\n  ", "\\n", "\\r\\n    "):
        wrapped = f"{private[:6]}{between}{private[6:12]}"
        assert leaks.leak(secret, [wrapped]) == wrapped
    for wide in (private.encode("utf-16-le").decode(), repr(private.encode("utf-16"))):
        assert leaks.leak(secret, [wide]) == wide
    assert leaks.leak(secret, [private[:11], private[1:12]]) is None


def test_the_detector_lets_the_public_half_pass() -> None:
    secret = leaks.secrets(RIGHT.read_bytes())
    for name in ("right.pub", "spki.pub", "pkcs1.pub", "certificate.pem"):
        assert leaks.leak(secret, [(KEYS / name).read_text()]) is None


def test_the_detector_finds_a_credential() -> None:
    secret = secrets_of_login(ROBOT)
    for output in (PASSWORD[-12:], LOGINS[0][1], repr({"auth": LOGINS[0][1][-30:]})):
        assert leaks.leak(secret, [output]) == output
    assert leaks.leak(secret, [LOGINS[0][1][:80], ROBOT]) is None


def test_the_walk_finds_the_content_of_a_report() -> None:
    report = rekey.check_tag("canary")
    assert any("canary" in one for one in leaks.shown(report))
