-- Joins and what FROM holds: USING, NATURAL, LATERAL, inline tables, table functions, samples.

-- using and natural: which columns come, in which order, and under which names
SELECT * FROM s NATURAL JOIN s2 ORDER BY id;
SELECT * FROM s NATURAL LEFT JOIN s2 ORDER BY id;
SELECT * FROM s NATURAL RIGHT OUTER JOIN s2 ORDER BY id, z;
SELECT * FROM s NATURAL FULL JOIN s2 ORDER BY id, z;
SELECT id, s.id, s2.z FROM s NATURAL JOIN s2 ORDER BY 1;
SELECT * FROM (SELECT 1 AS p, 2 AS q) x NATURAL JOIN (SELECT 2 AS q, 3 AS r) y;
SELECT * FROM (SELECT 1 AS p) x NATURAL JOIN (SELECT 2 AS q) y;
SELECT * FROM (SELECT 1 AS p, 2 AS q) x JOIN (SELECT 2 AS q, 1 AS p, 9 AS r) y USING (q, p);
SELECT * FROM s LEFT SEMI JOIN s2 USING (id) ORDER BY id;
SELECT * FROM s LEFT ANTI JOIN s2 USING (id) ORDER BY id;
SELECT * FROM s ANTI JOIN s2 ON s.id = s2.id ORDER BY id;
SELECT * FROM s SEMI JOIN s2 ON s.id = s2.id ORDER BY id;
SELECT s.*, z FROM s JOIN s2 USING (id) ORDER BY id;
SELECT * FROM (SELECT 1L AS p) x FULL JOIN (SELECT 2 AS p) y USING (p) ORDER BY p;
SELECT * FROM (SELECT 1 AS p, 'l' AS a) x FULL JOIN (SELECT 2.5 AS p, 'r' AS b) y USING (p) ORDER BY p;
SELECT * FROM s2 a JOIN s2 b USING (id) JOIN s2 c USING (id) ORDER BY id;
SELECT * FROM s2 a FULL JOIN (SELECT 9 AS id, 'b' AS y) b USING (id) FULL JOIN (SELECT 10 AS id, 'c' AS x) c USING (id) ORDER BY id;
SELECT id, b.id FROM s2 a RIGHT JOIN (SELECT 9 AS id UNION ALL SELECT 10) b USING (id) ORDER BY 1;
SELECT * FROM s2 NATURAL JOIN (SELECT 1 AS id, 'w' AS w) x NATURAL JOIN (SELECT 'w' AS w, 5 AS n) y;
SELECT * FROM (SELECT * FROM s JOIN s2 USING (id)) q WHERE q.id = 1;
SELECT s.id, count(*) FROM s JOIN s2 USING (id) GROUP BY s.id ORDER BY 1;

-- without a condition, and with conditions that hold for no or for all rows
SELECT count(*) FROM s JOIN s2;
SELECT count(*) FROM s INNER JOIN s2;
SELECT s.id, z FROM s LEFT JOIN s2 ON false ORDER BY s.id;
SELECT s.id, z FROM s LEFT JOIN (SELECT * FROM s2 WHERE id = 3) q ON true ORDER BY s.id;
SELECT count(*) FROM s FULL JOIN s2 ON false;
SELECT count(*) FROM s CROSS JOIN s2 ON s.id = s2.id;
SELECT id FROM s LEFT SEMI JOIN s2 ON true ORDER BY id;
SELECT id FROM s LEFT ANTI JOIN (SELECT * FROM s2 WHERE id > 100) q ON true ORDER BY id;
SELECT x.id, y.id FROM s x LEFT JOIN s y ON x.a = y.a AND x.id < y.id ORDER BY 1, 2;
SELECT x.id, y.id FROM s x FULL JOIN s y ON x.a = y.id + 1 AND y.b ORDER BY 1, 2;
SELECT count(*) FROM s x JOIN s y ON x.a = y.a JOIN s2 ON s2.id = x.id;
SELECT x.id, y.id, z FROM s x LEFT JOIN s y ON x.a = y.id RIGHT JOIN s2 ON s2.id = y.id ORDER BY 1, 2, 3;
SELECT * FROM g, s2 WHERE v = id AND k IS NOT NULL ORDER BY k, v;
SELECT g.k, q.n FROM g JOIN (SELECT k, count(*) AS n FROM g GROUP BY k) q ON g.k <=> q.k ORDER BY 1, 2;

-- names: aliases of tables, of joins, of columns
SELECT t1.k FROM g AS t1 WHERE t1.v = 1;
SELECT T1.K, t1.`v` FROM g t1 WHERE T1.V = 1;
SELECT j.id, j.z FROM (s2 JOIN (SELECT 1 AS one) o ON s2.id = o.one) j;
SELECT q.a, q.b FROM (SELECT 1, 2) q(a, b);
SELECT * FROM (s2 JOIN g ON s2.id = g.v) ORDER BY id, k;
SELECT a.id AS id, b.id AS id FROM s2 a JOIN s2 b ON a.id = b.id ORDER BY a.id;
SELECT a.*, b.z AS other FROM s2 a JOIN s2 b ON a.id = b.id ORDER BY a.id;
SELECT `odd name`.`x y` FROM (SELECT 1 AS `x y`) `odd name`;
SELECT id FROM s JOIN s2 ON s.id = s2.id;
SELECT s.id FROM s x;
SELECT g.k FROM g g1 JOIN g g2 ON true;

-- lateral subqueries
SELECT s2.id, q.n FROM s2, LATERAL (SELECT s2.id + 1 AS n) q ORDER BY 1;
SELECT s2.id, q.n FROM s2 JOIN LATERAL (SELECT count(*) AS n FROM g WHERE g.v = s2.id) q ORDER BY 1;
SELECT s2.id, q.k FROM s2 LEFT JOIN LATERAL (SELECT k FROM g WHERE g.v = s2.id) q ON true ORDER BY 1, 2;
SELECT s2.id, q.k FROM s2, LATERAL (SELECT k FROM g WHERE g.v = s2.id) AS q(k) ORDER BY 1, 2;
SELECT id, n, o FROM s2, LATERAL (SELECT id + 1 AS n), LATERAL (SELECT n * 2 AS o) ORDER BY 1;

-- inline tables and table functions
SELECT * FROM VALUES 1, 2, 3 AS t(x) ORDER BY x;
SELECT * FROM VALUES ('a', 1), ('b', NULL);
SELECT col1 + 1, col2 FROM VALUES (1, true), (2, false) ORDER BY 1;
SELECT * FROM (VALUES (1, 1.5), (2L, 2)) t(a, b) ORDER BY a;
SELECT x FROM VALUES (1), (NULL), (2.5) AS t(x) ORDER BY x;
VALUES (1, 'a'), (2, 'b') ORDER BY col1 DESC;
VALUES 1, 2 LIMIT 1;
SELECT * FROM range(3);
SELECT id * 2 AS twice FROM range(2, 5) ORDER BY id DESC;
SELECT * FROM range(0, 10, 4) r(n);
SELECT count(*), sum(id) FROM range(1, 101, 1, 4);
SELECT r.id FROM range(5, 0, -2) r ORDER BY 1;
SELECT count(*) FROM range(0);
SELECT * FROM explode(array(1, 2));

-- other ways to write a query
TABLE s2;
TABLE s2 ORDER BY id LIMIT 2;
FROM s2 SELECT z WHERE id = 1;
FROM g SELECT k, count(*) GROUP BY k ORDER BY k LIMIT 3;
SELECT 1 + 1 AS two, 'x';
SELECT 1 WHERE false;
SELECT count(*) FROM (SELECT * FROM s TABLESAMPLE (2 ROWS));
SELECT count(*) FROM s TABLESAMPLE (100 ROWS) AS q;
SELECT /*+ BROADCAST(s2) */ s.id FROM s JOIN s2 ON s.id = s2.id ORDER BY 1;
SELECT ALL k FROM g WHERE v = 1;
SELECT s.id FROM s -- a comment
 WHERE /* another */ s.id = 1;
