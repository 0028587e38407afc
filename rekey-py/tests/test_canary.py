"""A secret in the wrong field is in no output, whatever the other fields contain."""

from __future__ import annotations

import json
import pathlib
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import leaks
import pytest
import rekey

CANARIES = json.loads(
    (pathlib.Path(__file__).parents[2] / "tests" / "canaries.json").read_text("utf-8")
)
TOKENS: list[str] = CANARIES["tokens"]
CHARACTERS: list[str] = [chr(code) for code in range(0x20, 0x7F)] + list(CANARIES["other_characters"])
PIECE = 8

FIELDS: dict[str, Callable[[str], Any]] = {
    "tag": lambda text: rekey.check_tag(text),
    "release": lambda text: rekey.check_tag(f"1.0-{text}"),
    "published": lambda text: rekey.check_tag("1.0-1", published=[text]),
    "url": lambda text: rekey.check_git_url(text),
    "repository": lambda text: rekey.check_git_url(f"https://github.com/acme/{text}", private=True),
    "query": lambda text: rekey.check_git_url(f"https://h.x/acme/app?private_token={text}"),
    "host": lambda text: rekey.check_git_url(f"git@{text}.example.com:acme/app"),
    "reference": lambda text: rekey.check_image(f"quay.io/acme/{text}", flow="external"),
    "reference's tag": lambda text: rekey.check_image(f"quay.io/acme/app:{text}"),
    "user": lambda text: rekey.check_image(
        "quay.io/acme/app:1.0-1",
        config=json.dumps(
            {"config": {"User": text, "Labels": {"name": f"Red Hat {text}"}}, "rootfs": {"diff_ids": []}}
        ),
    ),
    "stage": lambda text: rekey.check_dockerfile("FROM scratch\n", stage=text),
    "build argument": lambda text: rekey.check_dockerfile(
        "FROM scratch\nARG A\nUSER $A\nLABEL name=$A\nEXPOSE $A\n", build_args={"A": text}
    ),
    "label": lambda text: rekey.check_dockerfile("FROM scratch\n", labels={"name": f"Red Hat {text}"}),
    "flow": lambda text: rekey.check_tag("1.0-1", flow=text),  # type: ignore[arg-type]
    "policy": lambda text: rekey.check_tag("1.0-1", policy=text),  # type: ignore[arg-type]
    "version": lambda text: rekey.check_tag("1.0-1", preflight_version=text),
    "today": lambda text: rekey.check_tag("1.0-1", today=text),
    "selector": lambda text: rekey.check_tag("1.0-1", severity={text: "off"}),
    "keyword": lambda text: rekey.check_tag("1.0-1", **{text: "x"}),  # type: ignore[arg-type]
    "target": lambda text: rekey.Target(flow=text),  # type: ignore[arg-type]
    "parameter": lambda text: rekey.check_tag("1.0-1", severity={f"tag-invalid:{text}": "off"}),
    "key": lambda text: rekey.check_private_key(text),
    "path": lambda text: rekey.check_private_key(pathlib.Path("no-such-folder") / text),
    "archive": lambda text: rekey.check_image_archive(f"no-such-folder/{text}"),
    "submission": lambda text: rekey.check_submission(rekey.Submission(git_url=text, tag=text)),
    "parsed tag": lambda text: rekey.Tag.parse(f"{text} "),
    "parsed url": lambda text: rekey.GitUrl.parse(f"https://github.com/{text} "),
    "parsed reference": lambda text: rekey.ImageReference.parse(f"{text}@"),
    "rule": lambda text: rekey.rule(text),
}

PASSWORDS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "https": ("https://jane:{}@github.com/acme/app", rekey.check_git_url),
    "private": (
        "https://jane:{}@h.x/acme/app",
        lambda url: rekey.check_git_url(url, private=True),
    ),
    "scp": ("jane:{}@bitbucket.org:acme/app", rekey.check_git_url),
    "submission": (
        "https://jane:{}@github.com/acme/app",
        lambda url: rekey.check_submission(rekey.Submission(git_url=url, private=True, tag="1")),
    ),
    "reference": ("https://jane:{}@quay.io/acme/app", rekey.check_image),
}


def dockerfile(line: str) -> Callable[[str], Any]:
    return lambda text: rekey.check_dockerfile(
        f"FROM scratch\n{line}\nUSER {{}}\nBAD\n".replace("{}", text)
    )


def outputs(call: Callable[[str], Any], text: str) -> Iterator[str]:
    """All output of a call: its report in each form, or the exception."""
    try:
        report = call(text)
    except Exception as error:
        yield from (repr(error), str(error), repr(error.args), repr(vars(error)))
        return
    if isinstance(report, rekey.Report):
        yield from leaks.shown(report)
        yield from (report.to_json(), report.to_sarif(), report.render())
        yield report.render({section.source: text for section in report.sections})
        yield pickle.dumps(report).decode("latin-1")


def leak(call: Callable[[str], Any], text: str, secrets: list[str]) -> str | None:
    pieces = {secret[at : at + PIECE] for secret in secrets for at in range(len(secret) - PIECE + 1)}
    for output in outputs(call, text):
        if any(piece in output for piece in pieces):
            return output
    return None


EACH = FIELDS | {line: dockerfile(line) for line in CANARIES["dockerfile_lines"]}


@pytest.mark.parametrize("name", EACH)
def test_a_token_in_any_field_is_in_no_output(name: str) -> None:
    number = list(EACH).index(name)
    for turn, token in enumerate(TOKENS):
        character = CHARACTERS[(number * 31 + turn * 17) % len(CHARACTERS)]
        for text in (token, character + token, token + character):
            assert leak(EACH[name], text, [token]) is None, text


@pytest.mark.parametrize("name", PASSWORDS)
def test_a_password_with_any_characters_is_in_no_output(name: str) -> None:
    place, check = PASSWORDS[name]
    for character in CHARACTERS:
        first, second = "QWERTYuiop", "ZXCVBNasdf"
        text = place.replace("{}", first + character + second)
        assert leak(check, text, [first, second]) is None, character
