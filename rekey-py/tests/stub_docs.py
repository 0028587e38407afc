"""Copies the docstrings of the extension, which help() shows, to the stub.

Run this script to update the stub; ``test_docs.py`` fails if the stub is stale.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pathlib
import sys

STUB = pathlib.Path(__file__).parents[1] / "python" / "rekey" / "_rekey.pyi"


def written(text: str) -> str:
    """The stub with the docstrings of the extension."""
    module = importlib.import_module("rekey._rekey")
    lines = text.splitlines()
    changes: list[tuple[int, int, list[str]]] = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            changes += _documented(node, getattr(module, node.name), lines)
        elif isinstance(node, ast.ClassDef) and hasattr(module, node.name):
            class_ = getattr(module, node.name)
            changes += _documented(node, class_, lines)
            for member in node.body:
                if isinstance(member, ast.FunctionDef) and not member.name.startswith("__"):
                    changes += _documented(member, getattr(class_, member.name), lines)
    for first, last, new in sorted(changes, reverse=True):
        lines[first:last] = new
    return "\n".join(lines) + "\n"


def _documented(
    node: ast.FunctionDef | ast.ClassDef, value: object, lines: list[str]
) -> list[tuple[int, int, list[str]]]:
    """The edits for the docstring of one function or class: first line, last line, new lines."""
    doc = inspect.getdoc(value)
    if not doc:
        return []
    indent = " " * (node.col_offset + 4)
    mark = 'r"""' if "\\" in doc else '"""'
    quoted = [f'{indent}{mark}{doc}"""'] if "\n" not in doc else [f"{indent}{mark}{doc}", f'{indent}"""']
    new = "\n".join(quoted).replace("\n", f"\n{indent}").replace(f"{indent}{indent}", indent).split("\n")
    new = [line.rstrip() for line in new]
    first = node.body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        above = (
            min([first.lineno, *(decorator.lineno for decorator in getattr(first, "decorator_list", []))]) - 1
        )
        return [(above, above, new)]
    if isinstance(first.value.value, str):
        assert first.end_lineno
        return [(first.lineno - 1, first.end_lineno, new)]
    # `...` after the signature, on its own line or the same.
    line = lines[first.lineno - 1]
    if line.strip() == "...":
        return [(first.lineno - 1, first.lineno, new)]
    return [(first.lineno - 1, first.lineno, [line[: first.col_offset].rstrip(), *new])]


if __name__ == "__main__":
    before = STUB.read_text()
    STUB.write_text(written(before))
    sys.exit(0)
