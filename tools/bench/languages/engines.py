"""The programs of `docs/guide/data.md` on half a million real tags: the throughput of each engine.

Wall time of the second of two passes, which is without the start of workers. `cargo xtask bench engines` installs what is
needed and runs it.
"""

from __future__ import annotations

import contextlib
import io
import pathlib
import re
import time
from collections.abc import Callable
from typing import Any

import rekey
from measure import lines

GUIDE = pathlib.Path(__file__).resolve().parents[3] / "docs/guide/data.md"
WANTED = 500_000
AT_ONCE = 2_000
"""The size of DuckDB's batches: reports on more tags would not fit into a cache."""


def defined(engine: str) -> dict[str, Any]:
    """The names that the guide's first program for an engine defines, run without output."""
    programs = re.findall(r"```python\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    program = next(one for one in programs if f"import {engine}" in one or f"from {engine}" in one)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(program, GUIDE.name, "exec"), names)
    return names


def measure(what: str, count: int, work: Callable[[], object]) -> None:
    work()
    start = time.perf_counter()
    refused = work()
    taken = time.perf_counter() - start
    print(f"  {what:44} {taken:6.2f} s  {count / taken / 1e6:6.2f} M tags/s  {refused} refused")


def main() -> None:
    import pyarrow
    import pyarrow.parquet

    real = [line.rsplit(":", 1)[1] for line in lines("tags-partners.txt", "tags-redhat.txt") or [] if ":" in line]
    tags = (real or ["1.0-1", "1.0", "latest", "2.0+1"]) * (WANTED // len(real or "four") + 1)
    tags = tags[:WANTED]
    print(f"\n{len(tags)} tags, of {len(set(tags))} different ones")
    chunks = [tags[at : at + AT_ONCE] for at in range(0, len(tags), AT_ONCE)]

    def refused() -> int:
        return sum(not report.passed for chunk in chunks for report in rekey.check_tags(chunk))

    measure("check_tags, one process", len(tags), refused)

    duckdb = defined("duckdb")["duckdb"]
    many = pyarrow.table({"tag": tags})
    duckdb.register("many", many)
    query = "SELECT count(rejected_by(tag)) FROM many"
    measure("DuckDB, an Arrow function", len(tags), lambda: duckdb.sql(query).fetchall()[0][0])

    spark = defined("pyspark")
    file = pathlib.Path("target/bench-engines/tags.parquet").resolve()
    file.parent.mkdir(parents=True, exist_ok=True)
    pyarrow.parquet.write_table(many, file, row_group_size=len(tags) // 8)
    frame = spark["spark"].read.parquet(str(file)).repartition(2).cache()
    frame.count()

    def by_spark() -> int:
        found = frame.mapInArrow(spark["findings"], spark["FINDINGS"])
        return found.where("severity = 'error'").select("tag").count()

    measure("PySpark, mapInArrow on two cores, every finding", len(tags), by_spark)
    spark["spark"].stop()


if __name__ == "__main__":
    main()
