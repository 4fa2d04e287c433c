#!/usr/bin/env python3
"""Runs tests/compat/spark/statements.sql on real PySpark, one after the other, and writes statements.json beside it.

Needs Java 8, 11 or 17 and `pip install pyspark==3.3.1` (330 MB). Run it after changing the statements:

    python3 tools/spark-statements.py && npm run format
"""

import json
import pathlib
import re
import tempfile

from pyspark.sql import SparkSession

folder = pathlib.Path(__file__).resolve().parent.parent / "tests" / "compat" / "spark"


def statements():
    lines = (folder / "statements.sql").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("--"))
    return [statement.strip() for statement in text.split(";\n") if statement.strip()]


def cell(value):
    """What differs from run to run is named instead; answers of DDL are texts."""
    if value is None:
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    text = re.sub(r"\w{3} \w{3} \d\d \d\d:\d\d:\d\d \w+ \d{4}", "TIME", text)
    text = re.sub(r"(?m)^Location: .*\n", "", text)
    return text.replace("Spark 3.3.1", "ENGINE").replace("spark_catalog", "dli")


def run(spark, sql):
    try:
        frame = spark.sql(sql)
        rows = [[cell(value) for value in row] for row in frame.collect()]
    except Exception as error:
        return {"sql": sql, "error": str(error).split(";")[0].split("\n")[0]}
    if not frame.schema.fields:
        return {"sql": sql}
    columns = {field.name: field.dataType.simpleString() for field in frame.schema.fields}
    return {"sql": sql, "columns": columns, "rows": [row for row in rows if row[0] not in ("Location", "Owner")]}


def main():
    with tempfile.TemporaryDirectory() as warehouse:
        builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
        spark = builder.config("spark.sql.warehouse.dir", warehouse).config("spark.sql.session.timeZone", "UTC").getOrCreate()
        spark.sparkContext.setLogLevel("OFF")
        recorded = {"sparkVersion": spark.version, "statements": [run(spark, sql) for sql in statements()]}
        spark.stop()
    (folder / "statements.json").write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")


main()
