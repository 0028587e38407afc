"""A Dockerfile is parsed like BuildKit does, with places in the unit of the text."""

from __future__ import annotations

import pathlib
import pickle

import pytest
import rekey

TEXT = """\
# café
ARG VERSION=1.0
FROM golang:1.25 AS Build
RUN go build \\
    -o /app
FROM --platform=linux/amd64 registry.access.redhat.com/ubi9/ubi-minimal:9.6
LABEL name="é app" version=$VERSION
COPY --from=build --chown=1001 /app /usr/bin/app
USER ${APP_UID}
"""


def words(text: str | bytes) -> list[str | bytes]:
    file = rekey.Dockerfile.parse(text)
    parts = [(one.start, one.end) for instruction in file.instructions for one in instruction.arguments]
    return [text[start:end] for start, end in parts]


def test_places_are_in_the_unit_of_the_text() -> None:
    of_str = words(TEXT)
    of_bytes = words(TEXT.encode())
    assert [word.encode() for word in of_str if isinstance(word, str)] == of_bytes
    assert '"é app"' in of_str and "/usr/bin/app" in of_str


def test_instructions_and_stages_are_there() -> None:
    file = rekey.Dockerfile.parse(TEXT)
    assert file.accepted
    assert [(one.keyword, one.line, one.end_line) for one in file.instructions][2] == ("RUN", 4, 5)
    copy = file.instructions[5]
    assert [(flag.name, flag.value) for flag in copy.flags] == [("from", "build"), ("chown", "1001")]
    assert [one.text for one in copy.arguments] == ["/app", "/usr/bin/app"]
    match copy:
        case rekey.Instruction("COPY", [rekey.Argument("/app"), rekey.Argument(text)]):
            assert text == "/usr/bin/app"
        case _:
            pytest.fail("no match")
    assert [(one.name, one.kind, one.line, one.needed) for one in file.stages] == [
        ("build", "image", 3, True),
        (None, "image", 6, True),
    ]
    assert file.target == 1


def test_facts_about_the_image_have_a_value_or_a_reason() -> None:
    file = rekey.Dockerfile.parse(TEXT)
    assert (file.user.kind, file.user.value) == ("unresolved", None)
    assert file.user.reason and "APP_UID" in file.user.reason
    assert file.labels["name"].value == "é app"
    assert file.added_layers == 1
    assert rekey.Dockerfile.parse(TEXT, stage="build").added_layers == 1
    assert rekey.Dockerfile.parse("FROM ubi9").user.kind == "inherited"


def test_problems_are_reported() -> None:
    text = "FROM scratch\nCOPPY a b\nUSER ${x"
    file = rekey.Dockerfile.parse(text)
    assert not file.accepted
    first = file.problems[0]
    assert (first.severity, first.phase, first.line) == ("error", "parse", 2)
    assert "COPPY" in text[first.start : first.end]
    (problem,) = rekey.Dockerfile.parse("FROM scratch", stage="no").problems
    assert problem.phase == "evaluate"
    assert rekey.Dockerfile.parse("").target is None


@pytest.mark.parametrize("data", ["", b"", b"\xff\x00", "\0", "FROM", "é" * 1000])
def test_no_content_raises(data: str | bytes) -> None:
    assert isinstance(rekey.Dockerfile.parse(data).accepted, bool)


def test_a_path_is_a_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "Dockerfile").write_text(TEXT)
    assert len(rekey.Dockerfile.parse(tmp_path / "Dockerfile").instructions) == 7


def test_it_cannot_be_pickled_and_shows_no_argument() -> None:
    file = rekey.Dockerfile.parse("FROM scratch\nENV TOKEN=canary-8c1f\n")
    for value in (file, file.instructions[1], file.instructions[1].arguments[0]):
        with pytest.raises(TypeError):
            pickle.dumps(value)
        assert "canary" not in repr(value)
    assert (
        file.instructions[1] == rekey.Dockerfile.parse("FROM scratch\nENV TOKEN=canary-8c1f").instructions[1]
    )


COPIES = "FROM registry.access.redhat.com/ubi9\nCOPY licenses /licenses\nUSER 1001\n"


def licenses(**given: object) -> tuple[str, str | None]:
    image = rekey.Image(dockerfile=COPIES, **given)  # type: ignore[arg-type]
    whole = rekey.check_submission(rekey.Submission(images=[image]), flow="quay")
    alone = rekey.check_dockerfile(COPIES, flow="quay", **given)  # type: ignore[arg-type]
    (many,) = rekey.check_dockerfiles([COPIES], flow="quay", **given)  # type: ignore[arg-type]
    rows = [row for report in (alone, many, whole) for row in report.forecast if row.check == "HasLicense"]
    ((outcome, evidence),) = {(row.outcome, row.evidence) for row in rows}
    assert len(rows) == 3
    return outcome, evidence


def test_the_build_context_is_searched(tmp_path: pathlib.Path) -> None:
    (tmp_path / "licenses").mkdir()
    assert licenses() == ("unknown", None)
    assert licenses(context=tmp_path) == ("unknown", None)
    (tmp_path / "licenses" / "LICENSE").write_text("terms")
    assert licenses(context=str(tmp_path)) == ("pass", "context")
    (tmp_path / ".dockerignore").write_text("licenses\n")
    assert licenses(context=tmp_path) == ("unknown", None)
    with pytest.raises(FileNotFoundError):
        rekey.check_dockerfile(COPIES, context=tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError):
        rekey.check_submission(rekey.Submission(dockerfile=COPIES, context=tmp_path / "nowhere"))
    with pytest.raises(TypeError):
        rekey.check_dockerfile(COPIES, context=1)  # type: ignore[arg-type]
    image = rekey.Image(context=tmp_path)
    assert image == pickle.loads(pickle.dumps(image)) and image.context == tmp_path
