"""Values behave like Python's own: equality, hashing, immutability, matching, copying, pickling, display."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
import rekey


def report() -> rekey.Report:
    return rekey.check_tag("é1.0")


def samples() -> list[Any]:
    finding = rekey.check_tag("1.0").findings[0]
    assert finding.fix
    return [
        rekey.Tag.parse("1.0-1"),
        rekey.GitUrl.parse("git@github.com:acme/app.git"),
        rekey.ImageReference.parse("quay.io/team/app:1.0-1"),
        rekey.rule("tag-invalid"),
        finding,
        finding.basis,
        finding.fix,
        finding.fix.edits[0],
        rekey.check_tag("1.0").counts,
        rekey.Target("quay", "root", "1.20", "2026-11-23", {"tag-invalid": "off", "BasedOnUbi": "note"}),
        rekey.check_tag("1.0", preflight_version="9.9").target,
    ]


def again(value: Any) -> list[Any]:
    protocols = range(2, pickle.HIGHEST_PROTOCOL + 1)
    pickles = [pickle.loads(pickle.dumps(value, protocol)) for protocol in protocols]
    return [*pickles, copy.copy(value), copy.deepcopy(value)]


@pytest.mark.parametrize("value", samples(), ids=lambda value: type(value).__name__)
def test_a_copy_is_equal_and_has_the_same_hash(value: Any) -> None:
    for other in again(value):
        assert other == value
        assert hash(other) == hash(value)
        assert repr(other) == repr(value)


@pytest.mark.parametrize("value", samples(), ids=lambda value: type(value).__name__)
def test_values_are_frozen(value: Any) -> None:
    name = next(name for name in dir(value) if not name.startswith("_"))
    with pytest.raises(AttributeError):
        setattr(value, name, None)
    with pytest.raises(AttributeError):
        value.something_else = 1


@pytest.mark.parametrize("value", samples(), ids=lambda value: type(value).__name__)
def test_match_args_are_attributes(value: Any) -> None:
    for name in getattr(type(value), "__match_args__", ()):
        getattr(value, name)


@pytest.mark.parametrize("text", ["1.0-1", "1.0", "é", ""])
def test_a_report_survives_pickling(text: str) -> None:
    before = rekey.check_tag(text)
    for after in again(before):
        assert after == before
        assert after.findings == before.findings
        assert after.forecast == before.forecast
        assert after.facts == before.facts
        assert after.counts == before.counts
        assert after.passed == before.passed
        assert after.to_json() == before.to_json()
        assert repr(after) == repr(before)
        assert pickle.loads(pickle.dumps(after)) == before


def test_reports_of_other_inputs_differ() -> None:
    assert rekey.check_tag("1.0") != rekey.check_tag("1.0-1")
    assert rekey.check_tag("1.0") == rekey.check_tag("1.0")
    with pytest.raises(TypeError):
        hash(rekey.check_tag("1.0"))


def test_values_differ_from_other_things() -> None:
    assert rekey.Tag.parse("1.0-1") != "1.0-1"
    assert rekey.Tag.parse("1.0-1") != rekey.Tag.parse("1.0-2")
    assert len({rekey.Tag.parse("1.0-1"), rekey.Tag.parse("1.0-1")}) == 1


def test_tags_are_ordered_by_age() -> None:
    tags = [rekey.Tag.parse(text) for text in ("1.0-10", "v0.9-3", "1.0-rc1-1", "1.0-9")]
    assert [str(tag) for tag in sorted(tags)] == ["v0.9-3", "1.0-rc1-1", "1.0-9", "1.0-10"]
    assert max(tags) == rekey.latest_tag(map(str, tags))
    assert rekey.latest_tag(["latest", "1.0+2"]) is None


def test_the_next_release_is_incremented() -> None:
    tag = rekey.Tag.parse("1.4.2-3")
    assert str(tag.next_release()) == "1.4.2-4"
    assert str(tag.next_release(["1.4.2-9", "1.4.20-30", "no tag"])) == "1.4.2-10"
    with pytest.raises(rekey.TagError, match="`latest` has no version"):
        rekey.Tag.parse("latest").next_release()


def test_a_git_url_converts() -> None:
    public = rekey.GitUrl.parse("https://GitLab.com/group/sub/app")
    private = public.to_ssh()
    assert (private.transport, private.user, private.host, private.port) == ("ssh", "git", "gitlab.com", None)
    assert (private.owner, private.repository, private.path) == ("group/sub", "app", "group/sub/app.git")
    assert str(private) == "git@gitlab.com:group/sub/app.git"
    assert private.to_https().same_repository(public)
    assert private.to_ssh() == private
    with pytest.raises(rekey.GitUrlError) as caught:
        rekey.GitUrl.parse("https://git.example.com:8443/acme/app").to_ssh()
    assert caught.value.rule is None


def test_an_image_reference_has_its_full_form() -> None:
    reference = rekey.ImageReference.parse("redis:7")
    assert (reference.domain, reference.path, reference.tag, reference.digest) == (
        "docker.io",
        "library/redis",
        "7",
        None,
    )
    assert eval(repr(reference), {"ImageReference": rekey.ImageReference}) == reference


def test_a_tag_can_be_matched_and_displayed() -> None:
    match rekey.Tag.parse("1.0-beta-3"):
        case rekey.Tag(version, release):
            assert (version, release) == ("1.0-beta", "3")
    assert str(rekey.Tag.parse("1.0-1")) == "1.0-1"
    assert eval(repr(rekey.Tag.parse("1.0-1")), {"Tag": rekey.Tag}) == rekey.Tag.parse("1.0-1")


def test_values_are_created_only_by_parsing() -> None:
    for value in samples():
        if not isinstance(value, rekey.Target):
            with pytest.raises(TypeError):
                type(value)()


def test_a_target_has_the_defaults_of_a_check() -> None:
    target = rekey.Target()
    assert target == rekey.check_tag("1.0").target
    assert (target.flow, target.policy, target.today, target.severity) == ("build-service", "container", None, {})
    assert len({target, rekey.Target("build-service"), rekey.Target(severity={"tag-invalid": "off"})}) == 2
    match rekey.Target("quay", preflight_version="1.20"):
        case rekey.Target("quay", policy, version):
            assert (policy, version) == ("container", "1.20.0")
        case _:
            pytest.fail("no match")


def test_a_finding_can_be_matched_and_displayed() -> None:
    (finding,) = rekey.check_tag("1.0").findings
    match finding:
        case rekey.Finding("tag-missing-release", "error", message):
            assert message.startswith("expected")
        case _:
            pytest.fail("no match")
    shown = "<Finding error tag-missing-release at tag:1:1: expected a dash and a release number after `1.0`, found the end>"
    assert repr(finding) == shown


def test_rules_are_metadata() -> None:
    assert len({one.id for one in rekey.RULES}) == len(rekey.RULES)
    for one in rekey.RULES:
        assert rekey.rule(one.id) == one
        assert one.summary and one.why and one.help and one.docs and one.flows and one.policies
    with pytest.raises(KeyError):
        rekey.rule("no-such-rule")


def test_submissions_are_equal_by_their_fields() -> None:
    one = rekey.Submission(git_url="https://github.com/acme/app", tag="1.0-1", labels={"name": "app"})
    for other in again(one):
        assert other == one
        assert other != rekey.Submission(git_url="https://github.com/acme/app")
    with pytest.raises(TypeError):
        hash(one)
