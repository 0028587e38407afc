"""Nothing that the package can print holds a piece of a private key, of a password or of a registry key."""

from __future__ import annotations

import base64
import copy
import pathlib
import pickle
import traceback
from typing import Any, Callable, Iterator

import pytest
import rekey

KEYS = pathlib.Path(__file__).parents[2] / "tests" / "keys"

#: How many characters of a body in a row are a piece of it.
PIECE = 12


class Canary:
    """Knows a key by what is secret of it: the body but for its beginning, which says n and e, the public half."""

    def __init__(self, pem: str) -> None:
        body = "".join(line for line in pem.splitlines() if not line.startswith("-----"))
        # Of PKCS#1 the numbers behind n and e: half of the bits of n are 3 bytes in 4 characters, and then some.
        public = len(base64.b64decode(body)) // 4 // 3 * 4 + 32
        secret = body[public:-4]
        self.pieces = {secret[at : at + PIECE] for at in range(len(secret) - PIECE + 1)}

    def finds(self, shown: str) -> bool:
        return any(shown[at : at + PIECE] in self.pieces for at in range(len(shown) - PIECE + 1))


RIGHT = (KEYS / "right.pem").read_text()
CANARY = Canary(RIGHT)

MUTATIONS: dict[str, Callable[[str], str | bytes]] = {
    "as it is": lambda pem: pem,
    "bytes": lambda pem: pem.encode(),
    "crlf": lambda pem: pem.replace("\n", "\r\n"),
    "cut in half": lambda pem: pem[: len(pem) // 2],
    "a character lost": lambda pem: pem[:400] + pem[401:],
    "another label": lambda pem: pem.replace("RSA PRIVATE", "EC PRIVATE"),
    "no marks": lambda pem: "".join(pem.splitlines()[1:-1]),
    "one line": lambda pem: pem.replace("\n", " "),
    "blank lines": lambda pem: pem.replace("\n", "\n\n"),
    "indented": lambda pem: pem.replace("\n", "\n  "),
    "escaped": lambda pem: pem.replace("\n", "\\n"),
    "UTF-16": lambda pem: pem.encode("utf-16"),
    "in JSON": lambda pem: '{"key": "' + pem.replace("\n", "\\n") + '"}',
    "no break space": lambda pem: pem[:700] + "\N{NO-BREAK SPACE}" + pem[700:],
    "behind a word": lambda pem: "key: " + pem,
    "twice": lambda pem: pem + pem,
}


def test_the_canary_sings() -> None:
    body = "".join(RIGHT.splitlines()[1:-1])
    assert CANARY.finds(body) and CANARY.finds(f"...{body[-40:-20]}...")
    assert not CANARY.finds(body[: len(body) // 5]), "n is no secret"
    assert not CANARY.finds(rekey.PrivateKey.parse(RIGHT).public_key())


def shown(report: rekey.Report, source: Any) -> Iterator[str]:
    yield repr(report)
    yield report.to_json()
    yield report.to_sarif()
    yield report.render()
    yield report.render(source)
    yield repr(report.facts)
    yield repr(report.findings) + repr(report.forecast)
    yield pickle.dumps(report).decode("latin-1")
    for finding in report.findings:
        yield " ".join([finding.message, finding.help, repr(finding.fix), repr(finding.related), repr(finding.basis)])


def raised(call: Callable[[], object]) -> Iterator[str]:
    try:
        yield repr(call())
    except Exception as error:
        yield repr(error) + str(error) + repr(error.args) + "".join(traceback.format_exception(error))
        yield repr(vars(error))


@pytest.mark.parametrize("name", MUTATIONS)
def test_no_output_holds_a_piece_of_a_key(name: str) -> None:
    data = MUTATIONS[name](RIGHT)
    as_text = data if isinstance(data, str) else data.decode("latin-1")
    everything = [
        *shown(rekey.check_private_key(data), data),
        *shown(rekey.check_private_key(RIGHT, public_key=data, quick=True), data),
        *raised(lambda: rekey.PrivateKey.parse(data)),
        *raised(lambda: rekey.PrivateKey.parse(RIGHT).matches(data)),
        *raised(lambda: rekey.PrivateKey.parse(RIGHT)),
        *raised(lambda: rekey.Submission(private_key=data, git_url="git@github.com:acme/app.git", tag="1.0-1")),
    ]
    submission = rekey.Submission(private_key=data, git_url="git@github.com:acme/app.git", tag="1.0-1")
    everything += shown(rekey.check_submission(submission), submission)
    # A key in the wrong field.
    for check in (rekey.check_tag, rekey.check_git_url, rekey.check_image, rekey.check_dockerfile):
        everything += [check(data).to_json(), check(data).to_sarif()]
    for parse in (rekey.Tag.parse, rekey.GitUrl.parse, rekey.ImageReference.parse):
        everything += [
            one for one in raised(lambda parse=parse: parse(as_text)) if "traceback" not in one.lower()
        ]
    for text in everything:
        assert not CANARY.finds(text)


def test_what_holds_a_key_stays_where_it_is() -> None:
    for holder in (rekey.PrivateKey.parse(RIGHT), rekey.Submission(private_key=RIGHT, tag="1.0-1")):
        for leak in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError) as caught:
                leak(holder)
            assert not CANARY.finds("".join(traceback.format_exception(caught.value)))


def test_a_public_key_belongs_or_not() -> None:
    key = rekey.PrivateKey.parse(RIGHT)
    for name in ("right.pub", "spki.pub", "pkcs1.pub", "rfc4716.pub", "authorized_keys.pub", "github.json", "fingerprint.txt"):
        assert key.matches(KEYS / name), name
    for name in ("other.pub", "ed25519.pub", "host_key.pub"):
        assert not key.matches(KEYS / name), name
    assert key.matches(key.fingerprint()) and key.matches(key.md5_fingerprint())
    with pytest.raises(rekey.PublicKeyError) as caught:
        key.matches("no key")
    assert caught.value.rule == "private-key-public-unreadable"
    assert (caught.value.start, caught.value.end) == (0, 6)


AUTH = '{"auths": {"quay.io": {"auth": "%s"}}}'
PASSWORD = "canary-password-0123456789"


@pytest.mark.parametrize("registry_key", ["canary key 0123456789abcdef", "canary" * 20, "dG9rZW4tY2FuYXJ5LTAxMjM0NTY3ODk="])
def test_no_output_holds_the_credentials_of_a_push(registry_key: str, tmp_path: pathlib.Path) -> None:
    auth_file = AUTH % base64.b64encode(f"somebody:{PASSWORD}".encode()).decode()
    path = tmp_path / "auth.json"
    path.write_text(auth_file)
    reference = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"
    for auth in (auth_file, auth_file.encode(), path, auth_file.replace("}", ""), auth_file + PASSWORD):
        report = rekey.check_image(reference, flow="quay", auth_file=auth, registry_key=registry_key)
        assert report.findings, "the user is not the project's robot, or the file is no JSON"
        for text in shown(report, None):
            assert PASSWORD not in text and registry_key not in text
            assert base64.b64encode(PASSWORD.encode()).decode()[:20] not in text


def test_offsets_count_in_the_unit_of_their_own_text() -> None:
    reference = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-é"
    key = " é token "
    report = rekey.check_image(reference, flow="quay", registry_key=key.encode(), auth_file="{")
    texts = {"reference": reference, "registry_key": key.encode(), "auth_file": "{"}
    for finding in report.findings:
        if finding.start is not None and finding.end is not None:
            assert 0 <= finding.start <= finding.end <= len(texts[finding.source])
    [wrong] = [finding for finding in report.findings if finding.source == "reference" and finding.start is not None]
    assert reference[wrong.start : wrong.end] == "é"
