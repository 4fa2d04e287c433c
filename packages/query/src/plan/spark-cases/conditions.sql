-- Conditions, conversions by name, hashes, and what a session knows of itself.

-- conditions
SELECT nvl2(a, 'has', 'none'), nvl2(a, a, 0L), nvl2(NULL, 1, 2), nvl2(t, id, 1.5), ifnull(a, 9), nullif(t, 'a') FROM s;
SELECT decode(a, 1, 'one', 2, 'two'), decode(a, 1, 'one', 2, 'two', 'other'), decode(a, NULL, 'null', 'x'), decode(a, 1, 10, 2, 20), decode(a, 1, 10, 20), decode(a, 1, 1.5, 2, 2.25), decode(t, 'a', a, 'b', 7L) FROM s;
SELECT coalesce(a, t), coalesce(t, a), nvl(a, 'x'), if(b, 1, 'x'), greatest(a, 1.5, 2L), CASE WHEN b THEN a ELSE t END, CASE WHEN b THEN DATE '2024-01-01' ELSE 'x' END, coalesce(NULL, DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00') FROM s;
SELECT typeof(a), typeof(1.5), typeof('x'), typeof(NULL), typeof(array(1)), typeof(DATE '2024-01-01'), typeof(b), typeof(id + 1L) FROM s;
SELECT a IS DISTINCT FROM 1, a IS NOT DISTINCT FROM NULL, NOT a <=> 1 FROM s;

-- conversions by name
SELECT int('12'), int(1.9), bigint('99'), smallint(70000), tinyint(300), double('1.5'), decimal('1.5'), string(12), boolean('yes'), date('2024-02-29'), timestamp('2024-02-29 10:00:00'), binary('a'), float(1.5) ;
SELECT string(a), int(t), boolean(a), double(a), decimal(a), bigint(b), string(b) FROM s;

-- casts at the edges
SELECT CAST(c AS TIMESTAMP), CAST(c AS BINARY), CAST(c AS FLOAT) FROM c;
SELECT CAST('2024-01-05 10:11:12' AS TIMESTAMP), CAST('2024-01-05T10:11:12.123456789' AS TIMESTAMP), CAST('2024-1-5 1:2:3' AS TIMESTAMP), CAST('2024' AS TIMESTAMP), CAST('2024-03' AS TIMESTAMP), CAST('2024-01-05 10:11' AS TIMESTAMP), CAST('2024-01-05 10' AS TIMESTAMP), CAST('2024-01-05 10:11:12Z' AS TIMESTAMP), CAST('2024-01-05 10:11:12+01:00' AS TIMESTAMP), CAST('2024-01-05 10:11:12 -08:30' AS TIMESTAMP), CAST('2024-01-05 10:11:12 UTC' AS TIMESTAMP), CAST('2024-02-30 00:00:00' AS TIMESTAMP), CAST('2024-01-05 24:00:00' AS TIMESTAMP), CAST('2024-01-05 10:60:00' AS TIMESTAMP), CAST('junk' AS TIMESTAMP), CAST('' AS TIMESTAMP), CAST(' 2024-01-05 ' AS TIMESTAMP), CAST('2024-01-05 10:11:12 junk' AS TIMESTAMP), CAST('2024-01-05T' AS TIMESTAMP);
SELECT CAST(w AS TIMESTAMP), w > TIMESTAMP '2024-01-01 00:00:00' FROM (SELECT concat('2024-01-0', id, ' 0', id, ':00:00') AS w FROM s);
SELECT CAST(i AS TIMESTAMP), CAST(ts AS BIGINT), CAST(ts AS DOUBLE), CAST(ts AS INT), CAST(1.5D AS TIMESTAMP), CAST(-1 AS TIMESTAMP), CAST(CAST(1.25 AS DECIMAL(10, 2)) AS TIMESTAMP), CAST(ts AS DECIMAL(20, 6)), CAST(0L AS TIMESTAMP) FROM d CROSS JOIN n;
SELECT CAST(f AS DECIMAL(10, 2)), CAST(f AS DECIMAL(38, 0)), CAST(f AS DECIMAL(20, 10)), CAST(0.125D AS DECIMAL(5, 2)), CAST(-0.125D AS DECIMAL(5, 2)), CAST(CAST(f AS FLOAT) AS DOUBLE), CAST(i AS FLOAT), CAST(1.1 AS FLOAT), CAST(d AS FLOAT), CAST(b AS DECIMAL(3, 1)) FROM n CROSS JOIN (SELECT true AS b);
SELECT CAST(0.0000001 AS STRING), CAST(CAST(0 AS DECIMAL(10, 8)) AS STRING), CAST(CAST(1.5 AS DECIMAL(20, 10)) AS STRING), CAST(1.123456789 AS STRING), CAST(-0.00000012 AS STRING), CAST(123456.00000001 AS STRING);
SELECT CAST(x AS STRING), CAST(y AS STRING), concat(x, ''), CAST(1.5D AS STRING), CAST(1e7 AS STRING), CAST(1234567.125D AS STRING), CAST(0.001D AS STRING), CAST(0.00012D AS STRING), CAST(100D AS STRING), CAST(-0D AS STRING), CAST(12345678.5D AS STRING), CAST(1e22 AS STRING), CAST(123456789012D AS STRING) FROM x;
SELECT CAST(CAST(1.5 AS FLOAT) AS STRING), CAST(CAST(0.1 AS FLOAT) AS STRING), CAST(CAST(16777216 AS FLOAT) AS STRING), CAST(CAST('1e10' AS FLOAT) AS STRING);
SELECT CAST(true AS TIMESTAMP), CAST(DATE '2024-01-01' AS INT), CAST(DATE '2024-01-01' AS BOOLEAN);

-- hashes
SELECT md5(w), sha(w), sha1(w), sha2(w, 256), sha2(w, 0), sha2(w, 1), crc32(w), md5(NULL), md5(CAST('a' AS BINARY)) FROM w;

-- the session
SELECT current_timezone(), current_date() IS NOT NULL, now() >= current_timestamp(), current_date = current_date();
