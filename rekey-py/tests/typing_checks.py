"""Code for a type checker: run by `mypy --strict`, not by pytest."""

import datetime
import pathlib
from typing import Any, Literal, assert_type

import rekey

report = rekey.check_tag("1.0", published=["1.0-1"], flow="quay", today=datetime.date(2026, 11, 23))
assert_type(report, rekey.Report)
assert_type(report.passed, bool)
assert_type(report.findings, list[rekey.Finding])
assert_type(report.forecast, list[rekey.Forecast])
assert_type(report.counts.errors, int)
assert_type(report.facts, dict[str, Any] | None)
assert_type(report.to_json(), str)

for finding in report.findings:
    assert_type(finding.rule, str)
    assert_type(finding.severity, Literal["error", "warning", "note"])
    assert_type(finding.start, int | None)
    assert_type(finding.basis.quote, str | None)
    assert_type(finding.related, list[rekey.Related])
    if finding.fix:
        assert_type(finding.fix.edits[0].text, str)
    match finding:
        case rekey.Finding(rule, severity, message):
            assert_type(rule, str)
            assert_type(severity, Literal["error", "warning", "note"])
            assert_type(message, str)

assert_type(rekey.apply_fixes("1.0", report.findings), str)
assert_type(rekey.apply_fixes(b"1.0", report.findings, "unsafe"), bytes)
assert_type(rekey.check_tags(["1.0"]), list[rekey.Report])
assert_type(rekey.check_git_urls(["https://github.com/acme/app"], private=False), list[rekey.Report])
assert_type(rekey.check_dockerfile(pathlib.Path("Dockerfile"), labels={"name": "app"}), rekey.Report)
assert_type(rekey.check_image("redis", auth_file=pathlib.Path("auth.json"), registry_key=b"KEY"), rekey.Report)
assert_type(rekey.check_submission(rekey.Submission(tag=b"1.0")), rekey.Report)
assert_type(rekey.is_tag("1.0"), bool)

target = rekey.Target(flow="quay", today=datetime.date(2026, 11, 23), severity={"tag-invalid": "off"})
assert_type(target.flow, Literal["build-service", "quay", "external"])
assert_type(target.severity, dict[str, Literal["off", "note", "warning", "error"]])
assert_type(rekey.check_tag("1.0", target=target, policy="root").target, rekey.Target)
assert_type(rekey.check_submission(rekey.Submission(tag="1.0"), target=target, flow=None), rekey.Report)

match rekey.Tag.parse("1.0-1"):
    case rekey.Tag(version, release):
        assert_type(version, str)
        assert_type(release, str | None)

match rekey.GitUrl.parse("https://github.com/acme/app").to_ssh():
    case rekey.GitUrl(transport, host):
        assert_type(transport, Literal["https", "http", "ssh", "git"])
        assert_type(host, str)
assert_type(rekey.ImageReference.parse("redis").tag, str | None)
assert_type(rekey.latest_tag(["1.0-1"]), rekey.Tag | None)
assert_type(sorted([rekey.Tag.parse("1.0-1")]), list[rekey.Tag])

file = rekey.Dockerfile.parse(b"FROM scratch", build_args={"A": "1"})
assert_type(file.instructions[0].arguments, list[rekey.Argument])
assert_type(file.user.value, str | None)
assert_type(file.labels, dict[str, rekey.Fact])
assert_type(file.problems[0].severity, Literal["error", "warning"])
key = rekey.PrivateKey.parse(pathlib.Path("id_rsa"))
assert_type(key.fingerprint() + key.md5_fingerprint(), str)
assert_type(key.matches(pathlib.Path("id_rsa.pub")), bool)

assert_type(rekey.RULES, tuple[rekey.Rule, ...])
assert_type(rekey.rule("tag-invalid").basis, rekey.Basis)

try:
    rekey.Tag.parse("")
except rekey.RekeyError as error:
    assert_type(error.start, int)
    assert_type(error.rule, str | None)

# Code that must be rejected. An unused `ignore` is an error too.
rekey.check_tag(1)  # type: ignore[arg-type]
rekey.check_tag("1.0", flow="ftp")  # type: ignore[arg-type]
rekey.check_tag("1.0", flwo="quay")  # type: ignore[call-arg]
rekey.check_tag("1.0", target="quay")  # type: ignore[arg-type]
rekey.check_tag("1.0", severity={"tag-invalid": "fatal"})  # type: ignore[dict-item]
rekey.apply_fixes(pathlib.Path("x"), [])  # type: ignore[type-var]
rekey.Tag("1.0")  # type: ignore[call-arg]
report.passed = True  # type: ignore[misc]
