"""The documents given with an image's reference: the places of their findings, and their secrets."""

from __future__ import annotations

import base64
import json
import pathlib
import pickle
from typing import Any

import pytest
import rekey

REFERENCE = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"
KEY = "0A" * 30
ANY: Any = rekey


def auth_file(user: str, password: str, registry: str = "quay.io") -> str:
    auth = base64.b64encode(f"{user}:{password}".encode()).decode()
    return json.dumps({"auths": {registry: {"auth": auth}}})


ROBOT = "redhat-isv-containers+60d30f5bbd852dbf4220902b-robot"
CASES = [
    ({"registry_key": KEY}, [("credentials-registry-key-form", "registry_key", None)]),
    ({"registry_key": "0A" * 32 + "\n"}, []),
    ({"auth_file": auth_file(ROBOT, "0A" * 32)}, []),
    ({"auth_file": auth_file(ROBOT, KEY)}, [("credentials-registry-key-form", "auth_file", "/auths/quay.io")]),
    ({"auth_file": auth_file("alice", "0A" * 32)}, [("credentials-wrong-user", "auth_file", "/auths/quay.io")]),
    ({"auth_file": "quay.io é key"}, [("credentials-invalid-auth-file", "auth_file", None)]),
]


@pytest.mark.parametrize(("given", "expected"), CASES)
def test_a_finding_is_in_the_document_that_it_is_about(
    given: dict[str, str], expected: list[tuple[str, str, str | None]]
) -> None:
    for documents in (given, {name: text.encode() for name, text in given.items()}):
        report = ANY.check_image(REFERENCE, flow="quay", **documents)
        assert [(one.rule, one.source, one.pointer) for one in report.findings] == expected
        assert all(one.start is None and one.end is None for one in report.findings)


def test_a_path_is_a_file_with_its_name(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "auth.json"
    file.write_text(auth_file("alice", KEY))
    report = rekey.check_image(REFERENCE, auth_file=file, flow="quay")
    assert {one.source for one in report.findings} == {str(file)}
    with pytest.raises(FileNotFoundError):
        rekey.check_image(REFERENCE, registry_key=tmp_path / "key")


def test_offsets_are_those_of_the_reference() -> None:
    text = "quay.io/é:1"
    report = rekey.check_image(text, auth_file=b"{}", registry_key=b"\xff", flow="quay")
    marked = [(one.source, text[one.start : one.end]) for one in report.findings if one.start is not None]
    assert marked and all(source == "reference" for source, _ in marked)
    assert ("reference", "é") in marked
    assert {one.source for one in report.findings} == {"reference", "auth_file", "registry_key"}


def test_a_credential_is_in_no_report() -> None:
    for user in (ROBOT, "alice"):
        password = "CANARY" * 10
        given = {"auth_file": auth_file(user, password), "registry_key": password}
        report = ANY.check_image(REFERENCE, flow="quay", **given)
        assert report.findings
        shown = [report.to_json(), repr(report.findings), report.render({"reference": REFERENCE, **given})]
        shown += [repr(report.facts), pickle.dumps(report).decode(errors="replace")]
        encoded = base64.b64encode(f"{user}:{password}".encode()).decode()
        assert not any("CANARY" in one or encoded[-20:] in one for one in shown)


@pytest.mark.parametrize("name", ["auth_file", "registry_key"])
def test_a_document_of_the_wrong_type_is_a_type_error_without_the_value(name: str) -> None:
    for value in (bytearray(b"CANARY"), {"CANARY": 1}, ["CANARY"]):
        with pytest.raises(TypeError) as caught:
            ANY.check_image(REFERENCE, **{name: value})
        assert "CANARY" not in str(caught.value)


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
