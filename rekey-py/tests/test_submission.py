"""Submissions: fields, images, files, batches and secrecy."""

from __future__ import annotations

import copy
import os
import pathlib
import pickle
import sys
from typing import Any

import pytest
import rekey

ANY: Any = rekey
SECRET = "canary-8c1f"


def test_every_field_is_checked() -> None:
    report = rekey.check_submission(rekey.Submission(git_url="https://github.com/acme/app", tag="1.0"))
    assert "tag-missing-release" in [finding.rule for finding in report.findings]
    assert set(report.facts or {}) >= {"git.url", "tag"}


def test_offsets_are_in_the_unit_of_each_field() -> None:
    for tag, place in (("1é", (1, 2)), ("1é".encode(), (1, 3))):
        report = rekey.check_submission(rekey.Submission(tag=tag))
        (finding,) = [one for one in report.findings if one.rule == "tag-invalid"]
        assert (finding.start, finding.end) == place


def test_multiple_images_have_distinct_names() -> None:
    images = [rekey.Image(name="server", tag="1é"), rekey.Image(tag="1é".encode()), rekey.Image(tag="1.0-1")]
    report = rekey.check_submission(rekey.Submission(images=images))
    found = [(one.source, one.start, one.end) for one in report.findings if one.rule == "tag-invalid"]
    assert found == [("image.server.tag", 1, 2), ("image.1.tag", 1, 3)]


def test_an_image_is_given_in_one_way_only() -> None:
    assert len(rekey.Submission(tag="1.0-1").images) == 1
    assert rekey.Submission().images == ()
    with pytest.raises(ValueError):
        rekey.Submission(tag="1.0-1", images=[rekey.Image(tag="1.0-1")])


@pytest.mark.parametrize("fields", [{"tag": 1}, {"git_url": []}, {"x": 1}, {"labels": []}, {"images": [1]}])
def test_a_wrong_type_is_a_type_error(fields: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        ANY.Submission(**fields)


@pytest.mark.parametrize("key", [SECRET, SECRET.encode()])
def test_a_key_cannot_be_copied(key: str | bytes) -> None:
    submission = rekey.Submission(private_key=key)
    for leak in (pickle.dumps, copy.copy, copy.deepcopy, hash):
        with pytest.raises(TypeError) as caught:
            leak(submission)
        assert SECRET not in str(caught.value)
    assert SECRET not in repr(submission)
    assert not any(SECRET in str(getattr(submission, name, "")) for name in dir(submission))


def test_a_submission_with_a_key_path_can_be_copied(tmp_path: pathlib.Path) -> None:
    submission = rekey.Submission(private_key=tmp_path / "id_rsa")
    assert pickle.loads(pickle.dumps(submission)) == submission
    with pytest.raises(FileNotFoundError):
        rekey.check_submission(submission)


@pytest.mark.parametrize(
    "text", [SECRET, f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----\n"]
)
def test_nothing_prints_a_key(text: str) -> None:
    report = rekey.check_private_key(text)
    shown = [
        repr(report),
        report.to_json(),
        repr(report.facts),
        pickle.dumps(report).decode(errors="replace"),
    ]
    shown += [repr(finding) + finding.message + finding.help for finding in report.findings]
    assert not any(SECRET in one for one in shown)


def test_a_folder_is_read(tmp_path: pathlib.Path) -> None:
    text = '[git]\nurl = "https://github.com/acme/app"\n[[image]]\ntag = "é"\n'
    (tmp_path / "rekey.toml").write_text(text)
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    submission = rekey.Submission.from_path(tmp_path)
    assert submission.path == tmp_path
    assert submission.git_url == "https://github.com/acme/app"
    (image,) = submission.images
    assert (image.tag, image.dockerfile) == ("é", "FROM scratch\n")
    report = rekey.check_submission(submission)
    (finding,) = [one for one in report.findings if one.rule == "tag-invalid"]
    assert finding.source == str(tmp_path / "rekey.toml")
    assert text.encode()[finding.start : finding.end] == "é".encode()
    assert 'tag = "é"' in report.render(submission)
    again = pickle.loads(pickle.dumps(submission))
    assert again == submission
    assert rekey.check_submission(again) == report


def test_keywords_override_the_file(tmp_path: pathlib.Path) -> None:
    (tmp_path / "rekey.toml").write_text('flow = "quay"\n[[image]]\ntag = "1.0"\n')
    submission = rekey.Submission.from_path(tmp_path)
    assert '"flow":"quay"' in rekey.check_submission(submission).to_json()
    assert '"flow":"external"' in rekey.check_submission(submission, flow="external").to_json()
    assert '"flow":"build-service"' in rekey.check_submission(rekey.Submission()).to_json()


def test_a_folder_that_cannot_be_read_raises(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        rekey.Submission.from_path(tmp_path / "nothing")
    assert missing.value.filename == str(tmp_path / "nothing")
    with pytest.raises(ValueError, match="nothing to check"):
        rekey.Submission.from_path(tmp_path)
    (tmp_path / "rekey.toml").write_text("colour = 1\n")
    with pytest.raises(ValueError, match="colour"):
        rekey.Submission.from_path(tmp_path)
    with pytest.raises(TypeError):
        ANY.Submission.from_path(1)


def test_a_report_is_rendered_with_the_given_text() -> None:
    report = rekey.check_tag("1é0")
    without = report.render()
    assert "1é0" not in without.replace("`", "")
    for given in ("1é0", "1é0".encode(), {"tag": "1é0"}, rekey.Submission(tag="1é0")):
        assert "1é0" in report.render(given)
    assert report.render({"other": "1é0"}) == without
    assert pickle.loads(pickle.dumps(report)).render("1é0") == without
    with pytest.raises(TypeError):
        ANY.check_tag("1.0").render(1)


def test_a_key_is_not_shown() -> None:
    text = f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----\n"
    for report in (rekey.check_private_key(text), rekey.check_submission(rekey.Submission(private_key=text))):
        for given in (text, {"git.key": text}, rekey.Submission(private_key=text)):
            assert SECRET not in report.render(given)


def test_many_submissions_are_checked_like_one() -> None:
    submissions = [rekey.Submission(tag="1.0"), rekey.Submission(tag="1.0-1")]
    assert rekey.check_submissions(iter(submissions)) == [rekey.check_submission(one) for one in submissions]
    with pytest.raises(TypeError):
        ANY.check_submissions(["1.0"])


KEYS = pathlib.Path(__file__).parents[2] / "tests/keys"


def test_a_batch_shows_shared_values(tmp_path: pathlib.Path) -> None:
    (tmp_path / "openssh.pem").write_bytes((KEYS / "openssh.pem").read_bytes())
    (tmp_path / "rekey.toml").write_text(
        '[git]\nurl = "git@github.com:acme/other.git"\nkey = "openssh.pem"\n[[image]]\ntag = "1.0-1"\n'
    )
    given = rekey.Submission(git_url="git@github.com:acme/app.git", private_key=KEYS / "right.pem")
    reports = rekey.check_submissions([given, rekey.Submission.from_path(tmp_path)])
    for report, other in zip(reports, (str(tmp_path / "openssh.pem"), str(KEYS / "right.pem"))):
        (finding,) = [one for one in report.findings if one.rule == "private-key-reused"]
        assert [one.source for one in finding.related] == [other]
    assert "private-key-reused" not in [one.rule for one in rekey.check_submission(given).findings]


def test_a_registry_key_cannot_be_copied(tmp_path: pathlib.Path) -> None:
    key = "CANARY" + "0A" * 29
    references = [f"quay.io/redhat-isv-containers/{digit * 24}:1.0-1" for digit in "01"]
    batch = [rekey.Submission(reference=one, registry_key=key) for one in references]
    reports = rekey.check_submissions(batch, flow="quay")
    for report in reports:
        assert "submission-registry-key-reused" in [one.rule for one in report.findings]
        assert key not in report.to_json() + report.to_sarif() + report.render(batch[0]) + repr(report)
    for holder in (batch[0], batch[0].images[0]):
        for leak in (pickle.dumps, copy.copy, copy.deepcopy, hash):
            with pytest.raises(TypeError) as caught:
                leak(holder)
            assert key not in str(caught.value)
        assert not any(key in str(getattr(holder, name, "")) for name in dir(holder))
    (tmp_path / "key").write_text(key)
    named = rekey.Submission(reference=references[0], registry_key=tmp_path / "key")
    assert pickle.loads(pickle.dumps(named)) == named


def test_overrides_of_rekey_toml_for_some_files_apply(tmp_path: pathlib.Path) -> None:
    override = '[[override]]\npaths = ["Dockerfile"]\nrules = { "dockerfile-user-root" = "note" }\n'
    image = '[[image]]\nreference = "quay.io/acme/app:1"\n'
    (tmp_path / "rekey.toml").write_text(f'flow = "quay"\n{image}{override}')
    (tmp_path / "Dockerfile").write_text("FROM registry.access.redhat.com/ubi9\nUSER root\n")
    report = rekey.check_submission(rekey.Submission.from_path(tmp_path))
    (found,) = [finding for finding in report.findings if finding.rule == "dockerfile-user-root"]
    assert found.severity == "note"


def test_a_target_overrides_rekey_toml(tmp_path: pathlib.Path) -> None:
    image = '[[image]]\nreference = "quay.io/acme/app:1"\npolicy = "root"\n'
    (tmp_path / "rekey.toml").write_text(f'flow = "quay"\n{image}[rules]\n"tag-unnumbered" = "off"\n')
    submission = rekey.Submission.from_path(tmp_path)

    def target(**options: Any) -> rekey.Target:
        return rekey.check_submission(submission, **options).target

    severity: Any = {"tag-unnumbered": "off"}
    assert target() == rekey.Target("quay", severity=severity)
    assert target(today="2026-11-23") == rekey.Target("quay", today="2026-11-23", severity=severity)
    assert target(target=rekey.Target("external")) == rekey.Target("external", severity=severity)


@pytest.mark.skipif(sys.platform == "win32", reason="has no named pipes, and links need rights")
def test_nothing_outside_of_a_folder_is_read(tmp_path: pathlib.Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside / "licenses"):
        folder.mkdir(parents=True)
    (outside / "Dockerfile").write_text(f"FROM scratch\n# {SECRET}\n")
    (outside / "licenses" / "LICENSE").write_text("terms\n")
    (inside / "out").symlink_to(outside)

    def rejected(message: str, call: Any, *arguments: Any, **keywords: Any) -> None:
        with pytest.raises(OSError, match=message) as error:
            call(*arguments, **keywords)
        assert SECRET not in str(error.value)

    for path in ("../outside/Dockerfile", "out/Dockerfile", str(outside / "Dockerfile"), "/dev/tty"):
        (inside / "rekey.toml").write_text(f'[[image]]\ndockerfile = "{path}"\n')
        rejected("leads outside", rekey.Submission.from_path, inside)
    (inside / "rekey.toml").unlink()
    os.mkfifo(inside / "Dockerfile")
    rejected("is a named pipe", rekey.Submission.from_path, inside)
    (inside / "index.json").symlink_to(outside / "Dockerfile")
    rejected("leads outside", rekey.check_image_archive, inside)

    copies = [f"FROM scratch\nCOPY out/{name} /licenses/\n" for name in ("lic*", "no*", "licenses", "nothing")]
    rows = [rekey.check_dockerfile(text, context=inside).forecast for text in copies]
    assert len({str([(row.check, row.outcome, row.reason) for row in forecast]) for forecast in rows}) == 1
    (inside / ".dockerignore").symlink_to("/dev/zero")
    rejected("leads outside", rekey.check_dockerfile, copies[0], context=inside)
