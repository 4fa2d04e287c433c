-- Constants: numbers with their letters and signs, bare NULLs, truth beside numbers, text beside other types.

-- letters behind a number
SELECT 1.5F, 0.1F, 1e10F, 3.4e38F, -1.5F, 1e-10F, 16777217F, 123456.789F;
SELECT 1.5D, 1S, 1Y, 1L, 1BD, 1.5BD, 1e2, 1e2BD, 1E-3D, -1Y, -128Y, -32768S, 2.0e-7;
SELECT 1e2BD, 1.5e-3BD, 1.5e3BD, -1e2BD, 12.5e1BD, 0.5e0BD;
SELECT 1e40F;
SELECT 1e400D;
SELECT 128Y;
-- a minus right before a number belongs to it
SELECT -(1), -(1.5), -(-1), - 1, -1, - -1, -(2 + 3), -id, -(id), +id, +1, + 1.5, +(1), -9223372036854775808 FROM s;
SELECT 2-1, 2 -1, 2 - 1, 2 - -1;
SELECT -NULL, -'1', -t, +t, +NULL FROM s;
-- a bare NULL is a column of nothing
SELECT NULL AS a, NULL AS b, 1 AS c;
SELECT NULL;
SELECT DISTINCT NULL AS a FROM s;
SELECT NULL AS a FROM s GROUP BY 1;
SELECT a, count(*) FROM (SELECT NULL AS a FROM s) GROUP BY a;
SELECT * FROM (SELECT NULL AS a) x JOIN (SELECT 1 AS b) y ON x.a = y.b;
SELECT NULL AS a ORDER BY a;
SELECT id, NULL AS a FROM s UNION ALL SELECT id, z FROM s2;
SELECT NULL UNION ALL SELECT NULL;
SELECT coalesce(NULL, NULL), nvl(NULL, NULL), if(true, NULL, NULL), CASE WHEN true THEN NULL END, nullif(NULL, 1), max(NULL), min(NULL), first(NULL), last(NULL), count(NULL), size(collect_list(NULL));
SELECT count(NULL), sum(NULL), max(NULL), avg(NULL) FROM s;
SELECT max(NULL) OVER () FROM s;
SELECT (SELECT NULL), NULL IS NULL, NULL = NULL, NULL <=> NULL, NULL AND true, NOT NULL, NULL IN (NULL), NULL LIKE 'a', NULL BETWEEN 1 AND 2;
SELECT NULL + NULL, NULL * 2, NULL / NULL, NULL || 'a';
SELECT explode(array(NULL));
SELECT array(NULL)[0], map(1, NULL)[1], struct(NULL).col1;
SELECT * FROM VALUES (NULL, 1), (NULL, 2) AS t(a, b);
WITH c AS (SELECT NULL AS n) SELECT n, n + 1, concat(n, 'x'), upper(n) FROM c;
-- truth against a number, for equality alone
SELECT true = 1, true = 0, false = 0, true = 2, 1 = false, true <=> 1, true <=> 0, true <> 1, true != 0, 1.0 = true, 1L = true, 1D = true, 0.5 = true, CAST(NULL AS BOOLEAN) <=> 1;
SELECT b = 1, b = 0, b <=> 1, b <=> 0, b <> 1, b = id, b <=> id, id = b, b <> id FROM s;
SELECT b = 1.5, 2.5D = b, b = 0.0, b = 1.00 FROM s;
SELECT id FROM s WHERE b = 1;
SELECT CASE b WHEN 1 THEN 'one' WHEN 0 THEN 'zero' END FROM s;
SELECT b IN (1, 0) FROM s;
SELECT b BETWEEN 0 AND 1 FROM s;
SELECT b > 0 FROM s;
-- beside a string IN compares text
SELECT '1' IN (1, NULL), '1.0' IN (1.0), '1' IN (1.0), 1.5 IN ('1.5'), 1D IN ('1', '1.0'), '2024-01-01' IN (date'2024-01-01'), timestamp'2024-01-01 00:00:00' IN ('2024-01-01', '2024-01-01 00:00:00');
SELECT '1' IN (true);
SELECT id IN ('1', 2), t IN (1, 'a'), NULL IN ('a', 1) FROM s;
SELECT id FROM s WHERE t NOT IN ('a', 1);
SELECT i IN ('1', '7') FROM n;
-- greatest and least read nothing as text
SELECT greatest(1, '2');
SELECT least('a', 1);
-- a fraction against a whole number is the next whole number, written out or not
SELECT 1.5 > 7, 100.00 > -1, 7 < 1.5, 7 >= -1.5, -1.5 <= 7, 1 = 1.5, 1.5 <=> 1, CASE WHEN 1.5 > id THEN 'a' END FROM s;
