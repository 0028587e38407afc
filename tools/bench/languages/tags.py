"""Tags in Python: rekey compared with `packaging.version` and a plain `re`, in one run.

Every contender does a batch of the work in turn, many times over; the medians of the batches and of the ratios within a
turn are printed, as by the benchmark in Rust. `cargo xtask bench tags-python` installs what is needed and runs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import rekey
from measure import Contender, compare, lines
from packaging.version import InvalidVersion, Version

OWN = [
    "registry.connect.redhat.com/acme/server:1.4.2-3",
    "registry.connect.redhat.com/acme/server:1.4.2",
    "registry.connect.redhat.com/acme/server:v1.5.0",
    "registry.connect.redhat.com/acme/agent:7.6.0-ubi",
    "registry.connect.redhat.com/acme/agent:11.12.0.7388-1",
    "registry.connect.redhat.com/acme/agent:latest",
    "registry.access.redhat.com/ubi9/ubi:9.7-1763362218",
    "registry.access.redhat.com/ubi8/ubi:8.7-923.1669829893",
]

GRAMMAR = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
RELEASE = re.compile(r"([A-Za-z0-9_][A-Za-z0-9_.-]*?)(?:-([0-9]+(?:\.[0-9]{10,})?))?")
PART = re.compile(r"[0-9]+|[A-Za-z]+")


def is_tag_by_re(tag: str) -> bool:
    return GRAMMAR.fullmatch(tag) is not None


def parse_by_re(tag: str) -> tuple[str, str | None] | None:
    found = RELEASE.fullmatch(tag) if len(tag) <= 128 else None
    return found.groups() if found else None  # type: ignore[return-value]


def key_by_re(tag: str) -> list[tuple[int, int, str]]:
    """A sort key with numbers as numbers and words as words, as in most scripts."""
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in PART.findall(tag)]


def check_by_re(tag: str) -> dict[str, object]:
    """The result of a typical script: only whether the text is a tag with a release."""
    found = RELEASE.fullmatch(tag) if len(tag) <= 128 else None
    if found is None:
        problems = [{"message": f"{tag!r} is not a tag", "start": 0, "end": len(tag)}]
    elif found[2] is None:
        problems = [{"message": f"{tag!r} has no release", "start": len(tag), "end": len(tag)}]
    else:
        problems = []
    return {"passed": not problems, "problems": problems}


def version(tag: str) -> Version | None:
    try:
        return Version(tag)
    except InvalidVersion:
        return None


def by_repository(references: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in references:
        if rekey.is_image_reference(text):
            reference = rekey.ImageReference.parse(text)
            if reference.tag:
                found.setdefault(f"{reference.domain}/{reference.path}", []).append(reference.tag)
    return found


def pairs(values: list[Any]) -> list[tuple[Any, Any]]:
    return list(zip(values, values[1:]))


def main() -> None:
    repositories = by_repository(lines("tags-partners.txt", "tags-redhat.txt") or OWN)
    tags = [tag for some in repositories.values() for tag in some]
    both = [tag for tag in tags if version(tag)]
    regex = "re"
    for what, some in (("whether it is a tag", tags), ("the same, those that packaging reads", both)):
        contenders: list[Contender] = [("rekey is_tag", rekey.is_tag), (regex, is_tag_by_re)]
        if some is both:
            contenders.append(("packaging Version", version))
        compare(what, some, contenders)
    for what, some in (("reading a tag", tags), ("the same, those that packaging reads", both)):
        contenders = [("rekey Tag.parse", rekey.Tag.parse), (regex, parse_by_re)]
        if some is both:
            contenders.append(("packaging Version", Version))
        compare(what, some, contenders)
    right = [tag for tag in tags if not rekey.check_tag(tag).findings]
    wrong = [tag for tag in tags if rekey.check_tag(tag).findings]
    check: Contender = ("rekey check_tag", rekey.check_tag)
    passed: Contender = ("rekey check_tag().passed", lambda tag: rekey.check_tag(tag).passed)
    found: Contender = ("rekey check_tag().findings", lambda tag: rekey.check_tag(tag).findings)
    scripted: Contender = (regex, check_by_re)
    for what, some in (("a tag's check, nothing found", right), ("a tag's check, something found", wrong)):
        compare(what, some, [check, passed, found, scripted])
    compare("many tags' checks at once", [tags], [("rekey check_tags", rekey.check_tags)], len(tags))
    by_age = sorted(both, key=rekey.Tag.parse)
    ours, theirs = [[read(tag) for tag in both + by_age] for read in (rekey.Tag.parse, Version)]
    keys = [key_by_re(tag) for tag in both + by_age]
    numbers = list(range(len(ours) - 1))
    compare(
        "comparing two tags, read before, those that packaging reads",
        numbers,
        [
            ("rekey Tag.__lt__", lambda at: ours[at] < ours[at + 1]),
            (regex, lambda at: keys[at] < keys[at + 1]),
            ("packaging Version.__lt__", lambda at: theirs[at] < theirs[at + 1]),
        ],
    )
    many = [some for some in repositories.values() if len(some) > 1]
    known = [some for some in ([tag for tag in some if version(tag)] for some in many) if len(some) > 1]
    for what, lists in (("the latest of a repository's tags", many), ("the same, those that packaging reads", known)):
        contenders = [
            ("rekey latest_tag", rekey.latest_tag),
            (regex, lambda some: max(filter(is_tag_by_re, some), key=key_by_re)),
        ]
        if lists is known:
            contenders.append(("packaging Version", lambda some: max(some, key=Version)))
        compare(what, lists, contenders, sum(map(len, lists)))


if __name__ == "__main__":
    main()
