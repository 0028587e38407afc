"""A failed parse raises an exception with properties, which can be sent between processes."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
import rekey


@pytest.mark.parametrize(
    ("parse", "text", "error", "message", "place"),
    [
        (rekey.Tag.parse, "", rekey.TagError, "expected a tag, found nothing", (0, 0)),
        (
            rekey.Tag.parse,
            "1é+",
            rekey.TagError,
            "expected a letter, digit, `_`, `.` or `-`, found `\\u{e9}` (U+00E9)",
            (1, 2),
        ),
        (rekey.GitUrl.parse, "", rekey.GitUrlError, "the URL is empty", (0, 0)),
        (rekey.ImageReference.parse, "é/a", rekey.ImageReferenceError, None, (0, 1)),
    ],
)
def test_a_failed_parse_has_a_place_and_a_message(
    parse: Any, text: str, error: type[rekey.RekeyError], message: str | None, place: tuple[int, int]
) -> None:
    subject = {"TagError": "tag", "GitUrlError": "git_url", "ImageReferenceError": "reference"}[error.__name__]
    with pytest.raises(error) as caught:
        parse(text)
    for one in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert type(one) is error
        assert isinstance(one, rekey.RekeyError) and isinstance(one, ValueError)
        assert str(one) == one.message
        assert message in (None, one.message)
        assert (one.start, one.end) == place
        assert one.rule in {rule.id for rule in rekey.RULES if rule.subject == subject}


@pytest.mark.parametrize("text", [None, 1, b"1.0"])
@pytest.mark.parametrize("parse", [rekey.Tag.parse, rekey.GitUrl.parse, rekey.ImageReference.parse])
def test_a_wrong_type_is_a_type_error(parse: Any, text: Any) -> None:
    with pytest.raises(TypeError):
        parse(text)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(rekey.GitUrlError) as caught:
        rekey.GitUrl.parse("https://user:canary-8c1f@github.com/acme/app")
    assert "canary" not in repr(caught.value) + str(caught.value) + str(caught.value.args)


TEXTS = [
    "1.0-1", "1.0", "", "-1", "é", "x" * 128, "x" * 129, "redis", "quay.io/team/app:1.0-1", "quay.io/Team/app", "a@b",
    "https://github.com/acme/app", "git@github.com:acme/app.git", "git@github.com/acme/app", "https://a:b@github.com/a/b",
]  # fmt: skip


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:20])
@pytest.mark.parametrize(
    ("parse", "is_one"),
    [
        (rekey.Tag.parse, rekey.is_tag),
        (rekey.GitUrl.parse, rekey.is_git_url),
        (rekey.ImageReference.parse, rekey.is_image_reference),
    ],
)
def test_parse_and_is_agree(parse: Any, is_one: Any, text: str) -> None:
    try:
        parse(text)
    except rekey.RekeyError:
        assert not is_one(text)
        assert not is_one(text.encode())
    else:
        assert is_one(text)
        assert is_one(text.encode())
