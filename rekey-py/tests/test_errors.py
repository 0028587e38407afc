"""A failed parse raises what a program can read, and what survives the way from another process."""

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
    ],
)
def test_a_failed_parse_tells_where_and_why(
    parse: Any, text: str, error: type[rekey.RekeyError], message: str, place: tuple[int, int]
) -> None:
    with pytest.raises(error) as caught:
        parse(text)
    for one in (caught.value, pickle.loads(pickle.dumps(caught.value))):
        assert type(one) is error
        assert isinstance(one, rekey.RekeyError) and isinstance(one, ValueError)
        assert str(one) == one.message == message
        assert (one.start, one.end) == place
        assert one.rule in {rule.id for rule in rekey.RULES}


@pytest.mark.parametrize("text", [None, 1, b"1.0"])
def test_a_wrong_type_is_a_type_error(text: Any) -> None:
    with pytest.raises(TypeError):
        rekey.Tag.parse(text)


@pytest.mark.parametrize("text", ["1.0-1", "1.0", "", "-1", "é", "x" * 128, "x" * 129])
def test_what_is_parsed_is_what_is_one(text: str) -> None:
    try:
        rekey.Tag.parse(text)
    except rekey.TagError:
        assert not rekey.is_tag(text)
        assert not rekey.is_tag(text.encode())
    else:
        assert rekey.is_tag(text)
