#!/usr/bin/env python3
"""Runs the queries of packages/query/src/plan/spark-cases/*.sql on real PySpark and writes what it answers beside them, as JSON.

Needs Java 8, 11 or 17 and `pip install pyspark==3.3.1` (330 MB). Run it after changing the cases, for all files or those named:

    python3 tools/spark-cases.py
    python3 tools/spark-cases.py text numbers

A comment line of a case file names what the queries below it show; its first line says what the file is about. `-- in Asia/Shanghai, +05:30` has the queries
below it answered in each of these time zones rather than in UTC. One statement a line or more, closed by a
semicolon at the end of a line. The tables that cases read are below. What Spark refuses is recorded with the class of its error.

    python3 tools/spark-cases.py --answer queries.json answers.json [zone]

answers a list of queries over the same tables instead, in UTC or another time zone.
"""

import base64
import datetime
import decimal
import json
import pathlib
import re
import sys

from pyspark.sql import Row, SparkSession

folder = pathlib.Path(__file__).resolve().parent.parent / "packages" / "query" / "src" / "plan" / "spark-cases"

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
    "x": (
        [("x", "double"), ("y", "double")],
        [["0.0", "1.0"], ["-0.0", "-1.0"], ["0.5", "2.0"], ["-0.5", "3.0"], ["1.0", "0.0"], ["-1.0", "0.5"], ["2.675", "-2.0"], ["1e10", "2.0"], ["1e300", "2.0"], ["NaN", "1.0"], ["Infinity", "0.0"], ["-Infinity", "3.0"], ["1.0", "NaN"], [None, "1.0"], ["3.0", None]],
    ),
    "v": ([("p", "int"), ("q", "int"), ("r", "string")], [["1", "2", "a"], ["2", "2", "b"], [None, "1", None], ["3", None, "a"]]),
    "j": (
        [("j", "string")],
        [['{"a":1,"b":{"c":"x"},"d":[1,"two",null]}'], ['{"a":"text","b":null}'], ['{"a":1.50, "b" : {"c" : [1, 2]}, "d":[{"e":1}]}'], ['{"a":true,"d":"x"}'], ['{"a":"q\\"u\\u00e9"}'], ["[1,2]"], ["not json"], [""], [None]],
    ),
}


def cell(value):
    """A value as JSON; what JSON cannot say exactly becomes text. A struct is an object, a map a list of pairs in no order of its own, binary is base64."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else str(value)
    if isinstance(value, float):
        return repr(value) if value != value or value in (float("inf"), float("-inf")) else value
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, Row):
        return {name: cell(field) for name, field in zip(value.__fields__, value)}
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return re.sub(r"\.?0+$", "", value.strftime("%Y-%m-%d %H:%M:%S.%f"))
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return sorted([[cell(key), cell(item)] for key, item in value.items()], key=lambda entry: json.dumps(entry, ensure_ascii=False))
    if isinstance(value, (list, tuple)):
        return [cell(item) for item in value]
    raise TypeError(type(value))


def fields_of(frame):
    """Names and types as Spark itself has them: Python knows no intervals of months."""
    return [(field.name(), field.dataType().catalogString()) for field in frame._jdf.schema().fields()]


def printed(frame, kinds):
    """Dates, timestamps and intervals as Spark's own text: Python has no year 40000, and no months."""
    names = [f"c{index}" for index in range(len(kinds))]
    plain = frame.toDF(*names)
    return plain.select([plain[name].cast("string") if kind in ("date", "timestamp") or kind.startswith("interval") else plain[name] for name, kind in zip(names, kinds)])


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

    if sys.argv[1:2] == ["--answer"]:
        queries = json.loads(pathlib.Path(sys.argv[2]).read_text())
        zone = sys.argv[4] if len(sys.argv) > 4 else "UTC"
        answers = [recorded(spark, "", sql, quiet=True, zone=zone) for sql in queries]
        pathlib.Path(sys.argv[3]).write_text(json.dumps(answers, ensure_ascii=False))
        return
    wanted = sys.argv[1:] or sorted(path.stem for path in folder.glob("*.sql"))
    fixture = {name: {"columns": [{"name": column, "type": kind} for column, kind in columns], "rows": rows} for name, (columns, rows) in tables.items()}
    head = {"generatedBy": "tools/spark-cases.py", "sparkVersion": spark.version, "ansiMode": spark.conf.get("spark.sql.ansi.enabled"), "tables": fixture}
    (folder / "tables.json").write_text(json.dumps(head, ensure_ascii=False, indent=2) + "\n")
    names = sorted(row[0] for row in spark.sql("SHOW SYSTEM FUNCTIONS").collect())
    (folder / "functions.json").write_text(json.dumps(names, indent=2) + "\n")
    for theme in wanted:
        cases = [recorded(spark, about, sql, zone=zone) for about, sql, zones in statements((folder / f"{theme}.sql").read_text()) for zone in zones]
        body = ",\n".join("  " + json.dumps(case, ensure_ascii=False) for case in cases)
        (folder / f"{theme}.json").write_text("[\n" + body + "\n]\n")
        print(theme, len(cases), "cases from Spark", spark.version)


def statements(text):
    """What a statement shows, its text, and the time zones it is answered in."""
    about, zones = "", ["UTC"]
    for chunk in re.split(r";[ \t]*(?:\n|$)", text):
        lines = []
        for line in chunk.strip().split("\n"):
            if line.startswith("-- in "):
                zones = [zone.strip() for zone in line[6:].split(",")]
            elif line.startswith("-- "):
                about = line[3:]
            else:
                lines.append(line)
        sql = "\n".join(lines).strip()
        if sql:
            yield about, sql, zones


def recorded(spark, about, sql, quiet=False, zone="UTC"):
    case = {"about": about, "sql": sql, **({} if zone == "UTC" else {"zone": zone})}
    spark.conf.set("spark.sql.session.timeZone", zone)
    try:
        frame = spark.sql(sql)
        fields = fields_of(frame)
        columns = [{"name": name, "type": kind} for name, kind in fields]
        rows = [[cell(value) for value in row] for row in printed(frame, [kind for _, kind in fields]).collect()]
        return {**case, "columns": columns, "rows": rows}
    except Exception as error:  # Spark's refusal is its answer
        first = str(error).split("\n")[0]
        if not quiet:
            print("error:", sql[:200], "\n   ", type(error).__name__, first, file=sys.stderr)
        return {**case, "error": f"{type(error).__name__}: {first}"}


main()
