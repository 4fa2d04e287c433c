"""Records the lines that Spark's JSON writer makes of nested values: decimals, NULLs, keys and numbers without a JSON form.

Needs Java 8, 11 or 17 and `pip install pyspark==3.3.1` (330 MB). Run it after changing the queries:

    python3 tools/spark-exports.py

Writes packages/query/src/engines/duckdb/spark-exports.json, which tests compare with.
"""

import json
import pathlib
import tempfile

import pyspark
from pyspark.sql import SparkSession

target = pathlib.Path(__file__).parent.parent / "packages/query/src/engines/duckdb/spark-exports.json"
queries = [
    "SELECT 1.50 AS d, CAST(-0.05 AS DECIMAL(12,2)) AS e, CAST(12345678901234567890.1234567890 AS DECIMAL(38,10)) AS f, CAST(NULL AS DECIMAL(5,2)) AS g, CAST(7 AS DECIMAL(5,0)) AS h",
    "SELECT array(1.50, NULL, -0.05) AS a, array() AS b, array(array(1.10), NULL) AS c, CAST(NULL AS ARRAY<DECIMAL(5,2)>) AS d",
    "SELECT named_struct('x', 1.50, 'y', NULL, 'z', named_struct('u', CAST(NULL AS INT), 'v', 2.25)) AS s, CAST(NULL AS STRUCT<a: INT>) AS t",
    "SELECT named_struct('x', CAST(NULL AS INT)) AS s, array(named_struct('x', CAST(NULL AS INT), 'y', 1.5), NULL) AS a",
    "SELECT map('k', 1.50, 'n', NULL) AS m, map(1.50, 'one', 2.25, 'two') AS n, map(1, array(1.5)) AS o, map(true, 1, false, 0) AS p, map(DATE '2024-01-05', 1) AS q",
    "SELECT 1.5D AS a, 0.1D AS b, double('NaN') AS c, double('-Infinity') AS d, array(double('NaN'), double('Infinity'), 2.5D) AS e, float(0.1) AS f, array(float(0.1)) AS g",
    "SELECT true AS a, 9223372036854775807 AS b, -7Y AS c, 'a\"b\\\\\\n中' AS d, '' AS e, array('x\"', NULL, '') AS f, DATE '2024-02-29' AS g, array(DATE '2024-02-29', NULL) AS h, X'00FF' AS i, array(X'0102') AS j",
    "SELECT CAST(NULL AS INT) AS a, CAST(NULL AS STRING) AS b",
]


def main():
    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    spark.sparkContext.setLogLevel("OFF")
    work = pathlib.Path(tempfile.mkdtemp())
    cases = []
    for index, query in enumerate(queries):
        spark.sql(query).write.json(str(work / str(index)))
        parts = sorted((work / str(index)).glob("part-*"))
        cases.append({"sql": query, "lines": [line for part in parts for line in part.read_text().splitlines()]})
    assert all(len(case["lines"]) == 1 for case in cases)
    target.write_text(json.dumps({"spark": pyspark.__version__, "cases": cases}, ensure_ascii=False, indent=2) + "\n")


main()
