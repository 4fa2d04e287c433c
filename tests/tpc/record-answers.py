#!/usr/bin/env python3
"""Runs the queries of TPC-H and TPC-DS on real PySpark and writes what it answers to answers-tpch.json and answers-tpcds.json.

Needs Java 8, 11 or 17 and `pip install pyspark==3.3.1`. The tables of TPC-H are written as Parquet first, by this project's own generator:

    node tools/run.mjs tests/tpc/write-tables.ts FOLDER
    python3 tests/tpc/record-answers.py tpch FOLDER
    python3 tests/tpc/record-answers.py tpcds tests/tpc/tpcds

A query is run without the LIMIT that ends it, so that rows which tie at its edge cannot hide a difference. Of an answer the number of rows and a hash of them all, as
sorted lines of JSON, are kept, and the rows themselves where there are at most forty. Doubles have nine digits: sums of them depend on the order of adding.
"""

import datetime
import decimal
import hashlib
import json
import pathlib
import re
import sys

from pyspark.sql import SparkSession

here = pathlib.Path(__file__).resolve().parent


def cell(value):
    """A value as JSON; dates, decimals and doubles are text."""
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return repr(value)
        mantissa, exponent = f"{value:.8e}".split("e")
        return f"{mantissa}e{int(exponent):+d}"
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(type(value))


def main():
    name, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "3g")
        .config("spark.sql.parquet.enableVectorizedReader", "false")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for path in sorted(folder.glob("*.parquet")):
        spark.read.parquet(str(path)).createOrReplaceTempView(path.stem)
    answers = []
    for number, sql in re.findall(r"^-- query (\d+)\n(.*?);$", (here / f"{name}-queries.sql").read_text(), re.S | re.M):
        answer = {"query": int(number)}
        try:
            frame = spark.sql(re.sub(r"\nLIMIT \d+\s*$", "", sql, flags=re.I))
            answer["columns"] = [f"{field.name} {field.dataType.simpleString()}" for field in frame.schema.fields]
            rows = sorted(json.dumps([cell(value) for value in row], ensure_ascii=False, separators=(",", ":")) for row in frame.collect())
            answer["count"] = len(rows)
            answer["sha256"] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
            if len(rows) <= 40:
                answer["rows"] = [json.loads(row) for row in rows]
        except Exception as error:
            answer["error"] = f"{type(error).__name__}: {' '.join(str(error).split())[:400]}"
        print(number, answer.get("count", answer.get("error")), flush=True)
        answers.append(answer)
    head = {"generatedBy": "tests/tpc/record-answers.py", "sparkVersion": spark.version, "ansiMode": spark.conf.get("spark.sql.ansi.enabled")}
    lines = ",\n".join("    " + json.dumps(answer, ensure_ascii=False) for answer in answers)
    (here / f"answers-{name}.json").write_text(json.dumps(head, indent=2)[:-2] + ',\n  "answers": [\n' + lines + "\n  ]\n}\n")


main()
