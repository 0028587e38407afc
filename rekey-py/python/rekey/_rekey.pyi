import datetime
import os
import pathlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar, final

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
    "check_submission",
    "check_submissions",
    "check_tag",
    "check_tags",
    "is_git_url",
    "is_image_reference",
    "is_private_key",
    "is_tag",
    "latest_tag",
    "rule",
]

_Content: TypeAlias = str | bytes | os.PathLike[str]
_Flow: TypeAlias = Literal["build-service", "quay", "external"]
_Policy: TypeAlias = Literal["container", "root", "scratch-nonroot", "scratch-root", "konflux"]
_Severity: TypeAlias = Literal["error", "warning", "note"]
_Override: TypeAlias = Literal["off", "note", "warning", "error"]
_Subject: TypeAlias = Literal["submission", "git_url", "private_key", "dockerfile", "tag", "reference", "image", "credentials", "preflight_run"]
_Text = TypeVar("_Text", str, bytes)

class _Row(TypedDict):
    """A finding as a row of a data frame; ``fix`` is what it does, ``basis`` its kind."""

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
    """The parts of a target, as every check takes them."""

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
        """The word as it is written; strings of JSON are decoded."""
    @property
    def start(self) -> int:
        """Where it begins."""
    @property
    def end(self) -> int:
        """Where it ends; continuations between its lines lie inside."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Basis:
    """Who requires what a rule checks.

    ``kind`` is ``"documented"`` (Red Hat's own words, in ``quote``), ``"enforced"`` (what openshift-preflight does),
    ``"upstream"`` (git, OpenSSH, OCI, BuildKit), ``"inferred"`` or ``"practice"`` (ours).

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
        """Where it can be read, or why it holds."""
    @property
    def quote(self) -> str | None:
        """The words of the page, where they are Red Hat's."""
    @property
    def date(self) -> str | None:
        """The day as of which the page said so."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Counts:
    """How many findings of each severity there are, and how many forecasts are unknown.

    >>> counts = check_tag("1.0").counts
    >>> counts.errors, counts.warnings, counts.notes, counts.unknown
    (1, 0, 0, 0)
    """
    __match_args__ = ("errors", "warnings", "notes", "unknown")
    @property
    def errors(self) -> int:
        """Findings of severity error."""
    @property
    def warnings(self) -> int:
        """Findings of severity warning."""
    @property
    def notes(self) -> int:
        """Findings of severity note."""
    @property
    def unknown(self) -> int:
        """Checks whose outcome cannot be told."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Dockerfile:
    r"""A Dockerfile: its instructions, and what the image is that it makes.

    It is read as BuildKit reads it, and never refused: what is wrong is among ``problems``. Offsets count code points
    where the text was a ``str``, and bytes where it was ``bytes`` or a file. It is not pickled, since a Dockerfile may
    hold secrets: hand on its text.

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
        r"""Reads a Dockerfile: ``str`` or ``bytes`` are its content, a path is its file.

        ``build_args`` are values as the build is given them, ``target`` is the stage to build, ``platform`` the one to
        build for, ``"linux/amd64"`` unless given.

        >>> Dockerfile.parse("ARG UID\nFROM scratch\nARG UID\nUSER $UID\n").user.reason
        'build argument `UID` has no default and was not given'
        >>> Dockerfile.parse("ARG UID\nFROM scratch\nARG UID\nUSER $UID\n", build_args={"UID": "1001"}).user.value
        '1001'
        """
    @property
    def instructions(self) -> list[Instruction]:
        """The instructions in order; those with errors too."""
    @property
    def stages(self) -> list[Stage]:
        """The stages in order."""
    @property
    def target(self) -> int | None:
        """The number of the stage that is built; none where there is no stage."""
    @property
    def problems(self) -> list[Problem]:
        """What is wrong, in the order in which BuildKit would find it."""
    @property
    def accepted(self) -> bool:
        """Whether BuildKit takes the file: no error of the phase ``"parse"``."""
    @property
    def user(self) -> Fact:
        """The user of the final image."""
    @property
    def workdir(self) -> Fact:
        """The working directory of the final image."""
    @property
    def labels(self) -> dict[str, Fact]:
        """The labels that the file sets, and what their values are. One whose key is not known is left out."""
    @property
    def added_layers(self) -> int:
        """How many layers the final image adds to its base."""

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
        """Where the replaced text begins."""
    @property
    def end(self) -> int:
        """Where the replaced text ends; the same as ``start`` where text is inserted."""
    @property
    def text(self) -> str:
        """What stands there afterwards."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Fact:
    r"""Something about the final image, as far as its Dockerfile tells.

    >>> Dockerfile.parse("FROM ubi9\n").user
    <Fact inherited: not set here; the base image decides>
    """
    __match_args__ = ("kind", "value")
    @property
    def kind(self) -> Literal["known", "inherited", "unresolved", "error"]:
        """``"known"``, ``"inherited"`` (the base image has it), ``"unresolved"`` or ``"error"``."""
    @property
    def value(self) -> str | None:
        """What it is; none unless it is known."""
    @property
    def reason(self) -> str | None:
        """Why it is not known."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Finding:
    """One thing that a rule found.

    Offsets count code points where the text was a ``str``, and bytes where it was ``bytes`` or a file.

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
        """What is wrong, in one line."""
    @property
    def help(self) -> str:
        """What to do about it."""
    @property
    def basis(self) -> Basis:
        """Who requires it."""
    @property
    def checks(self) -> list[str]:
        """The checks of openshift-preflight that fail for the same reason."""
    @property
    def docs(self) -> str:
        """The URL of the rule's page."""
    @property
    def subject(self) -> _Subject:
        """What kind of input it is about: ``"tag"``, ``"git_url"``, and so on."""
    @property
    def source(self) -> str:
        """The file or field it is about."""
    @property
    def start(self) -> int | None:
        """Where the marked text begins; none where no text is marked."""
    @property
    def end(self) -> int | None:
        """Where the marked text ends."""
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
        """Where it is in a JSON document (RFC 6901)."""
    @property
    def layer(self) -> int | None:
        """The layer of an image it is in, from 0 at the base."""
    @property
    def path(self) -> str | None:
        """The path in that layer."""
    @property
    def related(self) -> list[Related]:
        """Other places that explain it."""
    @property
    def fix(self) -> Fix | None:
        """A change of text that fixes it."""
    @property
    def incomplete(self) -> bool:
        """Whether the input is the beginning of a right value, as one types."""
    @property
    def consequences(self) -> list[Finding]:
        """The findings that disappear when this one's fix is applied. A report counts and lists them here only."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Fix:
    """A change of text that fixes a finding. It applies whole or not at all.

    ``safety`` is ``"safe"`` (the meaning cannot change), ``"unsafe"`` (it changes, to what was probably meant) or
    ``"display"`` (only a person can do it).

    >>> fix = check_tag("1.0").findings[0].fix
    >>> fix.safety, fix.description, fix.edits[0].text
    ('unsafe', 'append `-1`', '-1')
    """
    __match_args__ = ("safety", "description", "edits")
    @property
    def safety(self) -> Literal["safe", "unsafe", "display"]:
        """How sure it is."""
    @property
    def description(self) -> str:
        """What it does, as an order."""
    @property
    def edits(self) -> list[Edit]:
        """The changes, in the order of their places."""
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
        """What stands after the ``=``."""
    @property
    def start(self) -> int:
        """Where it begins."""
    @property
    def end(self) -> int:
        """Where it ends."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Forecast:
    """What one check of openshift-preflight will say.

    ``outcome`` is ``"pass"``, ``"fail"``, ``"error"`` or ``"unknown"``; ``settle`` names the argument that would settle an
    unknown.

    >>> check_tag("1.0-1").forecast
    []
    """
    __match_args__ = ("check", "outcome", "reason")
    @property
    def check(self) -> str:
        """The check, by the name that preflight prints."""
    @property
    def outcome(self) -> Literal["pass", "fail", "error", "unknown"]:
        """What it will say."""
    @property
    def reason(self) -> str:
        """Why, in one line."""
    @property
    def evidence(self) -> str | None:
        """From what it is known: ``"dockerfile"``, ``"context"``, ``"base_table"`` and others."""
    @property
    def settle(self) -> str | None:
        """What would settle an unknown."""
    @property
    def rules(self) -> list[str]:
        """The rules that speak of the same requirement."""
    @property
    def source(self) -> str:
        """The image it is about, by file or field."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class GitUrl:
    """The address of a git repository on a server, read as git reads it.

    It holds the host in lower case, and never a password: user info of ``https`` is no part of an address.

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
        """Reads a URL; ``GitUrlError`` says what keeps git, or those who read URLs after it, from doing so.

        >>> GitUrl.parse("git@github.com/acme/app").host
        Traceback (most recent call last):
            ...
        rekey._errors.GitUrlError: expected `:` before the path
        """
    @property
    def transport(self) -> Literal["https", "http", "ssh", "git"]:
        """How git fetches: ``"https"``, ``"http"``, ``"ssh"`` or ``"git"``."""
    @property
    def user(self) -> str | None:
        """The user that ssh logs in with."""
    @property
    def host(self) -> str:
        """The host in lower case; an IPv6 address without brackets."""
    @property
    def port(self) -> int | None:
        """The port, where the URL names one."""
    @property
    def path(self) -> str:
        """The path as git passes it on."""
    @property
    def owner(self) -> str | None:
        """All before the repository, subgroups too; none for shapes that are not known."""
    @property
    def repository(self) -> str | None:
        """The repository without ``.git``; none for shapes that are not known."""
    def to_ssh(self) -> GitUrl:
        """The form for ssh, as one submits it for a private repository; ``GitUrlError`` where there is none."""
    def to_https(self) -> GitUrl:
        """The form for https, as one submits it for a public repository; ``GitUrlError`` where there is none."""
    def same_repository(self, other: GitUrl) -> bool:
        """Whether both name the same repository, however they reach it.

        >>> GitUrl.parse("https://github.com/acme/app").same_repository(GitUrl.parse("git@github.com:acme/app.git"))
        True
        """
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Image:
    """One image of a submission: its Dockerfile, how it is built, and what it is called.

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
        """What reports call it, where there are several."""
    @property
    def dockerfile(self) -> _Content | None:
        """The Dockerfile, by content or path."""
    @property
    def tag(self) -> _Content | None:
        """The image tag."""
    @property
    def published(self) -> tuple[str, ...]:
        """The tags that the image has been published with."""
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
        """Reads a reference; ``ImageReferenceError`` says where the text leaves the grammar.

        >>> ImageReference.parse("quay.io/Team/app")
        Traceback (most recent call last):
            ...
        rekey._errors.ImageReferenceError: expected lowercase letters in the name, found `T`
        """
    @property
    def domain(self) -> str:
        """The registry: a host, perhaps with a port."""
    @property
    def path(self) -> str:
        """The repository in the registry."""
    @property
    def tag(self) -> str | None:
        """The tag, where one is given; nothing stands in for it."""
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
        """What it does, in upper case."""
    @property
    def line(self) -> int:
        """The line of the keyword, from 1."""
    @property
    def end_line(self) -> int:
        """The last line, heredocs included."""
    @property
    def start(self) -> int:
        """Where the keyword begins."""
    @property
    def end(self) -> int:
        """Where the last argument ends, heredocs not included."""
    @property
    def flags(self) -> list[Flag]:
        """The words that begin with ``--``."""
    @property
    def arguments(self) -> list[Argument]:
        """Every other word; the command of a shell form is one."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class PrivateKey:
    """An RSA private key without passphrase.

    It cannot be pickled, copied or hashed, equals itself alone, prints no key material, and is wiped from memory when it goes. What
    :meth:`to_pkcs1_pem` gives is an ordinary ``str``, which cannot be.

    >>> PrivateKey.parse("ssh-rsa AAAA")
    Traceback (most recent call last):
    ...
    rekey._errors.PrivateKeyError: expected an RSA private key, found a public key
    """
    @staticmethod
    def parse(data: _Content) -> PrivateKey:
        """Reads a private key in PKCS#1, PKCS#8 or OpenSSH's container: ``str`` or ``bytes`` are its content, a path is its
        file. ``PrivateKeyError`` says what keeps it from being one, and where, in no words of its own.
        """
    @property
    def bits(self) -> int:
        """The bits of the modulus."""
    def public_key(self) -> str:
        """The public half, as a line for ``authorized_keys`` or a git host."""
    def fingerprint(self) -> str:
        """The fingerprint that ``ssh-keygen -l`` prints and git hosts show."""
    def md5_fingerprint(self) -> str:
        """The fingerprint that ``ssh-keygen -l -E md5`` prints."""
    def matches(self, public_key: _Content) -> bool:
        """Whether a public key or a fingerprint belongs to this key: ``str`` or ``bytes`` are its content, a path is its file.

        It may be a line as in ``id_rsa.pub`` or ``authorized_keys``, ``BEGIN PUBLIC KEY``, ``BEGIN RSA PUBLIC KEY``, RFC 4716,
        a fingerprint, or the JSON in which GitHub and GitLab list deploy keys; of several keys, one is enough. The key of a
        host, as ``ssh-keyscan`` prints it, belongs to none. ``PublicKeyError`` says what keeps the content from being one.
        """
    def to_pkcs1_pem(self) -> str:
        """The key as the service asks for it, in PKCS#1: it holds the whole secret."""
    def __hash__(self) -> int: ...

@final
class Problem:
    r"""Something wrong with a Dockerfile.

    >>> problem = Dockerfile.parse("FORM scratch\n").problems[0]
    >>> problem.severity, problem.phase, problem.line
    ('error', 'parse', 1)
    """
    __match_args__ = ("severity", "message")
    @property
    def severity(self) -> Literal["error", "warning"]:
        """``"error"`` (BuildKit stops) or ``"warning"`` (it goes on, but the file hardly means what it says)."""
    @property
    def message(self) -> str:
        """What is wrong, in one line."""
    @property
    def phase(self) -> Literal["parse", "evaluate"]:
        """When BuildKit finds it: ``"parse"`` or ``"evaluate"``."""
    @property
    def line(self) -> int:
        """The first line of the instruction, from 1."""
    @property
    def start(self) -> int:
        """Where the wrong part begins."""
    @property
    def end(self) -> int:
        """Where the wrong part ends."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Related:
    """Another place that explains a finding.

    >>> check_tag("1.0").findings[0].related
    []
    """
    __match_args__ = ("message", "source", "start", "end")
    @property
    def message(self) -> str:
        """What is to be seen there."""
    @property
    def source(self) -> str:
        """The file or field."""
    @property
    def start(self) -> int | None:
        """Where the place begins; none means the whole source."""
    @property
    def end(self) -> int | None:
        """Where the place ends."""
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
    """The findings of one or more inputs, judged against one target.

    It never holds the text of an input. What it gives is made when it is asked for, so a check whose report is only
    asked whether it passed costs little.

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
        """What each check of openshift-preflight will say of the image; empty where the input is about none."""
    @property
    def passed(self) -> bool:
        """Whether there is no finding of severity error."""
    @property
    def counts(self) -> Counts:
        """How many findings of each severity there are, and how many forecasts are unknown."""
    @property
    def facts(self) -> dict[str, Any] | None:
        """What was read: of one input its facts, none where it could not be read; of several their facts by source."""
    @property
    def sections(self) -> list[Section]:
        """What was judged, one input each, and what was read of it.

        >>> [(part.subject, part.source, part.facts) for part in check_tag("1.0-1").sections]
        [('tag', 'tag', {'version': '1.0', 'release': '1'})]
        """
    @property
    def target(self) -> Target:
        """What it was judged against, which other checks take as ``target``.

        >>> check_tag("1.0-1", flow="quay").target
        <Target flow quay, policy container, preflight 1.21.0, no date>
        """
    @property
    def notices(self) -> list[str]:
        """What to know about how files were read and which version of preflight was used, one line each."""
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

        A report does not hold the text of its inputs. ``source_text`` gives it, for snippets: the text itself where there
        is one input, a mapping from source to text, or the submission that was checked. A key is never shown, and neither
        is a secret in another text. A report out of a pickle is shown without snippets.

        >>> text = "1.0"
        >>> print(check_tag(text).render(text).splitlines()[0])
        1 error in 1 input (flow build-service, policy container, preflight 1.21.0)
        """
    def __eq__(self, other: object, /) -> bool: ...

@final
class Rule:
    """One rule: what is wrong, why it matters, what to do, and who requires it.

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
        """What kind of input it is about."""
    @property
    def severity(self) -> _Severity:
        """How grave a finding of it is, unless overridden."""
    @property
    def summary(self) -> str:
        """What is wrong, without any input's values."""
    @property
    def why(self) -> str:
        """Why it matters."""
    @property
    def help(self) -> str:
        """What to do."""
    @property
    def basis(self) -> Basis:
        """Who requires it."""
    @property
    def checks(self) -> list[str]:
        """The checks of openshift-preflight that fail for the same reason."""
    @property
    def docs(self) -> str:
        """The URL of its page."""
    @property
    def since(self) -> str:
        """The version of rekey that brought it."""
    @property
    def flows(self) -> list[_Flow]:
        """The flows in which it holds."""
    @property
    def policies(self) -> list[_Policy]:
        """The policies under which it holds."""
    @property
    def since_preflight(self) -> str | None:
        """The first version of openshift-preflight for which it holds; none where it is every one."""
    @property
    def before_preflight(self) -> str | None:
        """The first version of openshift-preflight for which it holds no more."""
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
        """What kind of input it is."""
    @property
    def source(self) -> str:
        """The file or field."""
    @property
    def passed(self) -> bool:
        """Whether nothing of severity error was found in it."""
    @property
    def facts(self) -> dict[str, Any] | None:
        """What was read of it; none where it could not be."""
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
        """Its name in lower case."""
    @property
    def base(self) -> str:
        """What it begins with, variables replaced where they are known."""
    @property
    def kind(self) -> Literal["scratch", "stage", "image", "unresolved", "error"]:
        """What that is: ``"scratch"``, ``"stage"``, ``"image"``, ``"unresolved"`` or ``"error"``."""
    @property
    def line(self) -> int:
        """The line of its ``FROM``, from 1."""
    @property
    def needed(self) -> bool:
        """Whether the stage that is built needs it."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Submission:
    """What a partner hands to Red Hat, taken together. Each field may be missing: which ones are needed depends on the flow.

    ``str`` and ``bytes`` are content, paths are files, which are read when the submission is checked. One image is given by
    its fields, several by ``images``. A submission that holds a key refuses to be pickled, copied and hashed; one that
    names the key's file does not.

    >>> submission = Submission(git_url="https://github.com/acme/app", tag="1.0-1")
    >>> submission.git_url, submission.images[0].tag
    ('https://github.com/acme/app', '1.0-1')
    >>> import pickle
    >>> pickle.dumps(Submission(private_key="..."))
    Traceback (most recent call last):
    ...
    TypeError: a Submission that holds a private key is not pickled, copied or hashed: give the path of its file
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
        """Whether the repository is private, where that is known."""
    @property
    def public_key(self) -> _Content | None:
        """The public half that the git host has, by content or path."""
    @property
    def fingerprint(self) -> _Content | None:
        """The fingerprint that the git host shows."""
    @property
    def images(self) -> tuple[Image, ...]:
        """What is built: one image or more."""
    @staticmethod
    def from_path(path: str | os.PathLike[str]) -> Submission:
        r"""Reads the submission in a folder, or that of a ``rekey.toml``: the files that it names, and what is found in the
        checkout. ``OSError`` where a file cannot be read, ``ValueError`` where ``rekey.toml`` is wrong or there is
        nothing to check.

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
    """An image tag: ``version``, and the ``release`` after the last dash where there is one.

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
        """Reads a tag; ``TagError`` says where the text leaves the grammar.

        >>> Tag.parse("1.0+2")
        Traceback (most recent call last):
            ...
        rekey._errors.TagError: expected a letter, digit, `_`, `.` or `-`, found `+`
        """
    @property
    def version(self) -> str:
        """What stands before the release; the whole tag where there is none."""
    @property
    def release(self) -> str | None:
        """The number after the last dash, as it is written."""
    def next_release(self, published: Iterable[str] = ()) -> Tag:
        """The tag of the next build: one more than the highest release of this version, this tag and the published ones
        included. ``TagError`` where the tag names no version or its release is a point in time.

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
    """What an input is judged against.

    ``flow`` is ``"build-service"``, ``"quay"`` or ``"external"``; ``policy`` is preflight's (``"container"``, ``"root"``,
    ``"scratch-nonroot"``, ``"scratch-root"``, ``"konflux"``); ``preflight_version`` is the newest unless given; ends of life
    are judged as of ``today``, a ``date`` or ``"2026-11-23"``; ``severity`` changes rules: ``{"rule-id": "off"}``,
    ``{"rule-id:parameter": "warning"}``. A wrong value raises ``ValueError``.

    Every check takes a target, or these parts of one as keywords of its own. A keyword takes the place of what the target
    says; severities come after those of the target.

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
        """The way in which the image is handed in."""
    @property
    def policy(self) -> _Policy:
        """The policy of openshift-preflight."""
    @property
    def preflight_version(self) -> str:
        """The version of openshift-preflight."""
    @property
    def today(self) -> str | None:
        """The day on which ends of life are judged, if one was given."""
    @property
    def severity(self) -> dict[str, _Override]:
        """Severities by rule id, ``rule-id:parameter`` or the name of a check; what comes last holds."""
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

def apply_fixes(text: _Text, findings: Iterable[Finding], safety: Literal["safe", "unsafe"] = "safe") -> _Text:
    """The text with the fixes of the findings applied: those that are safe, or with ``safety="unsafe"`` also those that
    change the meaning to what was probably meant.

    A fix applies whole or not at all; one that overlaps an earlier one is left out. The findings must be about this
    text, and about one source.

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

    What it does not show can be given: ``build_args`` and ``labels`` as the build is given them, ``stage`` the one to
    build, ``base_config`` the config JSON of the base image (``skopeo inspect --config``), ``context`` the path of the folder
    that the build copies from, ``platform`` such as ``"linux/arm64"``. The other keywords are those of :class:`Target`.

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
    """Checks many Dockerfiles that are built alike, other threads running meanwhile: the reports in their order.

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
    """Checks a git source URL. ``private`` says whether the repository is, where that is known.

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
    """Checks many git source URLs against one target, other threads running meanwhile: the reports in their order.

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
    """Checks what an image is pushed with: an auth file, the registry key of its project, or both.

    ``reference`` says which entry of the auth file is used. No part of the auth file and the key is shown anywhere. The
    other keywords are those of :class:`Target`.

    >>> [finding.message for finding in check_credentials(registry_key="0A" * 30, flow="quay").findings]
    ['expected a key of 64 uppercase letters and digits, found 60']
    """
def check_reference(
    text: _Content,
    *,
    published: Iterable[str] = (),
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks the reference that an image is pushed to.

    ``published`` are the tags that the image has been published with. The other keywords are those of :class:`Target`.

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
    """Checks the reference that an image is pushed to, and what else is given of the image and its push.

    ``published`` are the tags that the image has been published with, ``config`` and ``manifest`` its JSON documents,
    ``auth_file`` is the file of credentials of the push (podman's ``auth.json``, docker's ``config.json``), ``registry_key``
    the project's key. No part of the last two is shown anywhere. The other keywords are those of :class:`Target`.

    >>> reference = "quay.io/redhat-isv-containers/60d30f5bbd852dbf4220902b:1.0-1"
    >>> check_image(reference, flow="quay").passed
    True
    >>> [finding.message for finding in check_image(reference, registry_key="0A" * 30, flow="quay").findings]
    ['expected a key of 64 uppercase letters and digits, found 60']
    """
def check_image_archive(
    path: str | os.PathLike[str],
    *,
    reference: _Content | None = None,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks every image of an archive on disk: what ``podman save``, ``docker save`` or ``skopeo copy`` wrote, or an OCI layout.

    ``path`` is a path, or names the kind and the image as skopeo does: ``"oci:DIR:NAME"``, ``"oci-archive:FILE"``,
    ``"docker-archive:FILE"``. ``reference`` is where the image is going to be pushed. The other keywords are those of
    :class:`Target`. Nothing is written to disk. A file that cannot be read, or has no image in it, raises ``OSError``.

    >>> check_image_archive("no-such.tar")
    Traceback (most recent call last):
    ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no-such.tar'
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

    ``public_key`` and ``fingerprint`` are what the git host shows: they must belong to the key. ``mode`` are the
    permission bits of its file, where it is not read here. ``quick`` tests the primes to base 2 only, which takes a third
    of the time and finds accidents but not every forgery. The report holds no key material. A file that is read here is
    wiped from memory afterwards; Python's own ``str`` and ``bytes`` cannot be.
    The other keywords are those of :class:`Target`.

    >>> check_private_key("").to_json().count("BEGIN")
    0
    """
def check_submission(
    submission: Submission,
    *,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> Report:
    """Checks every field of a submission, and that they fit together.

    The keywords are those of :class:`Target`; each comes before what its ``rekey.toml`` says. A ``target`` does so for flow,
    policy and version even if they are the defaults.

    >>> check_submission(Submission(git_url="https://github.com/acme/app", tag="1.0")).passed
    False
    """
def check_submissions(
    submissions: Iterable[Submission],
    *,
    target: Target | None = None,
    **keywords: Unpack[_Keywords],
) -> list[Report]:
    """Checks many submissions, and that none has what another should have for itself: the reports in their order.

    Only a batch shows a private key or a registry key that stands in two places, two keys with a prime in common, and two
    images that go to one project or under one reference. The findings name the others in ``related``. The keywords are
    those of :func:`check_submission`. Other threads run meanwhile.

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

    ``published`` are the tags that the image has been published with. ``target`` is what the tag is judged against, and the
    keywords are its parts: ``flow``, ``policy``, ``preflight_version``, ``today`` and ``severity``. They are the same for
    every check, and :class:`Target` describes them.

    A wrong value of an option raises ``ValueError``; a text never does, except for a ``str`` with lone surrogates,
    which is no text (``UnicodeEncodeError``).

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
    """Checks many image tags against one target, other threads running meanwhile: the reports in their order.

    The keywords are those of :func:`check_tag`.

    >>> [report.passed for report in check_tags(["1.0-1", "1.0"])]
    [True, False]
    """
def is_git_url(text: _Content) -> bool:
    """Whether the text is a git URL, and nothing else.

    >>> is_git_url("git@github.com:acme/app.git"), is_git_url("git@github.com/acme/app")
    (True, False)
    """
def is_image_reference(text: _Content) -> bool:
    """Whether the text is an image reference, and nothing else.

    >>> is_image_reference("quay.io/team/app:1.0-1"), is_image_reference("quay.io/Team/app")
    (True, False)
    """
def latest_tag(tags: Iterable[str]) -> Tag | None:
    """The newest of the tags that name a version; none where there is no such tag. Texts that are no tags do not count.

    >>> str(latest_tag(["1.0-9", "1.0-10", "latest", "1.0+2"]))
    '1.0-10'
    """
def is_private_key(data: _Content) -> bool:
    """Whether the content is an RSA private key without passphrase, and nothing else.

    >>> is_private_key("ssh-rsa AAAA")
    False
    """
def is_tag(text: _Content) -> bool:
    """Whether the text is an image tag, and nothing else.

    >>> is_tag("1.0-1"), is_tag("-1")
    (True, False)
    """
def rule(id: str) -> Rule:
    """The rule with that id; ``KeyError`` where there is none.

    >>> rule("tag-invalid").summary
    'text is not an image tag'
    """
def _restore(class_: str, state: str) -> Any:
    """Reads a value out of a pickle."""
def _main(args: Sequence[str]) -> int:
    """Runs the command; the first argument is the program's name."""
