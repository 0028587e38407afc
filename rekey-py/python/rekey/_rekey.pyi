import datetime
import os
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias, TypedDict, TypeVar, final

from typing_extensions import Unpack

__all__ = [
    "RULES",
    "Argument",
    "Basis",
    "Counts",
    "Dockerfile",
    "Edit",
    "Fact",
    "Finding",
    "Fix",
    "Flag",
    "Forecast",
    "GitUrl",
    "Image",
    "ImageReference",
    "Instruction",
    "PrivateKey",
    "Problem",
    "Rehearsal",
    "Related",
    "Report",
    "Rule",
    "Section",
    "Stage",
    "Submission",
    "Tag",
    "Target",
    "__version__",
    "_main",
    "_restore",
    "apply_fixes",
    "check_credentials",
    "check_dockerfile",
    "check_dockerfiles",
    "check_git_url",
    "check_git_urls",
    "check_image",
    "check_image_archive",
    "check_private_key",
    "check_reference",
    "check_rehearsal",
    "check_submission",
    "check_submissions",
    "check_tag",
    "check_tags",
    "is_git_url",
    "is_image_reference",
    "is_private_key",
    "is_tag",
    "latest_tag",
    "rehearse",
    "rule",
]

_Content: TypeAlias = str | bytes | os.PathLike[str]
class _BinaryFile(Protocol):
    """An object whose method ``read`` returns at most this many bytes, and none at the end."""
    def read(self, size: int, /) -> bytes: ...

_Flow: TypeAlias = Literal["build-service", "quay", "external"]
_Policy: TypeAlias = Literal["container", "root", "scratch-nonroot", "scratch-root", "konflux"]
_Severity: TypeAlias = Literal["error", "warning", "note"]
_Override: TypeAlias = Literal["off", "note", "warning", "error"]
_Subject: TypeAlias = Literal["submission", "git_url", "private_key", "dockerfile", "tag", "reference", "image", "credentials", "preflight_run", "rehearsal"]
_Text = TypeVar("_Text", str, bytes)

class _Row(TypedDict):
    """A finding as a row of a data frame; ``fix`` is its description, ``basis`` its kind."""

    rule: str
    parameter: str | None
    severity: _Severity
    message: str
    help: str
    basis: str
    subject: _Subject
    source: str
    start: int | None
    end: int | None
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    pointer: str | None
    layer: int | None
    path: str | None
    fix: str | None
    safety: str | None
    incomplete: bool

class _Keywords(TypedDict, total=False):
    """The parts of a target, which every check accepts as keywords."""

    flow: _Flow | None
    policy: _Policy | None
    preflight_version: str | None
    today: datetime.date | str | None
    severity: Mapping[str, _Override] | None

__version__: str
RULES: tuple[Rule, ...]

@final
class Argument:
    r"""One word of an instruction, before its variables are replaced.

    >>> Dockerfile.parse("FROM scratch\nUSER 1001\n").instructions[1].arguments[0].text
    '1001'
    """
    __match_args__ = ("text",)
    @property
    def text(self) -> str:
        """The word as written; JSON strings are decoded."""
    @property
    def start(self) -> int:
        """Its start."""
    @property
    def end(self) -> int:
        """Its end; continuations between its lines are inside."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Basis:
    """The basis of a rule: who requires it.

    ``kind`` is ``"documented"`` (Red Hat's own words, in ``quote``), ``"enforced"`` (the code of
    openshift-preflight), ``"upstream"`` (git, OpenSSH, OCI, BuildKit), ``"inferred"`` or ``"practice"``
    (advice from rekey).

    >>> basis = check_tag("1.0").findings[0].basis
    >>> basis.kind, basis.date
    ('documented', '2021-06-30')
    """
    __match_args__ = ("kind", "source", "quote", "date")
    @property
    def kind(self) -> Literal["documented", "enforced", "upstream", "inferred", "practice"]:
        """The name of the kind."""
    @property
    def source(self) -> str:
        """The place where the requirement can be read, or the reason for it."""
    @property
    def quote(self) -> str | None:
        """The quotation, if it is from Red Hat."""
    @property
    def date(self) -> str | None:
        """The date of the quoted page."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Counts:
    """The number of findings of each severity, and of unknown outcomes in the forecast.

    >>> counts = check_tag("1.0").counts
    >>> counts.errors, counts.warnings, counts.notes, counts.unknown
    (1, 0, 0, 0)
    """
    __match_args__ = ("errors", "warnings", "notes", "unknown")
    @property
    def errors(self) -> int:
        """The number of errors."""
    @property
    def warnings(self) -> int:
        """The number of warnings."""
    @property
    def notes(self) -> int:
        """The number of notes."""
    @property
    def unknown(self) -> int:
        """The number of checks whose outcome is unknown."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Dockerfile:
    r"""A Dockerfile: its instructions, and the image that it produces.

    It is parsed as BuildKit does, and never rejected: ``problems`` lists the errors. Offsets count code
    points if the text was a ``str``, and bytes if it was ``bytes`` or a file. It cannot be pickled, since a
    Dockerfile may contain secrets: pass on its text.

    >>> file = Dockerfile.parse("FROM registry.access.redhat.com/ubi9/ubi:9.6\nLABEL name=app\nUSER 1001\n")
    >>> file.accepted, file.user.value, file.labels["name"].value, file.added_layers
    (True, '1001', 'app', 0)
    >>> [(one.keyword, one.line) for one in file.instructions]
    [('FROM', 1), ('LABEL', 2), ('USER', 3)]
    """
    @staticmethod
    def parse(
        data: _Content,
        *,
        build_args: Mapping[str, str] | None = None,
        stage: str | None = None,
        platform: str | None = None,
    ) -> Dockerfile:
        r"""Parses a Dockerfile: ``str`` or ``bytes`` are its content, a path is its file.

        ``build_args`` are values as passed to the build, ``target`` is the stage to build, ``platform`` the
        platform to build for (default: ``"linux/amd64"``).

        >>> Dockerfile.parse("ARG UID\nFROM scratch\nARG UID\nUSER $UID\n").user.reason
        'build argument `UID` has no default and was not given'
        >>> Dockerfile.parse("ARG UID\nFROM scratch\nARG UID\nUSER $UID\n", build_args={"UID": "1001"}).user.value
        '1001'
        """
    @property
    def instructions(self) -> list[Instruction]:
        """The instructions in order, including those with errors."""
    @property
    def stages(self) -> list[Stage]:
        """The stages in order."""
    @property
    def target(self) -> int | None:
        """The number of the stage that is built; ``None`` if there is no stage."""
    @property
    def problems(self) -> list[Problem]:
        """The problems, in the order in which BuildKit would find them."""
    @property
    def accepted(self) -> bool:
        """True if BuildKit accepts the file: it has no error of the phase ``"parse"``."""
    @property
    def user(self) -> Fact:
        """The user of the final image."""
    @property
    def workdir(self) -> Fact:
        """The working directory of the final image."""
    @property
    def labels(self) -> dict[str, Fact]:
        """The labels that the file sets, with their values. Labels with an unknown key are omitted."""
    @property
    def added_layers(self) -> int:
        """The number of layers that the final image adds to its base."""

@final
class Edit:
    """The replacement of one range by a text.

    >>> edit = check_tag("1.0").findings[0].fix.edits[0]
    >>> edit.start, edit.end, edit.text
    (3, 3, '-1')
    """
    __match_args__ = ("start", "end", "text")
    @property
    def start(self) -> int:
        """The start of the replaced text."""
    @property
    def end(self) -> int:
        """The end of the replaced text; the same as ``start`` if text is inserted."""
    @property
    def text(self) -> str:
        """The replacement."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Fact:
    r"""A fact about the final image, as far as its Dockerfile determines it.

    >>> Dockerfile.parse("FROM ubi9\n").user
    <Fact inherited: not set here; the base image decides>
    """
    __match_args__ = ("kind", "value")
    @property
    def kind(self) -> Literal["known", "inherited", "unresolved", "error"]:
        """``"known"``, ``"inherited"`` (from the base image), ``"unresolved"`` or ``"error"``."""
    @property
    def value(self) -> str | None:
        """The value; ``None`` unless it is known."""
    @property
    def reason(self) -> str | None:
        """The reason why it is unknown."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Finding:
    """One defect that a rule found.

    Offsets count code points if the text was a ``str``, and bytes if it was ``bytes`` or a file.

    >>> text = "1.0"
    >>> finding = check_tag(text).findings[0]
    >>> finding.rule, finding.severity, text[finding.start:finding.end]
    ('tag-missing-release', 'error', '1.0')
    >>> match finding:
    ...     case Finding(rule, "error"):
    ...     print(rule)
    tag-missing-release
    """
    __match_args__ = ("rule", "severity", "message")
    @property
    def rule(self) -> str:
        """The id of the rule."""
    @property
    def parameter(self) -> str | None:
        """The rule's case, for ``rule-id:parameter``: a label's name, for example. None if there is no case, or more than one."""
    @property
    def parameters(self) -> list[str]:
        """The rule's cases: more than one if the finding joins others that differ in nothing else."""
    @property
    def severity(self) -> _Severity:
        """``"error"``, ``"warning"`` or ``"note"``, after the overrides."""
    @property
    def message(self) -> str:
        """One line that says what is wrong."""
    @property
    def help(self) -> str:
        """The advice on how to resolve it."""
    @property
    def basis(self) -> Basis:
        """The basis of the requirement."""
    @property
    def checks(self) -> list[str]:
        """The checks of openshift-preflight that fail for the same reason."""
    @property
    def docs(self) -> str:
        """The URL of the rule's page."""
    @property
    def subject(self) -> _Subject:
        """The kind of input: ``"tag"``, ``"git_url"``, and so on."""
    @property
    def source(self) -> str:
        """The file or field that it is about."""
    @property
    def start(self) -> int | None:
        """The start of the marked text; ``None`` if no text is marked."""
    @property
    def end(self) -> int | None:
        """The end of the marked text."""
    @property
    def line(self) -> int | None:
        """The line of ``start``, from 1."""
    @property
    def column(self) -> int | None:
        """The column of ``start``, from 1, in code points."""
    @property
    def end_line(self) -> int | None:
        """The line of ``end``, from 1."""
    @property
    def end_column(self) -> int | None:
        """The column of ``end``, from 1, in code points."""
    @property
    def pointer(self) -> str | None:
        """The place in a JSON document (RFC 6901)."""
    @property
    def layer(self) -> int | None:
        """The layer of an image that it is in, from 0 at the base."""
    @property
    def path(self) -> str | None:
        """The path in that layer."""
    @property
    def related(self) -> list[Related]:
        """Other places that help to explain it."""
    @property
    def fix(self) -> Fix | None:
        """The fix, if there is one."""
    @property
    def incomplete(self) -> bool:
        """True if the input may be the beginning of a valid value that is still being typed."""
    @property
    def consequences(self) -> list[Finding]:
        """The findings that disappear when this one's fix is applied. A report counts and lists them here only."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Fix:
    """A change of the text that fixes a finding. It is applied whole or not at all.

    ``safety`` is ``"safe"`` (the meaning cannot change), ``"unsafe"`` (the meaning changes to a guess of what
    was meant) or ``"display"`` (only a person can make the change).

    >>> fix = check_tag("1.0").findings[0].fix
    >>> fix.safety, fix.description, fix.edits[0].text
    ('unsafe', 'append `-1`', '-1')
    """
    __match_args__ = ("safety", "description", "edits")
    @property
    def safety(self) -> Literal["safe", "unsafe", "display"]:
        """The safety of the fix."""
    @property
    def description(self) -> str:
        """The effect of the fix, as an imperative."""
    @property
    def edits(self) -> list[Edit]:
        """The changes, ordered by place."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Flag:
    r"""A word of an instruction that begins with ``--``.

    >>> flag = Dockerfile.parse("FROM --platform=linux/amd64 scratch\n").instructions[0].flags[0]
    >>> flag.name, flag.value
    ('platform', 'linux/amd64')
    """
    __match_args__ = ("name", "value")
    @property
    def name(self) -> str:
        """Its name without dashes."""
    @property
    def value(self) -> str | None:
        """The text after the ``=``."""
    @property
    def start(self) -> int:
        """Its start."""
    @property
    def end(self) -> int:
        """Its end."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Forecast:
    """The expected result of one openshift-preflight check.

    ``outcome`` is ``"pass"``, ``"fail"``, ``"error"`` or ``"unknown"``; ``settle`` names the argument that
    would resolve an unknown outcome.

    >>> check_tag("1.0-1").forecast
    []
    """
    __match_args__ = ("check", "outcome", "reason")
    @property
    def check(self) -> str:
        """The check, by the name that preflight prints."""
    @property
    def outcome(self) -> Literal["pass", "fail", "error", "unknown"]:
        """The expected outcome."""
    @property
    def reason(self) -> str:
        """The reason, in one line."""
    @property
    def evidence(self) -> str | None:
        """The evidence: ``"dockerfile"``, ``"context"``, ``"base_table"`` and others."""
    @property
    def settle(self) -> str | None:
        """The input that would resolve an unknown outcome."""
    @property
    def rules(self) -> list[str]:
        """The rules about the same requirement."""
    @property
    def source(self) -> str:
        """The image that it is about, by file or field."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class GitUrl:
    """The address of a git repository on a server, read as git reads it.

    The host is stored in lowercase, and a password never: user info in ``https`` is not part of an address.

    >>> url = GitUrl.parse("https://gitlab.com/group/sub/app.git")
    >>> url.owner, url.repository
    ('group/sub', 'app')
    >>> str(url.to_ssh())
    'git@gitlab.com:group/sub/app.git'
    >>> match url:
    ...     case GitUrl("https", host):
    ...     print(host)
    gitlab.com
    """
    __match_args__ = ("transport", "host", "path")
    @staticmethod
    def parse(text: str) -> GitUrl:
        """Parses a URL. Raises ``GitUrlError`` with the reason if git, or a program that reads the URL after it,
        could not use it.

        >>> GitUrl.parse("git@github.com/acme/app").host
        Traceback (most recent call last):
            ...
        rekey._errors.GitUrlError: expected `:` before the path
        """
    @property
    def transport(self) -> Literal["https", "http", "ssh", "git"]:
        """The transport: ``"https"``, ``"http"``, ``"ssh"`` or ``"git"``."""
    @property
    def user(self) -> str | None:
        """The user that ssh logs in with."""
    @property
    def host(self) -> str:
        """The host in lowercase; an IPv6 address without brackets."""
    @property
    def port(self) -> int | None:
        """The port, if the URL names one."""
    @property
    def path(self) -> str:
        """The path as git passes it on."""
    @property
    def owner(self) -> str | None:
        """Everything before the repository, including subgroups; ``None`` for unknown shapes."""
    @property
    def repository(self) -> str | None:
        """The repository without ``.git``; ``None`` for unknown shapes."""
    def to_ssh(self) -> GitUrl:
        """Converts to ssh, the form to submit for a private repository. Raises ``GitUrlError`` if there is none."""
    def to_https(self) -> GitUrl:
        """Converts to https, the form to submit for a public repository. Raises ``GitUrlError`` if there is
        none.
        """
    def same_repository(self, other: GitUrl) -> bool:
        """Returns true if both name the same repository, whatever the transport.

        >>> GitUrl.parse("https://github.com/acme/app").same_repository(GitUrl.parse("git@github.com:acme/app.git"))
        True
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Image:
    """One image of a submission: its Dockerfile, the inputs of its build, and its names.

    >>> image = Image(tag="1.0-1", labels={"name": "acme/app"})
    >>> image.tag, image.labels
    ('1.0-1', {'name': 'acme/app'})
    """
    def __new__(
        cls,
        *,
        name: str | None = None,
        dockerfile: _Content | None = None,
        tag: _Content | None = None,
        published: Iterable[str] = (),
        reference: _Content | None = None,
        auth_file: _Content | None = None,
        registry_key: _Content | None = None,
        build_args: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        stage: str | None = None,
        base_config: _Content | None = None,
        context: str | os.PathLike[str] | None = None,
    ) -> Image: ...
    @property
    def name(self) -> str | None:
        """The name in reports, if there are multiple images."""
    @property
    def dockerfile(self) -> _Content | None:
        """The Dockerfile, by content or path."""
    @property
    def tag(self) -> _Content | None:
        """The image tag."""
    @property
    def published(self) -> tuple[str, ...]:
        """The tags that the image was already published with."""
    @property
    def reference(self) -> _Content | None:
        """The reference that the image is pushed to."""
    @property
    def build_args(self) -> dict[str, str]:
        """Values of build arguments."""
    @property
    def labels(self) -> dict[str, str]:
        """Labels that the build sets."""
    @property
    def stage(self) -> str | None:
        """The stage to build."""
    @property
    def base_config(self) -> _Content | None:
        """The config JSON of the base image, by content or path."""
    @property
    def context(self) -> pathlib.Path | None:
        """The folder that the build copies from."""
    def __eq__(self, other: object, /) -> bool: ...
    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...

@final
class ImageReference:
    """An image reference in its full form, as ``podman push`` and ``docker push`` read it.

    >>> reference = ImageReference.parse("quay.io/team/app:1.0-1")
    >>> reference.domain, reference.path, reference.tag, reference.digest
    ('quay.io', 'team/app', '1.0-1', None)
    >>> str(ImageReference.parse("redis"))
    'docker.io/library/redis'
    >>> match reference:
    ...     case ImageReference("quay.io", path):
    ...     print(path)
    team/app
    """
    __match_args__ = ("domain", "path", "tag", "digest")
    @staticmethod
    def parse(text: str) -> ImageReference:
        """Parses a reference. Raises ``ImageReferenceError`` with the place where the text violates the grammar.

        >>> ImageReference.parse("quay.io/Team/app")
        Traceback (most recent call last):
            ...
        rekey._errors.ImageReferenceError: expected lowercase letters in the name, found `T`
        """
    @property
    def domain(self) -> str:
        """The registry: a host, possibly with a port."""
    @property
    def path(self) -> str:
        """The repository in the registry."""
    @property
    def tag(self) -> str | None:
        """The tag, if there is one; there is no default."""
    @property
    def digest(self) -> str | None:
        """The digest: algorithm, colon, hexadecimal digits."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Instruction:
    r"""One instruction of a Dockerfile.

    >>> text = "FROM scratch\nCOPY --chown=1001 a b /\n"
    >>> copy = Dockerfile.parse(text).instructions[1]
    >>> copy.keyword, copy.line, [one.text for one in copy.arguments], copy.flags[0].name
    ('COPY', 2, ['a', 'b', '/'], 'chown')
    >>> text[copy.start:copy.end]
    'COPY --chown=1001 a b /'
    """
    __match_args__ = ("keyword", "arguments")
    @property
    def keyword(self) -> str:
        """The keyword in uppercase."""
    @property
    def line(self) -> int:
        """The line of the keyword, from 1."""
    @property
    def end_line(self) -> int:
        """The last line, including heredocs."""
    @property
    def start(self) -> int:
        """The start of the keyword."""
    @property
    def end(self) -> int:
        """The end of the last argument, without heredocs."""
    @property
    def flags(self) -> list[Flag]:
        """The words that begin with ``--``."""
    @property
    def arguments(self) -> list[Argument]:
        """All other words; the command of a shell form is one."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class PrivateKey:
    """An RSA private key without a passphrase.

    It cannot be pickled, copied or hashed, equals only itself, prints no key material, and is wiped from
    memory when it is deleted. The result of :meth:`to_pkcs1_pem` is an ordinary ``str``, which cannot be
    wiped.

    >>> PrivateKey.parse("ssh-rsa AAAA")
    Traceback (most recent call last):
    ...
    rekey._errors.PrivateKeyError: expected an RSA private key, found a public key
    """
    @staticmethod
    def parse(data: _Content) -> PrivateKey:
        """Parses a private key in PKCS#1, PKCS#8 or OpenSSH's format: ``str`` or ``bytes`` are its content, a
        path is its file. Raises ``PrivateKeyError`` with the reason and the place, without quoting the text.
        """
    @property
    def bits(self) -> int:
        """The length of the modulus in bits."""
    def public_key(self) -> str:
        """The public half, as a line for ``authorized_keys`` or a git host."""
    def fingerprint(self) -> str:
        """The fingerprint that ``ssh-keygen -l`` prints and git hosts show."""
    def md5_fingerprint(self) -> str:
        """The fingerprint that ``ssh-keygen -l -E md5`` prints."""
    def matches(self, public_key: _Content) -> bool:
        """Returns true if a public key or a fingerprint belongs to this key: ``str`` or ``bytes`` are its
        content, a path is its file.

        It may be a line as in ``id_rsa.pub`` or ``authorized_keys``, ``BEGIN PUBLIC KEY``,
        ``BEGIN RSA PUBLIC KEY``, RFC 4716, a fingerprint, or the JSON in which GitHub and GitLab list deploy
        keys; of multiple keys, one match is enough. The key of a host, as ``ssh-keyscan`` prints it, never
        matches. Raises ``PublicKeyError`` with the reason if the content is not a public key.
        """
    def to_pkcs1_pem(self) -> str:
        """The key in the format that the service asks for, PKCS#1: it contains the whole secret."""
    def __hash__(self) -> int: ...

@final
class Problem:
    r"""A problem of a Dockerfile.

    >>> problem = Dockerfile.parse("FORM scratch\n").problems[0]
    >>> problem.severity, problem.phase, problem.line
    ('error', 'parse', 1)
    """
    __match_args__ = ("severity", "message")
    @property
    def severity(self) -> Literal["error", "warning"]:
        """``"error"`` (BuildKit stops) or ``"warning"`` (BuildKit continues, but the file probably does not mean
        what it says).
        """
    @property
    def message(self) -> str:
        """One line that says what is wrong."""
    @property
    def phase(self) -> Literal["parse", "evaluate"]:
        """The phase in which BuildKit finds it: ``"parse"`` or ``"evaluate"``."""
    @property
    def line(self) -> int:
        """The first line of the instruction, from 1."""
    @property
    def start(self) -> int:
        """The start of the wrong part."""
    @property
    def end(self) -> int:
        """The end of the wrong part."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Related:
    """Another place that helps to explain a finding.

    >>> check_tag("1.0").findings[0].related
    []
    """
    __match_args__ = ("message", "source", "start", "end")
    @property
    def message(self) -> str:
        """The explanation."""
    @property
    def source(self) -> str:
        """The file or field."""
    @property
    def start(self) -> int | None:
        """The start of the place; ``None`` means the whole source."""
    @property
    def end(self) -> int | None:
        """The end of the place."""
    @property
    def line(self) -> int | None:
        """The line of ``start``, from 1."""
    @property
    def column(self) -> int | None:
        """The column of ``start``, from 1, in code points."""
    @property
    def end_line(self) -> int | None:
        """The line of ``end``, from 1."""
    @property
    def end_column(self) -> int | None:
        """The column of ``end``, from 1, in code points."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Report:
    """The findings of one or more inputs, checked against one target.

    It never contains the text of an input. Properties are computed on access, so a report of which only
    ``passed`` is read costs little.

    >>> report = check_tag("1.0")
    >>> report.passed, report.counts.errors
    (False, 1)
    >>> [finding.rule for finding in report.findings]
    ['tag-missing-release']
    """
    @property
    def findings(self) -> list[Finding]:
        """Every finding, sorted by source, place and rule."""
    @property
    def forecast(self) -> list[Forecast]:
        """The expected results of openshift-preflight's checks for the image; empty if the input is not about an
        image.
        """
    @property
    def passed(self) -> bool:
        """True if there is no finding of severity error."""
    @property
    def counts(self) -> Counts:
        """The number of findings of each severity, and of unknown outcomes in the forecast."""
    @property
    def facts(self) -> dict[str, Any] | None:
        """The facts that were read: those of a single input, ``None`` if it could not be parsed; those of
        multiple inputs by source.
        """
    @property
    def sections(self) -> list[Section]:
        """The inputs that were checked, each with its facts.

        >>> [(part.subject, part.source, part.facts) for part in check_tag("1.0-1").sections]
        [('tag', 'tag', {'version': '1.0', 'release': '1'})]
        """
    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps of a rehearsal, each with its name, state, time and evidence; empty for other checks.

        >>> check_tag("1.0-1").steps
        []
        """
    @property
    def target(self) -> Target:
        """The target that it was checked against, which other checks accept as ``target``.

        >>> check_tag("1.0-1", flow="quay").target
        <Target flow quay, policy container, preflight 1.21.0, no date>
        """
    @property
    def notices(self) -> list[str]:
        """Notices about how files were read and which version of preflight was used, one line each."""
    def rows(self) -> list[_Row]:
        """The findings as flat rows of plain values, for a data frame: ``pandas.DataFrame(rows)``, ``polars.DataFrame(rows)``,
        ``pyarrow.Table.from_pylist(rows)``. Every row has the same keys.

        >>> tags = ["1.0-1", "1.0", "latest"]
        >>> rows = [{"tag": tag, **row} for tag, report in zip(tags, check_tags(tags)) for row in report.rows()]
        >>> [(row["tag"], row["rule"], row["severity"]) for row in rows if row["severity"] == "error"]
        [('1.0', 'tag-missing-release', 'error'), ('latest', 'tag-latest', 'error')]
        """
    def to_json(self) -> str:
        """The whole report as JSON, the same in every language: its offsets count bytes.

        >>> import json
        >>> json.loads(check_tag("1.0-1").to_json())["passed"]
        True
        """
    def to_sarif(self) -> str:
        """The whole report as SARIF 2.1.0, for code hosts and editors.

        >>> import json
        >>> json.loads(check_tag("1.0").to_sarif())["runs"][0]["results"][0]["ruleId"]
        'tag-missing-release'
        """
    def render(self, source_text: _Content | Mapping[str, _Content] | Submission | None = None) -> str:
        """The report as text for people: a summary, the findings in at most six lines each, the checks of preflight that do not pass.

        A report does not contain the text of its inputs. ``source_text`` provides it for snippets: the text
        itself for a single input, a mapping from source to text, or the submission that was checked. A key is
        never shown, and neither is a secret in another text. A report from a pickle is shown without
        snippets.

        >>> text = "1.0"
        >>> print(check_tag(text).render(text).splitlines()[0])
        1 error in 1 input (flow build-service, policy container, preflight 1.21.0)
        """
    def __eq__(self, other: object, /) -> bool: ...

@final
class Rule:
    """A rule: the defect, why it matters, how to resolve it, and who requires it.

    >>> one = rule("tag-missing-release")
    >>> one.subject, one.severity, one.basis.kind
    ('tag', 'error', 'documented')
    >>> one.flows
    ['build-service']
    """
    @property
    def id(self) -> str:
        """The id, ``subject-defect``."""
    @property
    def subject(self) -> _Subject:
        """The kind of input."""
    @property
    def severity(self) -> _Severity:
        """The severity of its findings, before overrides."""
    @property
    def summary(self) -> str:
        """One line that says what is wrong, without values of an input."""
    @property
    def why(self) -> str:
        """The reason why it matters."""
    @property
    def help(self) -> str:
        """The advice on how to resolve a finding."""
    @property
    def basis(self) -> Basis:
        """The basis of the requirement."""
    @property
    def checks(self) -> list[str]:
        """The checks of openshift-preflight that fail for the same reason."""
    @property
    def docs(self) -> str:
        """The URL of its page."""
    @property
    def since(self) -> str:
        """The version of rekey that introduced it."""
    @property
    def flows(self) -> list[_Flow]:
        """The flows in which it applies."""
    @property
    def policies(self) -> list[_Policy]:
        """The policies under which it applies."""
    @property
    def since_preflight(self) -> str | None:
        """The first version of openshift-preflight for which it applies; ``None`` if it applies to all."""
    @property
    def before_preflight(self) -> str | None:
        """The first version of openshift-preflight for which it no longer applies."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Section:
    """One input of a report.

    >>> (part,) = check_git_url("https://github.com/acme/app").sections
    >>> part.passed, part.facts["repository"]
    (True, 'app')
    """
    __match_args__ = ("subject", "source", "passed")
    @property
    def subject(self) -> _Subject:
        """The kind of input."""
    @property
    def source(self) -> str:
        """The file or field."""
    @property
    def passed(self) -> bool:
        """True if it has no finding of severity error."""
    @property
    def facts(self) -> dict[str, Any] | None:
        """The facts that were read from it; ``None`` if it could not be parsed."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Stage:
    r"""A stage of a Dockerfile.

    >>> build, final = Dockerfile.parse("FROM golang:1.25 AS build\nFROM scratch\n").stages
    >>> build.name, build.base, build.kind, build.needed
    ('build', 'golang:1.25', 'image', False)
    """
    __match_args__ = ("name", "base")
    @property
    def index(self) -> int:
        """Its number, from 0."""
    @property
    def name(self) -> str | None:
        """Its name in lowercase."""
    @property
    def base(self) -> str:
        """Its base, with variables replaced if they are known."""
    @property
    def kind(self) -> Literal["scratch", "stage", "image", "unresolved", "error"]:
        """The kind of the base: ``"scratch"``, ``"stage"``, ``"image"``, ``"unresolved"`` or ``"error"``."""
    @property
    def line(self) -> int:
        """The line of its ``FROM``, from 1."""
    @property
    def needed(self) -> bool:
        """True if the stage that is built needs it."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Submission:
    """The submission of a partner to Red Hat, as a whole. Each field may be missing: the flow decides which ones
    are required.

    ``str`` and ``bytes`` are content, paths are files, which are read when the submission is checked. A
    single image can be given by its fields, multiple ones by ``images``. A submission that contains a key
    cannot be pickled, copied or hashed; one that names the key's file can.

    >>> submission = Submission(git_url="https://github.com/acme/app", tag="1.0-1")
    >>> submission.git_url, submission.images[0].tag
    ('https://github.com/acme/app', '1.0-1')
    >>> import pickle
    >>> pickle.dumps(Submission(private_key="..."))
    Traceback (most recent call last):
    ...
    TypeError: a Submission with a private key cannot be pickled, copied or hashed: pass the path of its file
    """
    def __new__(
        cls,
        *,
        git_url: _Content | None = None,
        private: bool | None = None,
        private_key: _Content | None = None,
        public_key: _Content | None = None,
        fingerprint: _Content | None = None,
        dockerfile: _Content | None = None,
        tag: _Content | None = None,
        published: Iterable[str] = (),
        reference: _Content | None = None,
        auth_file: _Content | None = None,
        registry_key: _Content | None = None,
        build_args: Mapping[str, str] | None = None,
        labels: Mapping[str, str] | None = None,
        stage: str | None = None,
        base_config: _Content | None = None,
        context: str | os.PathLike[str] | None = None,
        images: Iterable[Image] | None = None,
    ) -> Submission: ...
    @property
    def git_url(self) -> _Content | None:
        """The git source URL."""
    @property
    def private(self) -> bool | None:
        """True for a private repository, false for a public one; ``None`` if unknown."""
    @property
    def public_key(self) -> _Content | None:
        """The public half that the git host has, by content or path."""
    @property
    def fingerprint(self) -> _Content | None:
        """The fingerprint that the git host shows."""
    @property
    def images(self) -> tuple[Image, ...]:
        """The images that are built, at least one."""
    @staticmethod
    def from_path(path: str | os.PathLike[str]) -> Submission:
        r"""Loads the submission in a folder, or that of a ``rekey.toml``: the files that it names, and inputs
        found in the checkout. Raises ``OSError`` if a file cannot be read, and ``ValueError`` if
        ``rekey.toml`` is invalid or there is nothing to check.

        Offsets of its findings count bytes. It is pickled as its path.

        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     _ = pathlib.Path(folder, "rekey.toml").write_text("[[image]]\ntag = '1.0'\n")
        ...     submission = Submission.from_path(folder)
        >>> submission.images[0].tag, check_submission(submission).passed
        ('1.0', False)
        """
    @property
    def path(self) -> pathlib.Path | None:
        """The folder or ``rekey.toml`` that it was read from."""
    def __eq__(self, other: object, /) -> bool: ...

@final
class Tag:
    """An image tag: ``version`` and, if there is one, the ``release`` after the last dash.

    >>> tag = Tag.parse("1.0-beta-3")
    >>> tag.version, tag.release
    ('1.0-beta', '3')
    >>> match Tag.parse("latest"):
    ...     case Tag(version, None):
    ...     print(version, "has no release")
    latest has no release

    Tags are ordered by age:

    >>> Tag.parse("1.0-9") < Tag.parse("1.0-10") < Tag.parse("1.1-rc1-1")
    True
    """
    __match_args__ = ("version", "release")
    @staticmethod
    def parse(text: str) -> Tag:
        """Parses a tag. Raises ``TagError`` with the place where the text violates the grammar.

        >>> Tag.parse("1.0+2")
        Traceback (most recent call last):
            ...
        rekey._errors.TagError: expected a letter, digit, `_`, `.` or `-`, found `+`
        """
    @property
    def version(self) -> str:
        """The text before the release, or the whole tag if there is no release."""
    @property
    def release(self) -> str | None:
        """The number after the last dash, as written."""
    def next_release(self, published: Iterable[str] = ()) -> Tag:
        """Returns the tag of the next build: one more than the highest release of this version, including this
        tag and the published ones. Raises ``TagError`` if the tag has no version or if its release is a
        timestamp.

        >>> str(Tag.parse("1.0-1").next_release()), str(Tag.parse("1.0-1").next_release(["1.0-4", "1.1-9"]))
        ('1.0-2', '1.0-5')
        """
    def __lt__(self, other: Tag, /) -> bool: ...
    def __le__(self, other: Tag, /) -> bool: ...
    def __gt__(self, other: Tag, /) -> bool: ...
    def __ge__(self, other: Tag, /) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Target:
    """The target that an input is checked against.

    ``flow`` is ``"build-service"``, ``"quay"`` or ``"external"``; ``policy`` is preflight's (``"container"``,
    ``"root"``, ``"scratch-nonroot"``, ``"scratch-root"``, ``"konflux"``); ``preflight_version`` is the latest
    by default; ``today``, a ``date`` or ``"2026-11-23"``, is the date for judging ends of life; ``severity``
    overrides severities: ``{"rule-id": "off"}``, ``{"rule-id:parameter": "warning"}``. An invalid value
    raises ``ValueError``.

    Every check takes a target, or these parts of one as keywords. A keyword overrides that part of the
    target; severities are added after those of the target.

    >>> target = Target(flow="quay", severity={"tag-missing-release": "warning"})
    >>> report = check_tag("1.0", target=target)
    >>> report.passed, report.target == target
    (True, True)
    >>> check_tag("1.0", target=target, today="2026-11-23").target
    <Target flow quay, policy container, preflight 1.21.0, 2026-11-23, tag-missing-release warning>
    """
    __match_args__ = ("flow", "policy", "preflight_version", "today", "severity")
    def __new__(
        cls,
        flow: _Flow = "build-service",
        policy: _Policy = "container",
        preflight_version: str | None = None,
        today: datetime.date | str | None = None,
        severity: Mapping[str, _Override] | None = None,
    ) -> Target: ...
    @property
    def flow(self) -> _Flow:
        """The way in which the image is submitted."""
    @property
    def policy(self) -> _Policy:
        """The policy of openshift-preflight."""
    @property
    def preflight_version(self) -> str:
        """The version of openshift-preflight."""
    @property
    def today(self) -> str | None:
        """The date for judging ends of life, if given."""
    @property
    def severity(self) -> dict[str, _Override]:
        """Severities by rule id, ``rule-id:parameter`` or the name of a check; the last one wins."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def apply_fixes(text: _Text, findings: Iterable[Finding], safety: Literal["safe", "unsafe"] = "safe") -> _Text:
    """Returns the text with the fixes of the findings applied: those that are safe, and with ``safety="unsafe"``
    also those that change the meaning to a guess of what was meant.

    A fix is applied whole or not at all; one that overlaps an earlier one is skipped. The findings must be
    about this text, and about one source.

    >>> text = "1.0"
    >>> apply_fixes(text, check_tag(text).findings, safety="unsafe")
    '1.0-1'
    """
def check_dockerfile(
    data: _Content,
    *,
    build_args: Mapping[str, str] | None = None,
    stage: str | None = None,
    labels: Mapping[str, str] | None = None,
    base_config: _Content | None = None,
    context: str | os.PathLike[str] | None = None,
    platform: str | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    r"""Checks a Dockerfile: ``str`` or ``bytes`` are its content, a path is its file.

    Further inputs of the build: ``build_args`` and ``labels`` as passed to the build, ``stage`` the one to
    build, ``base_config`` the config JSON of the base image (``skopeo inspect --config``), ``context`` the
    path of the folder that the build copies from, ``platform`` such as ``"linux/arm64"``. The other keywords
    are those of :class:`Target`.

    >>> report = check_dockerfile("FROM registry.access.redhat.com/ubi9/ubi\n", labels={"name": "acme/app"})
    >>> report.counts.errors == sum(finding.severity == "error" for finding in report.findings)
    True
    """
def check_dockerfiles(
    datas: Iterable[_Content],
    *,
    build_args: Mapping[str, str] | None = None,
    stage: str | None = None,
    labels: Mapping[str, str] | None = None,
    base_config: _Content | None = None,
    context: str | os.PathLike[str] | None = None,
    platform: str | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> list[Report]:
    """Checks many Dockerfiles with the same inputs of the build, without blocking other threads, and returns the
    reports in the same order.

    The keywords are those of :func:`check_dockerfile`.

    >>> reports = check_dockerfiles(["FROM scratch", "FORM scratch"])
    >>> [any(f.rule == "dockerfile-invalid-syntax" for f in report.findings) for report in reports]
    [False, True]
    """
def check_git_url(
    text: _Content,
    *,
    private: bool | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks a git source URL. ``private`` says whether the repository is private, if that is known.

    The other keywords are those of :class:`Target`.

    >>> check_git_url("https://github.com/acme/app").passed
    True
    """
def check_git_urls(
    texts: Iterable[_Content],
    *,
    private: bool | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> list[Report]:
    """Checks many git source URLs against one target, without blocking other threads, and returns the reports in
    the same order.

    The keywords are those of :func:`check_git_url`.

    >>> [report.passed for report in check_git_urls(["https://github.com/acme/app", "github.com/acme/app"])]
    [True, False]
    """
def check_credentials(
    *,
    auth_file: _Content | None = None,
    registry_key: _Content | None = None,
    reference: _Content | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks the credentials for pushing an image: an auth file, the registry key of its project, or both.

    ``reference`` decides which entry of the auth file is used. No part of the auth file and the key is shown
    anywhere. The other keywords are those of :class:`Target`.

    >>> [finding.message for finding in check_credentials(registry_key="0A" * 30, flow="quay").findings]
    ['expected a key of 64 uppercase letters and digits, found 60']
    """
@final
class Rehearsal:
    r"""The steps of a rehearsal as they end, each a dictionary; then ``report`` has the result.

    Dropping it stops the rehearsal.

    >>> import pathlib, tempfile
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> text = "[git]\nurl = 'git@github.com/acme/app'\n[[image]]\ntag = '1.0-1'\n"
    >>> _ = (folder / "rekey.toml").write_text(text)
    >>> steps = rehearse(folder, until="reach")
    >>> [step["name"] for step in steps]
    ['reach']
    >>> [finding.rule for finding in steps.report.findings]
    ['git-url-scp-missing-colon']
    """
    def __iter__(self) -> Rehearsal: ...
    def __next__(self) -> dict[str, Any]: ...
    @property
    def report(self) -> Report:
        """The report, after the last step; it waits for it."""
def rehearse(
    path: str | os.PathLike[str],
    *,
    until: str = "image",
    branch: str | None = None,
    bases: Sequence[str] = (),
    host_key: str | None = None,
    timeout: int | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Rehearsal:
    """Rehearses the submission in a folder: clones, builds and examines it with the very details of the form.

    It yields each step as it ends, as a dictionary with ``name``, ``milliseconds`` and ``evidence``; ``report`` of the result has their states
    and all findings. ``until`` is the last step, ``bases`` are base images on disk such as
    ``"registry.access.redhat.com/ubi9/ubi:9.6=oci:ubi9"``, and ``timeout`` is the limit of each step in seconds. The build runs
    the commands of the repository. The other keywords are those of :class:`Target`.

    >>> rehearse("no-such-folder")
    Traceback (most recent call last):
    ...
    OSError: no-such-folder: no such file
    """
def check_rehearsal(
    dockerfile: _Content,
    *,
    facts: _Content,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Judges the facts that a rehearsal recorded, as JSON, and the Dockerfile of the commit, with the commit as its build context.

    Nothing is connected to, cloned or built. The other keywords are those of :class:`Target`. A text that is not the facts of a
    rehearsal raises ``ValueError``.

    >>> facts = '{"source": {"failure": {"kind": "empty"}}}'
    >>> [finding.rule for finding in check_rehearsal("", facts=facts).findings]
    ['rehearsal-empty-repository']
    """
def check_reference(
    text: _Content,
    *,
    published: Iterable[str] = (),
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks the reference that an image is pushed to.

    ``published`` are the tags that the image was already published with. The other keywords are those of
    :class:`Target`.

    >>> [finding.rule for finding in check_reference("quay.io/acme/app:latest", flow="external").findings]
    ['reference-latest']
    """
def check_image(
    reference: _Content,
    *,
    published: Iterable[str] = (),
    config: _Content | None = None,
    manifest: _Content | None = None,
    auth_file: _Content | None = None,
    registry_key: _Content | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks the reference that an image is pushed to, and other inputs about the image and its push.

    ``published`` are the tags that the image was already published with, ``config`` and ``manifest`` its JSON
    documents, ``auth_file`` is the credentials file for the push (podman's ``auth.json``, docker's
    ``config.json``), ``registry_key`` the project's key. No part of the last two is shown anywhere. The other
    keywords are those of :class:`Target`.

    >>> reference = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"
    >>> check_image(reference, flow="quay").passed
    True
    >>> [finding.message for finding in check_image(reference, registry_key="0A" * 30, flow="quay").findings]
    ['expected a key of 64 uppercase letters and digits, found 60']
    """
def check_image_archive(
    archive: str | os.PathLike[str] | bytes | _BinaryFile,
    *,
    reference: _Content | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks every image of an archive, from ``podman save``, ``docker save`` or ``skopeo copy``, or of an OCI
    layout.

    ``archive`` is a path; a text that names the kind and the image as in skopeo, ``"oci:DIR:NAME"``,
    ``"oci-archive:FILE"``, ``"docker-archive:FILE"``, ``"dir:DIR"``; the bytes of an archive; or a binary file
    object, which is read to its end and stored in a temporary file without a name. gzip or zstd around the
    whole archive is removed. ``reference`` is the destination of the push. The other keywords are those of
    :class:`Target`. A file that cannot be read or contains no image raises ``OSError``.

    >>> check_image_archive("no-such.tar")
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no-such.tar'
    >>> check_image_archive(b"no archive")
    Traceback (most recent call last):
    ...
    OSError: archive: not an image archive: the tar ends within a header
    """
def check_private_key(
    data: _Content,
    *,
    public_key: _Content | None = None,
    fingerprint: _Content | None = None,
    mode: int | None = None,
    quick: bool = False,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks an SSH private key: ``str`` or ``bytes`` are its content, a path is its file.

    ``public_key`` and ``fingerprint`` are those that the git host shows: they must belong to the key.
    ``mode`` is the permission bits of its file, if the key is not given by path. ``quick`` tests the primes
    only to base 2, which takes a third of the time and finds accidents but not every forgery. The report
    contains no key material. The content of a file is wiped from memory afterwards; Python's own ``str`` and
    ``bytes`` cannot be wiped.

    >>> check_private_key("").to_json().count("BEGIN")
    0
    """
def check_submission(
    submission: Submission,
    *,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks every field of a submission and whether they fit together.

    The keywords are those of :class:`Target`; each takes precedence over its ``rekey.toml``. So does a
    ``target`` for flow, policy and version, even if they are the defaults.

    >>> check_submission(Submission(git_url="https://github.com/acme/app", tag="1.0")).passed
    False
    """
def check_submissions(
    submissions: Iterable[Submission],
    *,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> list[Report]:
    """Checks many submissions, also against each other, and returns the reports in the same order.

    Only a batch can show that two submissions share a private key or a registry key, that two keys have a
    prime in common, or that two images go to the same project or reference. The findings name the others in
    ``related``. The keywords are those of :func:`check_submission`. Other threads are not blocked.

    >>> one, two = check_submissions([Submission(reference="quay.io/acme/app:1.0-1")] * 2)
    >>> [other.source for finding in two.findings for other in finding.related]
    ['submissions[0].reference']
    """
def check_tag(
    text: _Content,
    *,
    published: Iterable[str] = (),
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks an image tag.

    ``published`` are the tags that the image was already published with. ``target`` is the target that the
    tag is checked against, and the keywords are its parts: ``flow``, ``policy``, ``preflight_version``,
    ``today`` and ``severity``. They are the same for every check, and :class:`Target` describes them.

    An invalid option raises ``ValueError``; a text never does, except that a ``str`` with lone surrogates
    raises ``UnicodeEncodeError``.

    >>> check_tag("1.0-1").passed
    True
    >>> check_tag("1.0").findings[0].message
    'expected a dash and a release number after `1.0`, found the end'
    >>> check_tag("1.0", severity={"tag-missing-release": "warning"}).passed
    True
    """
def check_tags(
    texts: Iterable[_Content],
    *,
    published: Iterable[str] = (),
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> list[Report]:
    """Checks many image tags against one target, without blocking other threads, and returns the reports in the
    same order.

    The keywords are those of :func:`check_tag`.

    >>> [report.passed for report in check_tags(["1.0-1", "1.0"])]
    [True, False]
    """
def is_git_url(text: _Content) -> bool:
    """Returns true if the text is a git URL and nothing else.

    >>> is_git_url("git@github.com:acme/app.git"), is_git_url("git@github.com/acme/app")
    (True, False)
    """
def is_image_reference(text: _Content) -> bool:
    """Returns true if the text is an image reference and nothing else.

    >>> is_image_reference("quay.io/team/app:1.0-1"), is_image_reference("quay.io/Team/app")
    (True, False)
    """
def latest_tag(tags: Iterable[str]) -> Tag | None:
    """Returns the latest of the tags that have a version; ``None`` if there is none. Invalid tags are ignored.

    >>> str(latest_tag(["1.0-9", "1.0-10", "latest", "1.0+2"]))
    '1.0-10'
    """
def is_private_key(data: _Content) -> bool:
    """Returns true if the content is an RSA private key without a passphrase and nothing else.

    >>> is_private_key("ssh-rsa AAAA")
    False
    """
def is_tag(text: _Content) -> bool:
    """Returns true if the text is an image tag and nothing else.

    >>> is_tag("1.0-1"), is_tag("-1")
    (True, False)
    """
def rule(id: str) -> Rule:
    """Returns the rule with that id. Raises ``KeyError`` if there is none.

    >>> rule("tag-invalid").summary
    'text is not an image tag'
    """
def _restore(class_: str, state: str) -> Any:
    """Restores an object from a pickle."""
def _main(args: Sequence[str]) -> int:
    """Runs the command; the first argument is the program's name."""
