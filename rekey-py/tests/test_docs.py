"""The examples of the documentation run, and help() shows the same as the stub."""

from __future__ import annotations

import contextlib
import doctest
import inspect
import io
import pathlib
import re
import types
from collections.abc import Iterator

import pytest
import rekey
import stub_docs
from rekey import _errors, _rekey

HERE = pathlib.Path(__file__).parent


def documented() -> Iterator[tuple[str, str]]:
    """The name and docstring of every export of the package."""
    yield "rekey", rekey.__doc__ or ""
    for module in (_rekey, _errors):
        for name, value in vars(module).items():
            if name.startswith("_") or not isinstance(value, (type, types.BuiltinFunctionType)):
                continue
            yield name, inspect.getdoc(value) or ""
            if isinstance(value, type):
                for member in vars(value):
                    doc = getattr(getattr(value, member), "__doc__", None)
                    if isinstance(doc, str) and ">>>" in doc and member != "__doc__":
                        yield f"{name}.{member}", inspect.cleandoc(doc)


@pytest.mark.parametrize(
    ("name", "doc"), [(n, d) for n, d in documented() if ">>>" in d], ids=lambda one: one[:30]
)
def test_an_example_runs(name: str, doc: str) -> None:
    test = doctest.DocTestParser().get_doctest(doc, {**vars(rekey), "rekey": rekey}, name, None, None)
    runner = doctest.DocTestRunner(optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
    out = io.StringIO()
    runner.run(test, out=out.write)
    assert not runner.failures, out.getvalue()


def test_everything_has_an_example() -> None:
    without = [name for name, doc in documented() if ">>>" not in doc and not name.endswith("Error")]
    assert without == []


def test_the_readme_runs() -> None:
    readme = (HERE.parent / "README.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    (printed,) = re.findall(r"```text\n(.*?)```", readme, re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    assert out.getvalue() == printed


def test_the_first_page_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (HERE.parents[1] / "README.md").read_text(), re.DOTALL)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(code, "README.md", "exec"), {})
    assert "error[dockerfile-user-root]" in out.getvalue()


GUIDES = sorted((HERE.parents[1] / "docs/guide").glob("*.md"))
PROGRAMS = [
    (page.name, code)
    for page in GUIDES
    # `test_engines.py` runs those of the guide to data, which need engines.
    if page.name != "data.md"
    for code in re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
]


def test_guides_have_programs() -> None:
    assert len(PROGRAMS) >= 4


@pytest.mark.parametrize(("page", "code"), PROGRAMS)
def test_a_program_of_a_guide_runs(page: str, code: str) -> None:
    assert "assert " in code, "a program that asserts nothing cannot fail"
    exec(compile(code, page, "exec"), {})


def test_the_stub_has_the_docstrings_of_help() -> None:
    stub = stub_docs.STUB.read_text()
    assert stub_docs.written(stub) == stub, "run `python rekey-py/tests/stub_docs.py`"
