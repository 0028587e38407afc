"""Options are validated strictly; inputs never raise."""

from __future__ import annotations

import datetime
import pathlib
import pickle
from typing import Any

import pytest
import rekey

ANY: Any = rekey


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"flow": "ftp"}, "expected a flow (`build-service`, `quay` or `external`), found `ftp`"),
        ({"policy": "x"}, "expected a policy (`container`, `root`"),
        ({"preflight_version": "x"}, "expected a version of preflight"),
        ({"preflight_version": "9"}, "expected a version of preflight"),
        ({"preflight_version": "1.22-rc1"}, "expected a version of preflight"),
        ({"preflight_version": "1.2"}, "expected preflight 1.11 or later, found `1.2`"),
        ({"preflight_version": "1.12", "policy": "konflux"}, "preflight 1.12.0 has no policy `konflux`"),
        ({"today": "2026-02-30"}, "expected a date such as"),
        (
            {"severity": {"tag-invalid": "fatal"}},
            "expected a severity (`off`, `note`, `warning` or `error`), found `fatal`",
        ),
        (
            {"severity": {"no-such-rule": "off"}},
            "unknown rule or check `no-such-rule`",
        ),
    ],
)
def test_an_invalid_value_is_a_value_error(options: dict[str, Any], message: str) -> None:
    for call in (ANY.Target, lambda **options: ANY.check_tag("1.0", **options)):
        with pytest.raises(ValueError) as caught:
            call(**options)
        assert str(caught.value).startswith(message)
        assert not isinstance(caught.value, rekey.RekeyError)


def test_the_rules_of_the_latest_version_apply_to_an_unknown_one() -> None:
    newest = rekey.check_tag("1.0-1").target.preflight_version
    for version in ["9.9", "1.211", "1.22.0"]:
        for report in [rekey.check_tag("1.0-1", preflight_version=version, flow="quay"), *rekey.check_tags(["1.0"], preflight_version=version, flow="quay")]:
            assert report.target.preflight_version == newest
            [notice] = report.notices
            assert notice.startswith(f"preflight {version}") and newest in notice
            assert notice in report.render()
            assert pickle.loads(pickle.dumps(report)).notices == [notice]
            assert rekey.check_tag("1.0", target=pickle.loads(pickle.dumps(report.target))).notices == [notice]
    assert rekey.check_tag("1.0-1", preflight_version="1.11", flow="quay").notices == []


def test_a_withdrawn_flow_has_a_notice() -> None:
    [notice] = rekey.check_tag("1.0-1").notices
    assert notice.startswith("Red Hat withdrew the flow `build-service` in 2022")
    assert rekey.check_tag("1.0-1", flow="quay").notices == []


def test_a_finding_lists_what_follows_from_it() -> None:
    text = "FROM scratch\nLABEL a=ä \\\n\nUSER 1001\n"
    findings = rekey.check_dockerfile(text).findings
    [cause] = [finding for finding in findings if finding.rule == "dockerfile-swallowed-instruction"]
    rules = {finding.rule for finding in cause.consequences}
    assert "dockerfile-missing-user" in rules and rules.isdisjoint(finding.rule for finding in findings)
    # Places in consequences count code points, too.
    [empty] = [finding for finding in cause.consequences if finding.rule == "dockerfile-empty-continuation"]
    assert empty.start is not None and empty.start == text.index("\n\n") + 1
    [missing] = [finding for finding in findings if finding.rule == "dockerfile-missing-label"]
    assert missing.parameter is None and missing.parameters == ["description", "maintainer", "name", "release", "summary", "vendor", "version"]


@pytest.mark.parametrize(
    "options",
    [
        {"flow": 1},
        {"severity": "off"},
        {"severity": {"tag-invalid": 1}},
        {"today": 1},
        {"published": 1},
        {"published": "1.0-1"},
        {"x": 1},
    ],
)
def test_a_wrong_type_is_a_type_error(options: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        ANY.check_tag("1.0", **options)


CHECKS: dict[str, tuple[Any, ...]] = {
    "check_tag": ("1.0",),
    "check_tags": (["1.0"],),
    "check_git_url": ("x",),
    "check_git_urls": (["x"],),
    "check_private_key": ("x",),
    "check_dockerfile": ("FROM scratch",),
    "check_dockerfiles": (["FROM scratch"],),
    "check_reference": ("redis",),
    "check_image": ("redis",),
    "check_credentials": (),
    "check_submission": (rekey.Submission(tag="1.0", reference="redis"),),
    "check_submissions": ([rekey.Submission(tag="1.0", reference="redis")],),
}


@pytest.mark.parametrize(("name", "inputs"), CHECKS.items())
def test_every_check_takes_a_target_and_its_parts(name: str, inputs: tuple[Any, ...]) -> None:
    check = getattr(ANY, name)
    target = rekey.Target("external", today="2026-11-23", severity={"tag-unnumbered": "error"})
    reports = [
        check(*inputs, target=target),
        check(*inputs, target=rekey.Target("external"), today="2026-11-23", severity={"tag-unnumbered": "error"}),
        check(*inputs, target=rekey.Target("quay", severity=target.severity), flow="external", today=target.today),
        check(*inputs, flow="external", policy=None, today="2026-11-23", severity={"tag-unnumbered": "error"}),
    ]
    assert reports == reports[:1] * 4
    for report in reports[0] if isinstance(reports[0], list) else reports[:1]:
        assert report.target == target
    assert check(*inputs, target=None) == check(*inputs)
    with pytest.raises(TypeError, match=rf"^{name}\(\) got an unexpected keyword argument 'flwo'$"):
        check(*inputs, target=target, flwo="quay")
    with pytest.raises(TypeError, match="^argument 'flow': "):
        check(*inputs, flow=1)
    with pytest.raises(TypeError, match="target"):
        check(*inputs, target="external")


def test_an_archive_takes_a_target_and_its_parts(tmp_path: pathlib.Path) -> None:
    for options in ({"target": rekey.Target("quay")}, {"flow": "quay"}):
        with pytest.raises(FileNotFoundError):
            ANY.check_image_archive(tmp_path / "no-such.tar", **options)
    with pytest.raises(TypeError, match="^check_image_archive.. got an unexpected keyword argument 'flwo'$"):
        ANY.check_image_archive(tmp_path / "no-such.tar", flwo="quay")


def test_severities_of_a_target_come_first() -> None:
    target = rekey.Target(severity={"tag-missing-release": "off", "tag-invalid": "off"})
    report = rekey.check_tag("1.0", target=target, severity={"tag-missing-release": "note"})
    assert [finding.severity for finding in report.findings] == ["note"]
    assert list(report.target.severity.items()) == [("tag-invalid", "off"), ("tag-missing-release", "note")]
    assert pickle.loads(pickle.dumps(report)).target == report.target


@pytest.mark.parametrize("text", [None, 1, 1.0, [], bytearray(b"1.0")])
def test_a_wrong_input_is_a_type_error(text: Any) -> None:
    for check in (
        rekey.check_tag,
        rekey.check_git_url,
        rekey.check_private_key,
        rekey.check_dockerfile,
        rekey.is_tag,
    ):
        with pytest.raises(TypeError):
            check(text)


@pytest.mark.parametrize("text", ["", "\0", b"\xff\xfe\0", "é😀", b"-----BEGIN", "x" * 100_000])
def test_a_check_never_raises_about_its_input(text: str | bytes) -> None:
    for check in (
        rekey.check_tag,
        rekey.check_git_url,
        rekey.check_private_key,
        rekey.check_dockerfile,
        rekey.check_image,
    ):
        assert isinstance(check(text), rekey.Report)


def test_a_lone_surrogate_is_not_a_text() -> None:
    with pytest.raises(UnicodeEncodeError, match="found one at 3") as caught:
        rekey.check_tag("1.0\ud800")
    assert caught.value.object == "\ud800"


def test_days_are_dates_or_text() -> None:
    for today in (datetime.date(2026, 11, 23), datetime.datetime(2026, 11, 23, 12, 0), "2026-11-23"):
        assert '"today":"2026-11-23"' in rekey.check_tag("1.0-1", today=today).to_json()
    assert '"today":null' in rekey.check_tag("1.0-1").to_json()


def test_the_last_override_wins() -> None:
    assert rekey.check_tag("1.0", severity={"tag-missing-release": "off"}).findings == []
    (finding,) = rekey.check_tag("1.0", severity={"tag-missing-release": "note"}).findings
    assert finding.severity == "note"


def test_a_path_is_a_file(tmp_path: pathlib.Path) -> None:
    file = tmp_path / "tag"
    file.write_bytes("é1.0\n".encode())
    report = rekey.check_tag(file)
    (finding,) = report.findings
    assert finding.source == str(file)
    assert file.read_bytes()[finding.start : finding.end] == "é".encode()


def test_a_missing_file_raises_the_error_of_open(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        rekey.check_dockerfile(tmp_path / "Dockerfile")
    assert caught.value.filename == str(tmp_path / "Dockerfile")
    with pytest.raises(IsADirectoryError):
        rekey.check_dockerfile(tmp_path)


def test_content_that_was_passed_as_a_path_is_not_repeated() -> None:
    for check in (rekey.check_private_key, rekey.check_dockerfile):
        for content in ("CANARY\nCANARY", "-----BEGIN CANARY", "CANARY" * 50):
            with pytest.raises(ValueError, match="found content") as caught:
                check(pathlib.Path(content))
            assert "CANARY" not in repr(caught.value)


def test_offsets_are_in_the_unit_of_the_text() -> None:
    text = "1.0é"
    (finding,) = rekey.check_tag(text).findings
    assert (finding.start, finding.end, text[finding.start : finding.end]) == (3, 4, "é")
    (finding,) = rekey.check_tag(text.encode()).findings
    assert (finding.start, finding.end) == (3, 5)
    assert (finding.line, finding.column, finding.end_line, finding.end_column) == (1, 4, 1, 5)


def test_fixes_apply_to_the_text_in_either_type() -> None:
    text = "1.0 "
    for findings in (rekey.check_tag(text).findings, rekey.check_tag(text.encode()).findings):
        assert rekey.apply_fixes(text, findings) == "1.0"
        assert rekey.apply_fixes(text.encode(), findings) == b"1.0"
    findings = rekey.check_tag("1.0").findings
    assert rekey.apply_fixes("1.0", findings) == "1.0"
    assert rekey.apply_fixes("1.0", findings, "unsafe") == "1.0-1"
    with pytest.raises(ValueError):
        ANY.apply_fixes("1.0", findings, "display")
    with pytest.raises(TypeError):
        ANY.apply_fixes(pathlib.Path(__file__), findings)


def test_many_urls_are_checked_like_one() -> None:
    urls = ["https://github.com/acme/app", "git@github.com:acme/app.git", "github.com/acme/app", "é", ""]
    for private in (None, True, False):
        one_by_one = [rekey.check_git_url(url, private=private) for url in urls]
        assert rekey.check_git_urls(urls, private=private) == one_by_one
    with pytest.raises(TypeError):
        rekey.check_git_urls(urls[0])


def test_many_tags_are_checked_like_one() -> None:
    tags = ["1.0-1", "1.0", "é", ""]
    assert rekey.check_tags(tags) == [rekey.check_tag(tag) for tag in tags]
    assert rekey.check_tags(iter(tags), flow="quay") == [rekey.check_tag(tag, flow="quay") for tag in tags]
    for one in ("1.0", b"1.0"):
        with pytest.raises(TypeError):
            ANY.check_tags(one)
    with pytest.raises(TypeError):
        ANY.check_tags([1.0])


def test_many_texts_are_marked_each_in_its_unit(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("# é\nFORM scratch\n")
    texts = [path.read_text(), path.read_bytes(), path]
    reports = rekey.check_dockerfiles(texts, labels={"name": "acme/app"}, flow="quay")
    assert reports == [rekey.check_dockerfile(text, labels={"name": "acme/app"}, flow="quay") for text in texts]
    starts = [report.findings[0].start for report in reports]
    assert starts == [4, 5, 5]
