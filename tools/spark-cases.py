#!/usr/bin/env python3
"""Runs packages/query/src/plan/spark-cases.sql on real PySpark and writes spark-cases.json beside it.

Needs Java 8, 11 or 17 and `pip install pyspark==3.3.1` (330 MB). Run it after changing the cases:

    python3 tools/spark-cases.py
"""

import decimal
import json
import pathlib
import re
import sys

from pyspark.sql import SparkSession

folder = pathlib.Path(__file__).resolve().parent.parent / "packages" / "query" / "src" / "plan"

# Tables of the cases: columns with types, rows as text that CAST reads.
tables = {
    "n": (
        [("i", "int"), ("l", "bigint"), ("f", "double"), ("d", "decimal(12,2)")],
        [
            ["1", "1", "1.5", "12.50"],
            ["2147483647", "9223372036854775807", "NaN", "9999999999.99"],
            ["-2147483648", "-9223372036854775808", "-Infinity", "-9999999999.99"],
            ["0", "0", "0.0", "0.00"],
            ["-7", "-100", "-2.5", "-0.05"],
            ["300", "5000000000", "3000000000.7", "2.50"],
            ["7", "7", "1e300", "100.00"],
            [None, None, None, None],
        ],
    ),
    "s": (
        [("id", "int"), ("a", "int"), ("b", "boolean"), ("t", "string")],
        [["1", "1", "true", "a"], ["2", "2", "false", "b"], ["3", "3", None, "B"], ["4", None, "true", "é"], ["5", "2", "false", None], ["6", "1", None, "a b"]],
    ),
    "s2": ([("id", "int"), ("z", "string")], [["1", "one"], ["3", "three"], ["9", "nine"], [None, "none"]]),
    "w": ([("w", "string")], [["abc"], ["  a b  "], ["\ttab\t"], [""], ["a_b"], ["a%b"], ["日本語"], ["Éa"], ["😀x"], ["\u00a0nbsp\u00a0"], [None]]),
    "g": ([("k", "string"), ("v", "int")], [["x", "1"], ["x", "2"], ["x", "2"], ["y", None], ["y", "3"], [None, "4"], [None, None], ["z", None]]),
    "c": (
        [("c", "string")],
        [["1"], ["-1.9"], ["+5"], [" 7 "], ["abc"], [""], ["1e3"], ["128"], ["40000"], ["99999999999"], ["99999999999999999999"], [".5"], ["5."], ["true"], ["F"], ["yes"], ["0"], ["NaN"], ["Infinity"], ["2024-01-05"], ["123456789.125"], ["-0.005"], [None]],
    ),
    "d": (
        [("day_", "date"), ("ts", "timestamp")],
        [["2024-02-29", "2024-02-29 12:34:56.5"], ["1999-12-31", "1999-12-31 23:59:59"], ["1969-07-20", "1969-07-20 20:17:40.123456"], ["0001-01-01", "0001-01-01 00:00:00"], [None, None]],
    ),
}


def cell(value):
    """A value as JSON; what JSON cannot say exactly becomes text."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return repr(value) if value != value or value in (float("inf"), float("-inf")) else value
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    raise TypeError(type(value))


def printed(frame):
    """Dates and timestamps as Spark's own text: Python has no year 40000."""
    names = [f"c{index}" for index in range(len(frame.columns))]
    kinds = [field.dataType.simpleString() for field in frame.schema.fields]
    plain = frame.toDF(*names)
    return plain.select([plain[name].cast("string") if kind in ("date", "timestamp") else plain[name] for name, kind in zip(names, kinds)])


def quote(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def cast(value, kind):
    return f"CAST(NULL AS {kind})" if value is None else f"CAST({quote(value)} AS {kind})"


def main():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.extraJavaOptions", "-Duser.timezone=UTC")
        .config("spark.sql.crossJoin.enabled", "true")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    for name, (columns, rows) in tables.items():
        selects = [", ".join(f"{cast(value, kind)} AS {column}" for value, (column, kind) in zip(row, columns)) for row in rows]
        spark.sql(" UNION ALL ".join(f"SELECT {select}" for select in selects)).cache().createOrReplaceTempView(name)

    cases, about = [], ""
    text = (folder / "spark-cases.sql").read_text()
    for chunk in re.split(r";[ \t]*(?:\n|$)", text):
        lines = []
        for line in chunk.strip().split("\n"):
            if line.startswith("-- "):
                about = line[3:]
            else:
                lines.append(line)
        sql = "\n".join(lines).strip()
        if not sql:
            continue
        case = {"about": about, "sql": sql}
        try:
            frame = spark.sql(sql)
            case["columns"] = [{"name": field.name, "type": field.dataType.simpleString()} for field in frame.schema.fields]
            case["rows"] = [[cell(value) for value in row] for row in printed(frame).collect()]
        except Exception as error:  # the text of the error is Spark's answer
            case["error"] = str(error).split("\n")[0]
            print("error:", sql, "\n   ", case["error"], file=sys.stderr)
        cases.append(case)

    fixture = {name: {"columns": [{"name": column, "type": kind} for column, kind in columns], "rows": rows} for name, (columns, rows) in tables.items()}
    head = {"generatedBy": "tools/spark-cases.py", "sparkVersion": spark.version, "ansiMode": spark.conf.get("spark.sql.ansi.enabled"), "tables": fixture}
    body = ",\n".join("    " + json.dumps(case, ensure_ascii=False) for case in cases)
    out = json.dumps(head, ensure_ascii=False, indent=2)[:-2] + ',\n  "cases": [\n' + body + "\n  ]\n}\n"
    (folder / "spark-cases.json").write_text(out)
    print(len(cases), "cases from Spark", spark.version)


main()
