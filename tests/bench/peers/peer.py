"""A peer of the bench that speaks Python: Spark by JDBC, or DuckDB by its own scanner.

    python3 peer.py spark|duckdb

Reads one JSON object a line from standard input: first the sources, then {"sql": ...}; answers each with one line: {"rows": [...]} or {"error": "..."}.
{"cancel": true} ends the query in hand, which then answers so; it has no answer of its own.
Sources: [{"kind", "name", "port", "user", "password", "database", "tables"}]; for Spark the drivers come as {"jars": "a.jar,b.jar"} beside them.
"""

import json
import os
import queue
import sys
import threading


def spark_peer(setup):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("bench").config("spark.jars", setup["jars"])
    for key, value in {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.memory": "4g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.log.level": "ERROR",
    }.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    for source in setup["sources"]:
        is_pg = source["kind"] == "postgresql"
        scheme, driver = ("postgresql", "org.postgresql.Driver") if is_pg else ("mysql", "com.mysql.cj.jdbc.Driver")
        for table in source["tables"]:
            reader = spark.read.format("jdbc").option("url", f"jdbc:{scheme}://127.0.0.1:{source['port']}/{source['database']}")
            reader = reader.option("driver", driver).option("user", source["user"]).option("password", source["password"])
            reader.option("dbtable", table).option("fetchsize", "10000").load().createOrReplaceTempView(table)
    return lambda sql: [list(row) for row in spark.sql(sql).collect()], spark.sparkContext.cancelAllJobs


def duckdb_peer(setup):
    import duckdb
    import duckdb_extension_postgres_scanner

    folder = os.path.dirname(duckdb_extension_postgres_scanner.__file__)
    extension = next(
        os.path.join(place, name)
        for place, _, names in os.walk(folder)
        for name in names
        if name == "postgres_scanner.duckdb_extension"
    )
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    connection.execute(f"LOAD '{extension}'")
    for source in setup["sources"]:
        if source["kind"] != "postgresql":
            continue
        where = f"host=127.0.0.1 port={source['port']} dbname={source['database']} user={source['user']} password={source['password']}"
        connection.execute(f"ATTACH '{where}' AS {source['name']} (TYPE postgres, READ_ONLY)")
        for table in source["tables"]:
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM {source['name']}.public.{table}")
    return lambda sql: [list(row) for row in connection.execute(sql).fetchall()], connection.interrupt


def main():
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print is no answer
    setup = json.loads(sys.stdin.readline())
    rows, cancel = (spark_peer if sys.argv[1] == "spark" else duckdb_peer)(setup)
    answers.write(json.dumps({"rows": []}) + "\n")
    asked = queue.Queue()

    def answer():
        while True:
            sql = asked.get()
            try:
                answers.write(json.dumps({"rows": rows(sql)}, default=str) + "\n")
            except Exception as error:  # the words of any failure are the answer
                answers.write(json.dumps({"error": str(error)[:2000]}) + "\n")

    threading.Thread(target=answer, daemon=True).start()
    for line in sys.stdin:
        message = json.loads(line)
        cancel() if "cancel" in message else asked.put(message["sql"])


main()
