"""An archive is read the same way from a path, bytes and a file object."""

import gzip
import hashlib
import io
import json
import os
import pathlib
import tarfile
import threading

import pytest

import rekey


def tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def docker_archive() -> bytes:
    layer = tar({"licenses/LICENSE": b"", "app": b"1"})
    diff_id = f"sha256:{hashlib.sha256(layer).hexdigest()}"
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [diff_id]}}
    manifest = [{"Config": "config.json", "RepoTags": ["localhost/app:1.0-1"], "Layers": ["layer.tar"]}]
    files = {"config.json": config, "manifest.json": manifest}
    return tar({"layer.tar": layer} | {name: json.dumps(value).encode() for name, value in files.items()})


ARCHIVE = docker_archive()


def findings(report: rekey.Report) -> list[tuple[str, str]]:
    return [(finding.rule, finding.message) for finding in report.findings]


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
def test_every_form_gives_the_same_findings(tmp_path: pathlib.Path, compress) -> None:
    archive = compress(ARCHIVE)
    path = tmp_path / "app.tar"
    path.write_bytes(archive)
    expected = findings(rekey.check_image_archive(path))
    assert "image-missing-license" in dict(expected)
    with path.open("rb") as file:
        assert findings(rekey.check_image_archive(file)) == expected
    for form in (str(path), f"docker-archive:{path}", archive, io.BytesIO(archive)):
        assert findings(rekey.check_image_archive(form)) == expected


def test_a_pipe_is_read_to_its_end() -> None:
    reader, writer = os.pipe()

    def write() -> None:
        with open(writer, "wb") as pipe:
            pipe.write(ARCHIVE)

    thread = threading.Thread(target=write)
    thread.start()
    with open(reader, "rb") as pipe:
        report = rekey.check_image_archive(pipe)
    thread.join()
    assert findings(report) == findings(rekey.check_image_archive(ARCHIVE))


def test_the_name_of_a_file_object_is_in_the_report(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "app.tar"
    path.write_bytes(ARCHIVE)
    with path.open("rb") as file:
        sources = {finding.source for finding in rekey.check_image_archive(file).findings}
    assert {source.split()[0] for source in sources} == {str(path)}


class Failing(io.RawIOBase):
    def read(self, size: int = -1) -> bytes:
        raise ZeroDivisionError


def test_exceptions_of_a_file_object_are_raised_as_they_are() -> None:
    with pytest.raises(ZeroDivisionError):
        rekey.check_image_archive(Failing())
    with pytest.raises(TypeError, match='mode "rb"'):
        rekey.check_image_archive(io.StringIO("text"))
    with pytest.raises(TypeError):
        rekey.check_image_archive(1)


def test_a_missing_file_is_named_and_so_is_one_with_a_similar_name(tmp_path: pathlib.Path) -> None:
    (tmp_path / "app.tar").write_bytes(ARCHIVE)
    with pytest.raises(FileNotFoundError, match="did you mean `.*app.tar`"):
        rekey.check_image_archive(tmp_path / "ap.tar")
    with pytest.raises(FileNotFoundError, match="No such file or directory: "):
        rekey.check_image_archive(tmp_path / "other.tar")


def test_a_truncated_compressed_archive_is_cut_off() -> None:
    with pytest.raises(OSError, match="the archive is cut off"):
        rekey.check_image_archive(gzip.compress(ARCHIVE)[:200])
