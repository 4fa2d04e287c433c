"""Records what Spark does when rows are inserted into a table: which types may go into which, what happens to values that do not fit, and what OVERWRITE replaces.

Needs Java 8, 11 or 17 and `pip install pyspark==3.3.1` (330 MB). Run it after changing the cases:

    python3 tools/spark-inserts.py

Writes packages/query/src/warehouse/spark-inserts.json, which tests compare with.
"""

import json
import pathlib
import tempfile

import pyspark
from pyspark.sql import SparkSession

folder = pathlib.Path(__file__).parent.parent / "packages/query/src/warehouse"
work = tempfile.mkdtemp()
spark = (
    SparkSession.builder.master("local[1]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.session.timeZone", "UTC")
    .config("spark.sql.shuffle.partitions", "1")
    .config("spark.sql.warehouse.dir", work + "/warehouse")
    .config("spark.log.level", "OFF")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("OFF")

types = [
    "boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "decimal(10,2)", "decimal(5,0)", "decimal(38,10)",
    "string", "binary", "date", "timestamp", "array<int>", "map<string,int>", "struct<a:int>",
    "array<bigint>", "array<string>", "map<int,string>", "map<string,bigint>", "struct<b:int>", "struct<A:bigint>", "struct<col1:int>", "struct<a:int,b:int>", "array<struct<a:int>>", "array<struct<a:string>>",
]


def attempt(statement):
    try:
        spark.sql(statement)
        return None
    except Exception as error:  # noqa: BLE001: whatever Spark refuses is recorded
        return type(error).__name__


def assignments():
    """Every type into every type, as a NULL: only the analysis decides."""
    found = []
    for target in types:
        spark.sql("DROP TABLE IF EXISTS t")
        spark.sql(f"CREATE TABLE t (c {target}) USING parquet")
        for source in types:
            try:
                spark.sql(f"EXPLAIN INSERT INTO t SELECT CAST(NULL AS {source})").collect()
                plan = spark.sql(f"EXPLAIN INSERT INTO t SELECT CAST(NULL AS {source})").collect()[0][0]
                accepted = "AnalysisException" not in plan
            except Exception:  # noqa: BLE001
                accepted = False
            found.append({"from": source, "to": target, "accepted": accepted})
    return found


values = [
    ("int", "3000000000"), ("int", "CAST(-2147483648 AS BIGINT)"), ("int", "CAST(2147483648 AS BIGINT)"), ("tinyint", "127"), ("tinyint", "128"),
    ("smallint", "-32769"), ("int", "1.9D"), ("int", "-1.9D"), ("int", "2147483647.9D"), ("int", "1e10D"), ("int", "CAST('NaN' AS DOUBLE)"),
    ("bigint", "9.3e18D"), ("float", "1e40D"), ("float", "0.1D"), ("int", "1.9BD"), ("int", "-1.5BD"), ("int", "99999999999BD"),
    ("decimal(5,2)", "123.455BD"), ("decimal(5,2)", "-123.455BD"), ("decimal(5,2)", "999.995BD"), ("decimal(5,2)", "1000"), ("decimal(5,2)", "1.005D"),
    ("decimal(5,2)", "1e10D"), ("decimal(5,2)", "CAST('NaN' AS DOUBLE)"), ("double", "9007199254740993"), ("float", "16777217"),
    ("double", "0.1BD"), ("string", "1.50BD"), ("string", "1e20D"), ("string", "true"), ("string", "DATE '2024-02-29'"),
    ("string", "TIMESTAMP '2024-02-29 01:02:03.5'"), ("timestamp", "DATE '2024-02-29'"), ("date", "TIMESTAMP '2024-02-29 23:59:59'"),
    ("string", "X'41'"), ("boolean", "NULL"), ("int", "NULL"), ("string", "CAST(NULL AS INT)"), ("tinyint", "CAST(-128 AS BIGINT)"),
    ("tinyint", "127.5D"), ("tinyint", "128.5BD"), ("smallint", "32767.99BD"), ("bigint", "9223372036854775807.5BD"), ("bigint", "9223372036854775808BD"),
    ("decimal(3,0)", "999.4BD"), ("decimal(3,0)", "999.5BD"), ("decimal(38,10)", "12345678901234567890"), ("int", "'1'"), ("string", "1.0F"), ("string", "100000000D"),
]


def conversions():
    """One value into one column: what is kept, or that it is refused."""
    found = []
    for target, value in values:
        spark.sql("DROP TABLE IF EXISTS t")
        spark.sql(f"CREATE TABLE t (c {target}) USING parquet")
        error = attempt(f"INSERT INTO t SELECT {value}")
        kept = None if error else [row[0] for row in spark.sql("SELECT CAST(c AS STRING) FROM t").collect()]
        found.append({"to": target, "value": value, **({"refused": True} if error else {"kept": kept[0]})})
    return found


# Each story: statements, then the rows of the table `t`, ordered. A statement that Spark refuses is noted by its place.
stories = {
    "by position, whatever the names": ["CREATE TABLE t (a INT, b STRING) USING parquet", "INSERT INTO t SELECT 1 AS b, 'x' AS a"],
    "too few columns": ["CREATE TABLE t (a INT, b STRING) USING parquet", "INSERT INTO t SELECT 1"],
    "too many columns": ["CREATE TABLE t (a INT, b STRING) USING parquet", "INSERT INTO t SELECT 1, 'x', 2"],
    "a column list in another order": ["CREATE TABLE t (a INT, b STRING) USING parquet", "INSERT INTO t (b, a) VALUES ('x', 1)"],
    "a column list that leaves one out": ["CREATE TABLE t (a INT, b STRING) USING parquet", "INSERT INTO t (a) VALUES (1)"],
    "a column list with an unknown name": ["CREATE TABLE t (a INT, b STRING) USING parquet", "INSERT INTO t (a, z) VALUES (1, 'x')"],
    "a column list with a name twice": ["CREATE TABLE t (a INT, b STRING) USING parquet", "INSERT INTO t (a, a) VALUES (1, 2)"],
    "partition columns come last": ["CREATE TABLE t (p INT, a INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t SELECT 1, 2"],
    "a static partition": ["CREATE TABLE t (a INT, p STRING) USING parquet PARTITIONED BY (p)", "INSERT INTO t PARTITION (p = 'x') SELECT 1"],
    "a static partition cast": ["CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t PARTITION (p = '07') SELECT 1"],
    "a static partition that cannot be cast": ["CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t PARTITION (p = 'x') SELECT 1"],
    "a static partition in a list too": ["CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t PARTITION (p = 1) (a) SELECT 1"],
    "a static partition and a dynamic one": ["CREATE TABLE t (a INT, p INT, q INT) USING parquet PARTITIONED BY (p, q)", "INSERT INTO t PARTITION (p = 1, q) SELECT 2, 3"],
    "a dynamic partition before a static one": ["CREATE TABLE t (a INT, p INT, q INT) USING parquet PARTITIONED BY (p, q)", "INSERT INTO t PARTITION (p, q = 1) SELECT 2, 3"],
    "a partition named without need": ["CREATE TABLE t (a INT, p INT, q INT) USING parquet PARTITIONED BY (p, q)", "INSERT INTO t PARTITION (q = 1) SELECT 2, 3"],
    "a partition that is no column": ["CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t PARTITION (z = 1) SELECT 2, 3"],
    "a partition of a table without": ["CREATE TABLE t (a INT, p INT) USING parquet", "INSERT INTO t PARTITION (p = 1) SELECT 2"],
    "a null partition": ["CREATE TABLE t (a INT, p STRING) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, NULL), (2, ''), (3, 'x')"],
    "a static null partition": ["CREATE TABLE t (a INT, p STRING) USING parquet PARTITIONED BY (p)", "INSERT INTO t PARTITION (p = NULL) VALUES (1)"],
    "overwrite": ["CREATE TABLE t (a INT, p INT) USING parquet", "INSERT INTO t VALUES (1, 1), (2, 2)", "INSERT OVERWRITE t VALUES (3, 3)"],
    "overwrite with nothing": ["CREATE TABLE t (a INT, p INT) USING parquet", "INSERT INTO t VALUES (1, 1)", "INSERT OVERWRITE t SELECT 1, 1 WHERE false"],
    "overwrite by all partitions, static": [
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, 1), (2, 2)", "INSERT OVERWRITE t VALUES (3, 1)"],
    "overwrite by all partitions, dynamic": [
        "SET spark.sql.sources.partitionOverwriteMode=dynamic",
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, 1), (2, 2)", "INSERT OVERWRITE t VALUES (3, 1)"],
    "overwrite one partition": [
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, 1), (2, 2)", "INSERT OVERWRITE t PARTITION (p = 1) SELECT 3"],
    "overwrite below one partition, static": [
        "CREATE TABLE t (a INT, p INT, q INT) USING parquet PARTITIONED BY (p, q)", "INSERT INTO t VALUES (1, 1, 1), (2, 1, 2), (3, 2, 1)",
        "INSERT OVERWRITE t PARTITION (p = 1, q) VALUES (4, 1)"],
    "overwrite below one partition, dynamic": [
        "SET spark.sql.sources.partitionOverwriteMode=dynamic",
        "CREATE TABLE t (a INT, p INT, q INT) USING parquet PARTITIONED BY (p, q)", "INSERT INTO t VALUES (1, 1, 1), (2, 1, 2), (3, 2, 1)",
        "INSERT OVERWRITE t PARTITION (p = 1, q) VALUES (4, 1)"],
    "overwrite one partition, dynamic": [
        "SET spark.sql.sources.partitionOverwriteMode=dynamic",
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, 1), (2, 2)", "INSERT OVERWRITE t PARTITION (p = 1) SELECT 1 WHERE false"],
    "overwrite a table without partitions, dynamic": [
        "SET spark.sql.sources.partitionOverwriteMode=dynamic",
        "CREATE TABLE t (a INT, p INT) USING parquet", "INSERT INTO t VALUES (1, 1)", "INSERT OVERWRITE t VALUES (2, 2)"],
    "overwrite what is read": ["CREATE TABLE t (a INT) USING parquet", "INSERT INTO t VALUES (1)", "INSERT OVERWRITE t SELECT a + 1 FROM t"],
    "append what is read": ["CREATE TABLE t (a INT) USING parquet", "INSERT INTO t VALUES (1)", "INSERT INTO t SELECT a + 1 FROM t"],
    "create as": ["CREATE TABLE t USING parquet AS SELECT 1 AS a, 'x' AS b, 1.50BD AS c"],
    "create as with partitions": ["CREATE TABLE t USING parquet PARTITIONED BY (p) AS SELECT 1 AS p, 2 AS a"],
    "create as with a column twice": ["CREATE TABLE t USING parquet AS SELECT 1 AS a, 2 AS A"],
    "create as with a bare null": ["CREATE TABLE t USING parquet AS SELECT NULL AS a"],
    "create with a column twice": ["CREATE TABLE t (a INT, A INT) USING parquet"],
    "create with partitions alone": ["CREATE TABLE t (a INT) USING parquet PARTITIONED BY (a)"],
    "create with an unknown partition": ["CREATE TABLE t (a INT) USING parquet PARTITIONED BY (z)"],
    "create with a partition of no simple type": ["CREATE TABLE t (a INT, m MAP<STRING,INT>) USING parquet PARTITIONED BY (m)"],
    "create with a binary partition": ["CREATE TABLE t (a INT, m BINARY) USING parquet PARTITIONED BY (m)"],
    "truncate": ["CREATE TABLE t (a INT) USING parquet", "INSERT INTO t VALUES (1)", "TRUNCATE TABLE t"],
    "truncate a partition": [
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, 1), (2, 2)", "TRUNCATE TABLE t PARTITION (p = 1)"],
    "truncate half a partition": [
        "CREATE TABLE t (a INT, p INT, q INT) USING parquet PARTITIONED BY (p, q)", "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 2, 3)", "TRUNCATE TABLE t PARTITION (p = 2)"],
    "truncate a partition that is not there": [
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, 1)", "TRUNCATE TABLE t PARTITION (p = 9)"],
    "truncate a partition of a table without": ["CREATE TABLE t (a INT, p INT) USING parquet", "TRUNCATE TABLE t PARTITION (p = 1)"],
    "insert if not exists, absent": [
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT OVERWRITE t PARTITION (p = 1) IF NOT EXISTS SELECT 1"],
    "insert if not exists, present": [
        "CREATE TABLE t (a INT, p INT) USING parquet PARTITIONED BY (p)", "INSERT INTO t VALUES (1, 1)", "INSERT OVERWRITE t PARTITION (p = 1) IF NOT EXISTS SELECT 2"],
    "insert into a view": ["CREATE OR REPLACE TEMP VIEW v AS SELECT 1 AS a", "INSERT INTO v VALUES (1)"],
    "partition names in SHOW": [
        "CREATE TABLE t (a INT, p STRING, d DATE) USING parquet PARTITIONED BY (p, d)",
        "INSERT INTO t VALUES (1, 'a b/c=d%', DATE '2024-02-29'), (2, NULL, NULL), (3, 'é:*?', DATE '1970-01-01')", "SHOW PARTITIONS t"],
}


def tell(name, statements):
    spark.sql("DROP TABLE IF EXISTS t")
    spark.sql("RESET")
    spark.sql("SET spark.sql.shuffle.partitions=1")
    refused = []
    shown = None
    for at, statement in enumerate(statements):
        try:
            answer = spark.sql(statement)
            if statement.startswith("SHOW"):
                shown = [row[0] for row in answer.collect()]
        except Exception as error:  # noqa: BLE001
            refused.append({"at": at, "error": str(getattr(error, "desc", error)).split("\n")[0][:300]})
    try:
        table = spark.sql("SELECT * FROM t")
        columns = [[field.name, field.dataType.simpleString()] for field in table.schema.fields]
        rows = sorted([[None if cell is None else str(cell) for cell in row] for row in table.collect()], key=str)
    except Exception:  # noqa: BLE001
        columns, rows = None, None
    return {"name": name, "statements": statements, "refused": refused, "columns": columns, "rows": rows, **({"shown": shown} if shown else {})}


result = {
    "spark": pyspark.__version__,
    "assignments": assignments(),
    "conversions": conversions(),
    "stories": [tell(name, statements) for name, statements in stories.items()],
}
folder.mkdir(parents=True, exist_ok=True)
(folder / "spark-inserts.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
print(len(result["assignments"]), len(result["conversions"]), len(result["stories"]))
