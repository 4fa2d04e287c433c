"""Local Spark over Parquet files, for the bench of SQL.

Reads one JSON object a line from standard input: first {"table": ["file", ...]}, then {"sql": ...}; answers each with one line: {"rows": [...]} or {"error": "..."}.
"""

import json
import os
import sys

from pyspark.sql import SparkSession


def session():
    builder = SparkSession.builder.master("local[2]").appName("bench")
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "4g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
    }.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is no answer
    spark = session()
    for name, files in json.loads(sys.stdin.readline()).items():
        spark.read.parquet(*files).createOrReplaceTempView(name)
    answers.write(json.dumps({"rows": []}) + "\n")
    for line in sys.stdin:
        try:
            rows = [list(row) for row in spark.sql(json.loads(line)["sql"]).collect()]
            answers.write(json.dumps({"rows": rows}, default=str) + "\n")
        except Exception as error:  # the words of any failure are the answer
            answers.write(json.dumps({"error": str(error)[:2000]}) + "\n")


main()
