"""The tables in tests/cases, which Rust and Node run too; rekey-core/tests/it/cases.rs describes them."""

from __future__ import annotations

import pathlib
import sys
from typing import Any

import pytest
import rekey

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TESTS = pathlib.Path(__file__).parents[2] / "tests"


def submission(text: str | bytes, **options: Any) -> rekey.Report:
    """The report about the first of a batch of submissions, which are separated by an empty line."""
    batch = (text if isinstance(text, str) else text.decode()).split("\n\n")
    return rekey.check_submissions(map(one_submission, batch), **options)[0]


def one_submission(text: str) -> rekey.Submission:
    """A submission as one `field = value` per line; a key is the name of its file in tests/keys."""
    fields: dict[str, Any] = {
        FIELDS.get(name, name): value for name, _, value in (l.partition(" = ") for l in text.splitlines())
    }
    if "private" in fields:
        fields["private"] = fields["private"] == "true"
    if "private_key" in fields:
        fields["private_key"] = (TESTS / "keys" / fields["private_key"]).read_bytes()
    return rekey.Submission(**fields)


FIELDS = {
    "git.url": "git_url",
    "git.private": "private",
    "git.key": "private_key",
    "registry-key": "registry_key",
}
CHECKS: dict[str, Any] = {
    "tag": rekey.check_tag,
    "git_url": rekey.check_git_url,
    "private_key": rekey.check_private_key,
    "dockerfile": rekey.check_dockerfile,
    "reference": rekey.check_reference,
    "image": rekey.check_image,
    "credentials": lambda reference, **given: rekey.check_credentials(reference=reference, **given),
    "submission": submission,
    "rehearsal": rekey.check_rehearsal,
}
TABLES = {
    path.stem: tomllib.loads(path.read_text())["case"] for path in sorted((TESTS / "cases").glob("*.toml"))
}
CASES = [(subject, case) for subject, cases in TABLES.items() for case in cases]
TRAPS = tomllib.loads((TESTS / "cases/dockerfile/traps.toml").read_text())["case"]


def content(case: dict[str, Any]) -> bytes:
    if "input" in case:
        return (case["input"] + case.get("fill", 0) * "x").encode()
    if "input_hex" in case:
        return bytes.fromhex(case["input_hex"])
    return (TESTS / case["file"]).read_bytes()


def marked(finding: rekey.Finding, text: str | bytes) -> str:
    part = text[finding.start : finding.end] if finding.start is not None else ""
    return part if isinstance(part, str) else part.decode(errors="replace")


def found(report: rekey.Report, case: dict[str, Any], text: str | bytes) -> list[list[str]]:
    """The findings to compare with the case: notes count only if the case names them."""
    named = {rule for rule, _ in case["find"]}
    out = []
    for finding in report.findings:
        full = f"{finding.rule}:{finding.parameter}" if finding.parameter is not None else finding.rule
        if finding.severity != "note" or full in named or finding.rule in named:
            out.append([full if full in named else finding.rule, marked(finding, text)])
    return out


def agrees(subject: str, case: dict[str, Any], text: str | bytes) -> None:
    report = CHECKS[subject](text, **options(case))
    assert found(report, case, text) == case["find"]
    if "fixed" in case:
        fixed = rekey.apply_fixes(text, report.findings, safety="unsafe")
        assert (fixed if isinstance(fixed, str) else fixed.decode()) == case["fixed"]


def options(case: dict[str, Any]) -> dict[str, Any]:
    """The options as keywords; `mode` is octal."""
    given = dict(case.get("options", {}))
    return {**given, "mode": int(given["mode"], 8)} if "mode" in given else given


@pytest.mark.parametrize(("subject", "case"), CASES, ids=lambda one: str(one)[:60])
def test_case(subject: str, case: dict[str, Any]) -> None:
    data = content(case)
    agrees(subject, case, data)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    agrees(subject, case, text)


def reading(case: dict[str, Any], text: str | bytes) -> dict[str, Any]:
    """The actual values for the expectations of a trap; rekey-core/tests/it/traps.rs describes the keys."""

    def part(place: Any) -> str:
        found = text[place.start : place.end]
        return found if isinstance(found, str) else found.decode(errors="replace")

    def known(fact: rekey.Fact) -> str:
        return fact.kind if fact.value is None else fact.value

    file = rekey.Dockerfile.parse(text, build_args=case.get("build_args"))
    errors = [one.line for one in file.problems if one.severity == "error"]
    last = file.instructions[-1] if file.instructions else None
    read = {
        "refused": None if file.accepted else errors[0],
        "fails": errors[0] if file.accepted and errors else None,
        "instructions": [[one.keyword, one.line, one.end_line] for one in file.instructions],
        "stages": [[one.name or "", one.base, one.kind] for one in file.stages],
        "user": known(file.user),
        "unknown_user": file.user.kind,
        "labels": {key: known(value) for key, value in file.labels.items()},
        "workdir": known(file.workdir),
        "layers": file.added_layers,
        "flags": [[flag.name, flag.value or ""] for flag in last.flags] if last else [],
        "texts": [one.text for one in last.arguments] if last else [],
        "marks": [part(one) for one in last.arguments] if last else [],
        "warns": [part(one) for one in file.problems if one.severity == "warning"],
    }
    return {key: value for key, value in read.items() if key in {"refused", "fails", *case}}


@pytest.mark.parametrize("case", TRAPS, ids=lambda case: case["trap"])
def test_trap(case: dict[str, Any]) -> None:
    given = {"trap", "input", "input_hex", "fill", "build_args"}
    expected = {"refused": None, "fails": None}
    expected |= {key: value for key, value in case.items() if key not in given}
    data = content(case)
    assert reading(case, data) == expected
    if "input" in case:
        assert reading(case, data.decode()) == expected


def test_every_table_runs() -> None:
    assert CASES
    assert TRAPS
    print(f"\n{len(CASES) + len(TRAPS)} cases in Python")
