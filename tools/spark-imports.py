"""Records what Spark reads from CSV and JSON files whose columns are declared: values, and which records it calls corrupt.

Needs Java 8, 11 or 17 and `pip install pyspark==3.3.1` (330 MB). Run it after changing the cases:

    python3 tools/spark-imports.py

Writes packages/query/src/files/spark-imports.json, which tests compare with.
"""

import json
import pathlib
import tempfile

import pyspark
from pyspark.sql import SparkSession

folder = pathlib.Path(__file__).parent.parent / "packages/query/src/files"
work = pathlib.Path(tempfile.mkdtemp())
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.log.level", "OFF")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")

three = "a string, b string, c string"
numbers = ["0", "1", "-1", "+1", " 1", "1 ", "01", "1.0", "1.5", "1e2", "127", "128", "-129", "2147483648", "9223372036854775808", "x", "1,5", "٣", "1L", "--1", "0x10"]
fractions = ["1", "1.5", "-.5", "5.", "1e2", "1E-2", "NaN", "nan", "Inf", "-Inf", "inf", "Infinity", "-Infinity", "1d", "1f", " 1.5 ", "1_0", "x", "1,000.5", "0.1", "16777217", "1e400", "0x1p3"]
decimals = ["1", "1.5", "1.005", "-1.005", "999.99", "999.995", "1000", "1e2", "1,000", "1,0.5", " 1", "1 ", "x", "NaN", "+1.25", ".5", "5.", "0x1", "1d"]
booleans = ["true", "TRUE", "True", "false", "FALSE", "t", "yes", "1", "0", " true", "x"]
dates = ["2024-02-29", "2024-2-9", "2023-02-29", "2024", "2024-02", "2024-02-29 10:00:00", "2024-02-29T10:00:00", "20240229", "29.02.2024", "9/2/2024", "x", " 2024-02-29", "0001-01-01", "9999-12-31", "12024-01-01"]
times = ["2024-02-29 01:02:03", "2024-02-29 01:02:03.123456", "2024-02-29T01:02:03Z", "2024-02-29T01:02:03+08:00", "2024-02-29", "2024-02-29 1:2:3", "29.02.2024 01:02", "2024-02-29 25:00:00", "1709168523", "x", "2024-02-30 00:00:00", " 2024-02-29 01:02:03"]


def column(values, kind, **options):
    """One CSV column, each value on a line, behind a number so that no line is blank."""
    lines = "".join(f"{index};{value}\n" for index, value in enumerate(values))
    return {"format": "csv", "schema": f"n int, v {kind}", "options": {"sep": ";", **options}, "text": lines}


def members(values, kind, **options):
    """One JSON member, each value on a line."""
    lines = "".join('{"n": %d, "v": %s}\n' % (index, value) for index, value in enumerate(values))
    return {"format": "json", "schema": f"n int, v {kind}", "options": options, "text": lines}


tokens = ["null", "1", "-1", "1.0", "1.5", "1e2", "128", "2147483648", "9223372036854775807", "9223372036854775808", '"1"', '"x"', '""', "true", "false", '"true"', "[1, 2]", '{"a": 1.50}', "1.10", "12345678901234567890.123", '"NaN"', '"Infinity"', '"-INF"', '"1.5"', '"2024-02-29"', '"2024-02-29 01:02:03"', '"2024-02-29T01:02:03.5Z"', '"29.02.2024"', '"YWJj"', '"é中"', "1709168523", "100000", "0.00001", "1E+30"]

cases = {
    "csv quotes": {"format": "csv", "schema": three, "options": {}, "text": "1,2,3\n\"a,b\",\"\",c\n\"a\"\"b\",\"c\\\"d\",\"e\\\\f\"\nx\"y\"z,\"a\"b,\"a\"b\"\n\"a\" ,  \"b\",c\n\"\\\\\",\\\\,\\\"\n\"a\\n\",\\,\\n\n' ', ,\t\n"},
    "csv counts": {"format": "csv", "schema": three, "options": {}, "text": "1\n1,2\n1,2,3\n1,2,3,4\n1,2,3,\n,,\n,\n\n   \n\"\"\n\"\",\"\",\"\"\na,,c\n"},
    "csv unclosed": {"format": "csv", "schema": three, "options": {}, "text": "\"a,b\nc,d,e\n\"f,g,h\",i\nj,\"k,l\nm,n,o\n"},
    "csv line ends": {"format": "csv", "schema": three, "options": {}, "text": "a,b,c\r\nd,e,f\rg,h,i\nj,k,\"l\"\r\n\r\nm,n,o"},
    "csv header": {"format": "csv", "schema": three, "options": {"header": "true"}, "text": "\n\nx,y,z\n1,2,3\nx,y,z\n"},
    "csv byte order mark": {"format": "csv", "schema": three, "options": {}, "text": "\ufeffa,b,c\n\ufeffd,e,f\n"},
    "csv signs": {"format": "csv", "schema": three, "options": {"sep": "|", "quote": "'", "escape": "^"}, "text": "'a|b'|'c^'d'|'e^^f'\n\"a|b\"|c'd|^'\n"},
    "csv same escape": {"format": "csv", "schema": three, "options": {"quote": "\"", "escape": "\""}, "text": "\"a\"\"b\",\"\"\"\",\"c\\d\"\n\"a\"\"\",\"\"\"b\",\"\"\"\"\"\"\n"},
    "csv tab": {"format": "csv", "schema": three, "options": {"sep": "\t"}, "text": "a b\tc,d\t\"e\tf\"\n \t\t\n\t\tz\n"},
    "csv bad bytes": {"format": "csv", "schema": three, "options": {}, "hex": b"a\xffb,\xc3(,\xc3\xa9\n\xe4\xb8,\xf0\x90\x8d\x88,\x00\n".hex()},
    "csv tinyint": column(numbers, "tinyint"),
    "csv smallint": column(numbers, "smallint"),
    "csv int": column(numbers, "int"),
    "csv bigint": column(numbers, "bigint"),
    "csv float": column(fractions, "float"),
    "csv double": column(fractions, "double"),
    "csv decimal": column(decimals, "decimal(5,2)"),
    "csv boolean": column(booleans, "boolean"),
    "csv date": column(dates, "date"),
    "csv date in format": column(dates, "date", dateFormat="dd.MM.yyyy"),
    "csv date as published": column(dates, "date", dateFormat="yyyy-MM-dd"),
    "csv date of one digit": column(dates, "date", dateFormat="d/M/yyyy"),
    "csv timestamp": column(times, "timestamp"),
    "csv timestamp in format": column(times, "timestamp", timestampFormat="dd.MM.yyyy HH:mm"),
    "csv timestamp as published": column(times, "timestamp", timestampFormat="yyyy-MM-dd HH:mm:ss"),
    "json lines": {"format": "json", "schema": three, "options": {}, "text": "{\"a\": \"1\", \"b\": \"2\", \"c\": \"3\"}\n\n  \n{\"c\": \"3\", \"d\": 1}\n{\"A\": \"x\"}\nnull\n[]\n[{\"a\": \"p\"}, {\"a\": \"q\"}]\n\"text\"\n1\n{\"a\": \"1\"\n{\"a\": \"1\"} rest\n{\"a\": \"1\", \"a\": \"2\"}\n{'a': 'single'}\n{a: 1}\n// note\n{\"a\": \"x\\u0041\\n\\ud83d\\ude00\"}\n{\"a\": \"\\ud83d\"}\n{}\nx\n{\"a\": NaN}\n{\"a\": \"1\",}\n{\"a\": 01}\n"},
    "json bad bytes": {"format": "json", "schema": three, "options": {}, "hex": b'{"a": "x\xffy", "b": "\xc3\xa9"}\n{"a": "\xe4\xb8"}\n'.hex()},
}
for kind in ["string", "tinyint", "int", "bigint", "float", "double", "decimal(5,2)", "decimal(38,10)", "boolean", "date", "timestamp", "binary"]:
    cases[f"json {kind}"] = members(tokens, kind)
cases["json date in format"] = members(tokens, "date", dateFormat="dd.MM.yyyy")
cases["json timestamp in format"] = members(tokens, "timestamp", timestampFormat="dd.MM.yyyy")


def read(case, data):
    path = work / f"{len(list(work.iterdir()))}.txt"
    path.write_bytes(data)
    reader = spark.read.schema(case["schema"] + ", _corrupt_record string").options(**case["options"])
    frame = (reader.csv if case["format"] == "csv" else reader.json)(str(path)).cache()
    shown = [f"hex(`{f.name}`)" if f.dataType.simpleString() == "binary" else f"CAST(`{f.name}` AS string)" for f in frame.schema.fields]
    return [list(row) for row in frame.selectExpr(*shown).collect()]


def rows_of(case):
    """Where a value ends the job, each line alone: `null` for one that does."""
    data = bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode("utf-8")
    try:
        return read(case, data)
    except Exception:  # noqa: BLE001: a date that only Spark 2 could read
        found = []
        for line in data.splitlines(keepends=True):
            try:
                found += read(case, line)
            except Exception:  # noqa: BLE001
                found.append(None)
        return found


result = {"spark": pyspark.__version__, "cases": [{"name": name, **case, "rows": rows_of(case)} for name, case in cases.items()]}
(folder / "spark-imports.json").write_text(json.dumps(result, indent=2, ensure_ascii=True) + "\n", encoding="utf-8")
print(f"{len(cases)} cases")
