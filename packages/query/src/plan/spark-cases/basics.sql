-- Names, conditions, arithmetic, groups, order, joins, subqueries: the language itself.

-- select: names, stars, aliases
SELECT * FROM n;
SELECT n.*, i AS x, i y FROM n WHERE i > 0;
SELECT a, b, a b, 1, 'x', 1.5, true, -5, NULL IS NULL FROM s;
SELECT I, `i`, N.i, n.I AS `odd name` FROM N;
SELECT DISTINCT k FROM g;
SELECT DISTINCT k, v FROM g ORDER BY k, v DESC;
SELECT k AS v, v AS k FROM g ORDER BY v, k;
SELECT 'it\'s', "dq", 'a' 'b', 'tab\there', '\u0041\101', 'back\\slash', r'raw\n', '\%\_';
SELECT 1L, 2S, 3Y, 2.50, 0.05, .5, 100., 12345678901, 123456789012345678901, 1e3, 1.5e-3, 2.0D, 1.5BD;
SELECT DATE '2024-02-29', TIMESTAMP '2024-02-29 12:34:56.5', DATE '2024-01-01' < DATE '2024-01-02';

-- where and three-valued logic
SELECT id FROM s WHERE b;
SELECT id, b AND (a > 1), b OR (a > 1), NOT b FROM s;
SELECT id, a = 1, a <> 1, a <=> NULL, a == 2, a != 2 FROM s;
SELECT id, a IS NULL, a IS NOT NULL, b IS TRUE, b IS NOT TRUE, b IS FALSE, ! b FROM s;
SELECT id FROM s WHERE a BETWEEN 1 AND 2;
SELECT id FROM s WHERE a NOT BETWEEN 1 AND 2;
SELECT id FROM s WHERE a IN (1, 3) OR t IN ('b', 'é');
SELECT id, a IN (1, NULL), a NOT IN (1, NULL), t NOT IN ('a', 'b') FROM s;
SELECT id FROM s WHERE NULL;
SELECT id FROM s WHERE a = 1 OR a = 2 AND NOT b;

-- strings: byte order, like, concat
SELECT t FROM s ORDER BY t;
SELECT t FROM s ORDER BY t DESC;
SELECT id FROM s WHERE t >= 'a' AND t < 'c';
SELECT id, t LIKE 'a%', t LIKE '_', t LIKE '%é%', t LIKE 'A' FROM s;
SELECT w, w LIKE 'a\\_%', w LIKE 'a\_b', w LIKE '%\%%', w NOT LIKE 'a%' FROM w;
SELECT id, concat(t, '-', a), t || '!', concat(t), concat(NULL, t), concat('n', 1, true, 2.50, DATE '2024-01-05') FROM s;
SELECT min(t), max(t), count(t), count(DISTINCT t) FROM s;
SELECT upper(w), lower(w), length(w), char_length(w), trim(w), ltrim(w), rtrim(w) FROM w;
SELECT upper(t), lower(t), length(t) FROM s;
SELECT length(12345), upper(1.5), trim(7), lower(true);
SELECT substring(w, 1, 2), substring(w, 0, 2), substring(w, 2), substr(w, -3), substr(w, -3, 2), substring(w, -10, 9), substring(w, 3, -1), substring(w, 100, 2), substring(w, -1, 5), substr(w, 2, 0) FROM w;
SELECT instr(w, 'b'), instr(w, ''), instr(w, 'zz'), instr('日本語', '語'), instr(NULL, 'a') FROM w;
SELECT coalesce(t, 'none'), coalesce(NULL, t, 'x'), nvl(t, '?'), ifnull(t, ''), nullif(t, 'a') FROM s;
SELECT coalesce(a, 1.5), coalesce(a, 10000000000), nvl(NULL, a), ifnull(a, 0L), nullif(a, 1), nullif(a, '2'), coalesce(a) FROM s;
SELECT isnull(t), isnotnull(t), if(a > 1, 'big', 'small'), if(b, 1, 2.5), if(NULL, 1, 2) FROM s;
SELECT greatest(a, 2), least(a, 2), greatest(a, NULL, 3), least(t, 'b'), greatest(1, 2.5, 3) FROM s;
SELECT greatest(f, 1D), least(f, 1D) FROM n;

-- integers wrap
SELECT i + 1, i - 1, i * 2, - i, i + CAST(1 AS BIGINT) FROM n;
SELECT l + 1, l - 1, l * 2, l * l, - l, l + l FROM n;
SELECT CAST(i AS TINYINT) + CAST(100 AS TINYINT), CAST(i AS SMALLINT) * CAST(2 AS SMALLINT), CAST(1 AS TINYINT) + 1 FROM n;
SELECT 2147483647 + 1, -2147483648 - 1, 9223372036854775807 + 1, -2147483648, - -2147483648, abs(-2147483648), abs(-9223372036854775808L);
SELECT abs(i), abs(l), abs(f), abs(d), abs(CAST(i AS SMALLINT)) FROM n;
SELECT i % 3, i % 0, i % -1, l % -1, l % 7, -7 % 3, 7 % -3 FROM n;
SELECT i / 2, i / 0, l / 3, 7 / 2, 1 / 3, 0 / 0 FROM n;
SELECT f + 1, f - f, f * 2, f / 0, f / 3, f % 2, f % 0, - f FROM n;
SELECT 5.5D % 2D, -5.5D % 2D, 1e308 * 10, 0D / 0D, 1D / 3;
SELECT i + f, i * 1.5, l + 0.5, i / 2.5D, f * d, f + 1.5 FROM n;
SELECT a + NULL, NULL * a, a / NULL FROM s;
SELECT '3' + 4, '2' * '3', 'x' + 1, '7' / '2', '7' % 4, t + 1 FROM s;

-- decimals
SELECT d + 1, d - 1.25, d * 2, d * d, d / 2, d / 3, d % 7, - d, d + d FROM n;
SELECT d + i, d - i, d * i, i * d, d / i FROM n;
SELECT d / 0, d % 0, 1.0 / 3, 2.00 / 3.0, 10 / 4.0, 1.5 / 2 FROM n;
SELECT 0.1 + 0.2, 1.10 * 1.10, 5.5 % 2, -5.5 % 2, 5.5 % -2, 99.99 + 0.01, 1 - 0.05;
SELECT d * (1 - 0.05) * (1 + 0.08), d * CAST(1.5 AS DECIMAL(20, 4)) FROM n;
SELECT d = 100, d > 99.999, d < i, d <> 12.50, d = '12.5', d IN (12.5, 100), d BETWEEN 0 AND 12.50 FROM n;
SELECT round(d), round(d, 1), round(d, 2), round(d, 5), round(2.5), round(-2.5), round(3.5), round(1.005, 2), round(-0.55, 1), round(7), round(i, 2), round(99.995, 2) FROM n;
SELECT floor(d), ceil(d), ceiling(d), floor(f), ceil(f), floor(i), ceil(l), floor(-1.5), ceil(-1.5), floor(2), floor(1e30), ceil(99.5) FROM n;
SELECT floor('1.7'), ceil('x');
SELECT sum(d), avg(d), min(d), max(d), count(d) FROM n;
SELECT avg(x), sum(x) FROM VALUES (1.00), (2.00), (2.01) AS v(x);
SELECT avg(x) FROM VALUES (0.5), (0.0), (0.0) AS v(x);
SELECT avg(x), sum(x) FROM VALUES (-1.0), (-1.0), (-0.5), (NULL) AS v(x);
SELECT avg(CAST(x AS DECIMAL(23, 10))), avg(CAST(x AS DECIMAL(20, 20))) FROM VALUES ('0.12345678901'), ('0.5'), ('0.999999999999') AS v(x);
SELECT CAST(x AS DECIMAL(12, 2)) / CAST(y AS DECIMAL(12, 2)) FROM VALUES ('1', '3'), ('2', '3'), ('-2', '3'), ('9999999999.99', '0.01'), ('-9999999999.99', '0.07'), ('0', '5'), ('5', '0') AS v(x, y);
SELECT CAST(x AS DECIMAL(10, 0)) / CAST(y AS DECIMAL(5, 3)) FROM VALUES ('1', '0.003'), ('-7', '1.5'), ('9999999999', '0.001') AS v(x, y);
SELECT CAST(x AS DECIMAL(38, 2)) * CAST(y AS DECIMAL(10, 2)) FROM VALUES ('1.5', '2.5'), ('999999999999999999999999999999999999.99', '99999999.99'), ('99999999999999999999999999999.00', '1000000.00') AS v(x, y);

-- casts
SELECT CAST(c AS INT), CAST(c AS BIGINT), CAST(c AS TINYINT), CAST(c AS SMALLINT) FROM c;
SELECT c, CAST(c AS DOUBLE) FROM c;
SELECT c, CAST(c AS DECIMAL(10, 2)), CAST(c AS DECIMAL(38, 10)) FROM c;
SELECT c, CAST(c AS BOOLEAN), CAST(c AS DATE) FROM c;
SELECT CAST(f AS INT), CAST(f AS BIGINT), CAST(f AS TINYINT), CAST(f AS SMALLINT), CAST(f AS BOOLEAN) FROM n;
SELECT CAST(d AS INT), CAST(d AS BIGINT), CAST(d AS TINYINT), CAST(d AS DOUBLE), CAST(d AS STRING), CAST(d AS BOOLEAN), CAST(d AS DECIMAL(5, 1)), CAST(d AS DECIMAL(3, 2)), CAST(d AS DECIMAL(20, 6)) FROM n;
SELECT CAST(i AS TINYINT), CAST(i AS SMALLINT), CAST(l AS INT), CAST(i AS BIGINT), CAST(i AS DOUBLE), CAST(l AS DOUBLE), CAST(i AS STRING), CAST(i AS BOOLEAN), CAST(l AS DECIMAL(10, 0)), CAST(i AS DECIMAL(12, 2)) FROM n;
SELECT CAST(b AS INT), CAST(b AS STRING), CAST(b AS DOUBLE), CAST(b AS BIGINT) FROM s;
SELECT CAST(1.005 AS DECIMAL(10, 2)), CAST(-1.005 AS DECIMAL(10, 2)), CAST(2.5 AS DECIMAL(1, 0)), CAST(9.99 AS DECIMAL(2, 1)), CAST(9.95 AS DECIMAL(2, 1)), CAST(12345678901234567890.5 AS DOUBLE);
SELECT CAST('1.005' AS DECIMAL(10, 2)), CAST('-1.005' AS DECIMAL(10, 2)), CAST('0.5' AS DECIMAL(1, 0)), CAST('1e-3' AS DECIMAL(10, 2)), CAST('5e-3' AS DECIMAL(10, 2)), CAST('0.00499999999999999999999999999999999999999999' AS DECIMAL(10, 2));
SELECT CAST('2147483648' AS INT), CAST('-2147483648.9' AS INT), CAST('9223372036854775808' AS BIGINT), CAST('' AS INT), CAST(' 1' AS INT), CAST('\t2\n' AS INT), CAST('1 2' AS INT), CAST('１' AS INT), CAST('1_000' AS INT), CAST('0x10' AS INT), CAST('.' AS INT), CAST('-.' AS INT), CAST('+' AS INT), CAST('--1' AS INT), CAST('1e2' AS INT);
SELECT CAST('1_000' AS DOUBLE), CAST('1e400' AS DOUBLE), CAST('-1e400' AS DOUBLE), CAST('1e-400' AS DOUBLE), CAST('1d' AS DOUBLE), CAST('1F' AS DOUBLE), CAST('+inf' AS DOUBLE), CAST('-Infinity' AS DOUBLE), CAST('nAn' AS DOUBLE), CAST('1.' AS DOUBLE), CAST('.5' AS DOUBLE), CAST('.' AS DOUBLE), CAST('0.1' AS DOUBLE), CAST('１' AS DOUBLE), CAST('1e' AS DOUBLE);
SELECT CAST('2024-1-5' AS DATE), CAST('2024' AS DATE), CAST('2024-3' AS DATE), CAST('2024-02-30' AS DATE), CAST('2024-01-05T10:00' AS DATE), CAST('2024-01-05 junk' AS DATE), CAST('2024-01-05junk' AS DATE), CAST(' 2024-01-05 ' AS DATE), CAST('24-01-05' AS DATE), CAST('2024-13-01' AS DATE), CAST('2024-00-01' AS DATE), CAST('+2024-01-05' AS DATE), CAST('' AS DATE), CAST('2024-' AS DATE), CAST('2024/01/05' AS DATE);
SELECT CAST(NULL AS INT), CAST(NULL AS STRING), CAST(5 AS STRING), CAST(TRUE AS STRING), CAST(2.50 AS STRING), CAST(0.000001 AS STRING), CAST(-0.50 AS STRING);
SELECT CAST(x AS STRING), CAST(CAST(x AS TIMESTAMP) AS STRING), CAST(CAST(x AS TIMESTAMP) AS DATE) FROM VALUES (DATE '2024-02-29'), (DATE '0001-01-01'), (DATE '9999-12-31'), (NULL) AS v(x);
SELECT CAST(ts AS STRING), CAST(ts AS DATE), ts FROM d;

-- comparisons across types
SELECT i = l, i = f, i < 1.5, l = 1.0, f = d, i = '1', f > '0.5', '10' > 9, 10 < '9' FROM n;
SELECT f = f, f < f, f > 1e300, f IN (1.5D, 0D) FROM n;
SELECT day_ = '2024-02-29', day_ > '2024-1-5', day_ < ts, ts >= '2024-02-29', ts = '2024-02-29 12:34:56.5', ts BETWEEN '2024-01-01' AND '2024-12-31 23:59:59', day_ IN ('2024-02-29', '1999-12-31'), day_ = 'junk' FROM d;
SELECT t = 1, t < 5 FROM s;

-- dates
SELECT year(day_), month(day_), day(day_), dayofmonth(ts), year(ts), month(ts), year('2023-05-06'), day('junk') FROM d;
SELECT date_add(day_, 1), date_sub(day_, 1), day_ + 1, day_ - 1, datediff(day_, DATE '2024-01-01'), datediff('2024-03-01', '2024-02-01'), datediff(ts, day_), date_add('2024-01-31', 1), date_add(ts, -1), date_sub(NULL, 1) FROM d;
SELECT min(day_), max(day_), min(ts), max(ts), count(DISTINCT day_) FROM d;
SELECT day_ FROM d ORDER BY day_;
SELECT ts FROM d ORDER BY ts DESC;

-- case
SELECT CASE WHEN a > 1 THEN 'big' WHEN a = 1 THEN 'one' ELSE 'other' END, CASE a WHEN 1 THEN 10 WHEN 2 THEN 20 END, CASE WHEN b THEN 1 ELSE 2.5 END, CASE WHEN a = 1 THEN NULL ELSE a END c FROM s;

-- groups
SELECT k, count(*), count(v), sum(v), avg(v), min(v), max(v), count(DISTINCT v), sum(DISTINCT v) FROM g GROUP BY k ORDER BY k;
SELECT count(*), count(1), sum(v), avg(v), min(v), max(v), mean(v) FROM g;
SELECT count(*), sum(v), avg(v), min(v), count(v) FROM g WHERE v > 1000;
SELECT k, sum(v) AS total FROM g GROUP BY k HAVING sum(v) > 1 ORDER BY total DESC;
SELECT k, sum(v) AS total FROM g GROUP BY k HAVING total > 1 AND count(*) > 1 ORDER BY 2, 1;
SELECT v % 2 AS odd, count(*) FROM g GROUP BY v % 2 ORDER BY odd;
SELECT v % 2 AS odd, count(*) FROM g GROUP BY odd ORDER BY odd;
SELECT upper(k), sum(v) + 1, sum(v + 1) FROM g GROUP BY 1 ORDER BY 1;
SELECT k, v FROM g GROUP BY k, v ORDER BY k NULLS LAST, v;
SELECT k FROM g GROUP BY k ORDER BY count(*) DESC, k;
SELECT sum(l), sum(i), avg(l), avg(i) FROM n;
SELECT sum(x), avg(x) FROM VALUES (9223372036854775807), (1) AS v(x);
SELECT sum(f), avg(f), min(f), max(f) FROM n WHERE f < 100;
SELECT min(f), max(f), sum(f), avg(f) FROM n;
SELECT sum('3'), avg(t), sum(a), sum(a + 0.5) FROM s;
SELECT count(DISTINCT k), max(k), min(b) FROM g JOIN s ON g.v = s.a;
SELECT sum(d) / count(d), sum(d) * 2, sum(i) / 2 FROM n WHERE i > -100;
SELECT f, count(*) FROM n GROUP BY f ORDER BY f;
SELECT 1 + count(*) FROM g HAVING count(*) > 1;

-- order: NULL is smallest, NaN is largest
SELECT a FROM s ORDER BY a;
SELECT a FROM s ORDER BY a DESC;
SELECT a FROM s ORDER BY a NULLS LAST;
SELECT a FROM s ORDER BY a DESC NULLS FIRST;
SELECT f FROM n ORDER BY f DESC;
SELECT id, a FROM s ORDER BY a + 1 DESC, id LIMIT 2;
SELECT id AS x FROM s ORDER BY x DESC LIMIT 3;
SELECT id FROM s ORDER BY id LIMIT 0;

-- joins
SELECT g.k, g.v, s.t FROM g JOIN s ON g.v = s.a ORDER BY g.k, g.v, s.id;
SELECT g.k, s.id FROM g LEFT JOIN s ON g.v = s.a AND s.b ORDER BY g.k, g.v, s.id;
SELECT g.k, s.id FROM g RIGHT JOIN s ON g.v = s.a ORDER BY s.id, g.k;
SELECT g.k, g.v, s.id FROM g FULL OUTER JOIN s ON g.v = s.a ORDER BY g.k, g.v, s.id;
SELECT count(*) FROM g CROSS JOIN s;
SELECT count(*) FROM g, s WHERE g.v = s.a;
SELECT k FROM g LEFT SEMI JOIN s ON g.v = s.a ORDER BY k, v;
SELECT k, v FROM g LEFT ANTI JOIN s ON g.v = s.a ORDER BY k, v;
SELECT * FROM s JOIN s2 USING (id) ORDER BY id;
SELECT * FROM s LEFT JOIN s2 USING (id) ORDER BY id;
SELECT * FROM s RIGHT JOIN s2 USING (id) ORDER BY id;
SELECT * FROM s FULL JOIN s2 USING (id) ORDER BY id;
SELECT x.a, y.a FROM s x JOIN s y ON x.a < y.a ORDER BY x.id, y.id;
SELECT x.id FROM s x JOIN s y ON x.a <=> y.a WHERE y.id = 4 ORDER BY 1;
SELECT count(*) FROM s x JOIN (g JOIN s2 ON g.v = s2.id) ON x.a = g.v;
SELECT count(*) FROM g, s LEFT JOIN s2 ON s.id = s2.id;

-- union, subqueries, WITH
SELECT a FROM s UNION ALL SELECT v FROM g ORDER BY a;
SELECT a FROM s UNION SELECT v FROM g ORDER BY 1 DESC;
SELECT a, t FROM s UNION ALL SELECT 1.5, NULL ORDER BY a, t;
SELECT 1 AS x UNION ALL SELECT 2L UNION ALL SELECT 2.5 ORDER BY x;
(SELECT a FROM s WHERE a = 1) UNION ALL (SELECT v FROM g WHERE v = 2) ORDER BY a LIMIT 3;
SELECT x + 1 FROM (SELECT a AS x FROM s WHERE a > 1) q ORDER BY 1;
SELECT q.x FROM (SELECT a AS x FROM s ORDER BY a DESC LIMIT 1) AS q;
SELECT id FROM s WHERE a IN (SELECT v FROM g WHERE k = 'x') ORDER BY id;
SELECT id FROM s WHERE a NOT IN (SELECT v FROM g WHERE v IS NOT NULL AND k = 'x') ORDER BY id;
SELECT id FROM s WHERE a NOT IN (SELECT v FROM g) ORDER BY id;
SELECT id FROM s WHERE EXISTS (SELECT 1 FROM g WHERE g.v = s.a) ORDER BY id;
SELECT id FROM s WHERE NOT EXISTS (SELECT 1 FROM g WHERE g.v = s.a AND g.k = 'x') ORDER BY id;
SELECT id, (SELECT max(v) FROM g) FROM s ORDER BY id;
SELECT id FROM s WHERE a = (SELECT min(v) FROM g) ORDER BY id;
SELECT id, (SELECT count(*) FROM g WHERE g.v = s.a) AS n FROM s ORDER BY id;
SELECT id, (SELECT sum(v) FROM g WHERE g.v = s.a) AS n FROM s ORDER BY id;
WITH q AS (SELECT k, sum(v) AS total FROM g GROUP BY k) SELECT a.k, b.total FROM q a JOIN q b ON a.k = b.k ORDER BY a.k;
WITH q (x, y) AS (SELECT k, v FROM g), r AS (SELECT x FROM q WHERE y > 1) SELECT count(*), max(x) FROM r;
WITH s AS (SELECT 1 AS only) SELECT * FROM s;
SELECT * FROM VALUES (1, 'a'), (2, NULL) AS v(x, y) ORDER BY x;
SELECT * FROM (VALUES (1, 2.5), (3L, 4)) ORDER BY 1;
VALUES (1, 'a'), (2, 'b');
SELECT k, v FROM g AS z(k, v) WHERE z.v = 1;
SELECT a FROM s WHERE a = 1 UNION ALL SELECT 1 LIMIT 2;
SELECT count(*) FROM (SELECT a FROM s LIMIT 2) q;
(SELECT 7 AS x) UNION ALL (SELECT 8 LIMIT 1) ORDER BY x;

-- more of round, integer bounds and quotients
SELECT i < 1.5, i <= 1.5, i > 1.5, i >= 1.5, i < -1.5, i >= -1.5, 1.5 < i, -0.5 >= i, i = 1.0, i = 1.5, i < 99999999999.5 FROM n;
SELECT d / d, d / (d + 1), CAST(d AS DECIMAL(18, 2)) / CAST(3 AS DECIMAL(18, 2)), sum(d) FROM n GROUP BY d;
SELECT mean(d), mean(i), least(d, 1), least(3, 2, 1), ceiling(i), ceiling(-0.5), ifnull(NULL, 2), nvl(1, 2.5) FROM n GROUP BY d, i;
SELECT char_length('é'), char_length(NULL), dayofmonth('2024-05-06'), dayofmonth(DATE '2024-12-31'), isnull(NULL), isnotnull(1), isnotnull(NULL), date_sub(DATE '2024-03-01', 1), date_sub('2024-01-01', 366);
SELECT CAST(ts AS STRING), CAST(CAST('12345-01-02' AS DATE) AS STRING), CAST('0000-01-01' AS DATE) FROM d;
SELECT year('12345-01-02'), month('2024'), day('2024-02');
