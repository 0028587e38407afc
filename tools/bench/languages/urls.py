"""Git URLs in Python: rekey compared with the packages giturlparse and git-url-parse and `urllib.parse`, in one run.

`cargo xtask bench urls-python` installs what is needed and runs it.
"""

from __future__ import annotations

import importlib
import json
import pathlib
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import rekey
from measure import Contender, compare, lines

PEERS = pathlib.Path(__file__).resolve().parents[3] / "target" / "bench-peers"
OWN = [
    "https://github.com/acme/app",
    "https://github.com/acme/app.git",
    "https://gitlab.com/acme/group/subgroup/app.git",
    "https://bitbucket.org/acme/app.git",
    "git@github.com:acme/app.git",
    "git@gitlab.com:acme/group/app.git",
    "ssh://git@github.com/acme/app.git",
    "http://github.com/acme/app",
    "github.com/acme/app",
]


def peer(folder: str) -> ModuleType:
    """Both packages name their module `giturlparse`: each is in its own folder, and is unloaded after the import."""
    sys.path.insert(0, str(PEERS / folder))
    module = importlib.import_module("giturlparse")
    sys.path.pop(0)
    for name in [name for name in sys.modules if name.partition(".")[0] == "giturlparse"]:
        del sys.modules[name]
    return module


giturlparse = peer("giturlparse")
git_url_parse = peer("git-url-parse")
ParserError: type[Exception] = git_url_parse.parser.ParserError


def is_url_by_git_url_parse(url: str) -> bool:
    try:
        git_url_parse.parse(url)
    except ParserError:
        return False
    return True


def is_url_by_urlsplit(url: str) -> bool:
    """It rejects hardly anything, so success means that it finds a scheme and a host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(parts.scheme and parts.hostname)


def caught(read: Callable[[str], object], error: type[Exception]) -> Callable[[str], object]:
    """Calls the function, and returns `None` if it raises `error`."""

    def reads(url: str) -> object:
        try:
            return read(url)
        except error:
            return None

    return reads


def urls() -> list[str]:
    rows = lines("git-urls-real.jsonl")
    return OWN if rows is None else [json.loads(row)["url"] for row in rows]


def main() -> None:
    every = urls()
    whether: list[Contender] = [
        ("rekey is_git_url", rekey.is_git_url),
        ("giturlparse validate", giturlparse.validate),
        ("git-url-parse parse", is_url_by_git_url_parse),
        ("urllib.parse urlsplit", is_url_by_urlsplit),
    ]
    for name, takes in whether:
        print(f"{name} takes {sum(map(bool, map(takes, every)))} of {len(every)}")
    common = [url for url in every if all(takes(url) for _, takes in whether)]
    compare("whether it is a git URL, those that all take", common, whether)
    compare("the same, all", every, whether)
    reads: list[tuple[str, Callable[[Any], object], type[Exception] | None]] = [
        ("rekey GitUrl.parse", rekey.GitUrl.parse, rekey.GitUrlError),
        ("giturlparse parse", giturlparse.parse, None),
        ("git-url-parse parse", git_url_parse.parse, ParserError),
        ("urllib.parse urlsplit", urlsplit, ValueError),
    ]
    compare("reading a git URL, those that all take", common, [(name, read) for name, read, _ in reads])
    compare("the same, all", every, [(name, caught(read, error) if error else read) for name, read, error in reads])
    right = [url for url in every if not rekey.check_git_url(url).findings]
    wrong = [url for url in every if rekey.check_git_url(url).findings]
    passed: Contender = ("rekey check_git_url().passed", lambda url: rekey.check_git_url(url).passed)
    found: Contender = ("rekey check_git_url().findings", lambda url: rekey.check_git_url(url).findings)
    for what, some in (("a URL's check, nothing found", right), ("a URL's check, something found", wrong)):
        compare(what, some, [passed, found])


if __name__ == "__main__":
    main()
