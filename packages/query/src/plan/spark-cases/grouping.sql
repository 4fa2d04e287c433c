-- Groups: positions and aliases, grouping sets, FILTER, DISTINCT, HAVING, PIVOT.

-- what may be grouped by
SELECT k, sum(v) FROM g GROUP BY 1 ORDER BY 1;
SELECT k AS kk, v % 2 AS odd, count(*) FROM g GROUP BY kk, odd ORDER BY 1, 2, 3;
SELECT k AS v, count(*) FROM g GROUP BY k ORDER BY 1, 2;
SELECT count(*) FROM g GROUP BY k ORDER BY 1;
SELECT 'c' AS c, count(*) FROM g GROUP BY 'c';
SELECT 'c' AS c, k, count(*) FROM g GROUP BY c, k ORDER BY k;
SELECT count(*) FROM g GROUP BY 1 + 1;
SELECT count(*) FROM g WHERE false GROUP BY 1 + 1;
SELECT count(*) FROM g WHERE false;
SELECT count(*) FROM g WHERE false GROUP BY k;
SELECT k, k || '!' AS shout, count(*) FROM g GROUP BY k ORDER BY k;
SELECT upper(k), count(*) FROM g GROUP BY upper(k) ORDER BY 1;
SELECT v + 1 + 2, count(*) FROM g GROUP BY v + 1 ORDER BY 1;
SELECT CASE WHEN v > 1 THEN 'big' ELSE 'small' END AS size, count(*), sum(v) FROM g GROUP BY CASE WHEN v > 1 THEN 'big' ELSE 'small' END ORDER BY 1;
SELECT DISTINCT k, count(*) OVER () AS n FROM g ORDER BY k;
SELECT k, v FROM g GROUP BY k;
SELECT sum(v) FROM g GROUP BY sum(v);
SELECT k FROM g GROUP BY 3;

-- rollup, cube, grouping sets
SELECT k, v, count(*) FROM g GROUP BY ROLLUP(k, v) ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY CUBE(k, v) ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY k, v WITH ROLLUP ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY k, v WITH CUBE ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY GROUPING SETS ((k, v), (k), ()) ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY GROUPING SETS (k, v) ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY k, v GROUPING SETS ((k, v), k) ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY GROUPING SETS ((k), (k)) , v ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY k, ROLLUP(v) ORDER BY k, v, 3;
SELECT k, v % 2 AS o, v, count(*) FROM g GROUP BY ROLLUP(k, (v % 2, v)) ORDER BY 1, 2, 3, 4;
SELECT k, v, count(*) FROM g GROUP BY ROLLUP(k), CUBE(v) ORDER BY k, v, 3;
SELECT k, v, count(*) FROM g GROUP BY GROUPING SETS (ROLLUP(k, v), (v)) ORDER BY k, v, 3;
SELECT k, count(*) FROM g GROUP BY ROLLUP(1) ORDER BY k, 2;
SELECT count(*) FROM g GROUP BY GROUPING SETS (()) ;
SELECT k, count(*) FROM g WHERE false GROUP BY ROLLUP(k);
SELECT k, count(*) FROM g WHERE false GROUP BY CUBE(k);
SELECT count(*) FROM g WHERE false GROUP BY GROUPING SETS (());
SELECT k, count(*) FROM g GROUP BY ROLLUP(k) HAVING count(*) > 1 ORDER BY 1, 2;
SELECT k, sum(v), avg(v), max(k) FROM g GROUP BY ROLLUP(k) ORDER BY 1, 2;
SELECT coalesce(k, 'all') AS kk, sum(v) FROM g GROUP BY ROLLUP(k) ORDER BY 1, 2;
SELECT k, v, grouping(k), grouping(v), grouping_id(), grouping_id(k, v) FROM g GROUP BY CUBE(k, v) ORDER BY 5, 1, 2;
SELECT k, v, grouping_id() FROM g GROUP BY v, k GROUPING SETS (k, v) ORDER BY 3, 1, 2;
SELECT k, grouping(k) + 1 AS level, sum(v) FROM g GROUP BY ROLLUP(k) HAVING grouping(k) = 1 OR sum(v) > 3 ORDER BY level, k;
SELECT k, sum(v) FROM g GROUP BY ROLLUP(k) ORDER BY grouping(k), k;
SELECT k, sum(v), rank() OVER (PARTITION BY grouping(k) ORDER BY sum(v) DESC) AS r FROM g GROUP BY ROLLUP(k) ORDER BY grouping(k), r, k;
SELECT grouping(k) FROM g GROUP BY k;
SELECT k, grouping(v) FROM g GROUP BY ROLLUP(k);

-- filter and distinct
SELECT count(*) FILTER (WHERE v > 1), sum(v) FILTER (WHERE k = 'x') AS sx, avg(v) FILTER (WHERE v IS NULL) FROM g;
SELECT k, count(*) FILTER (WHERE v IS NULL) AS nulls, max(v) FILTER (WHERE v < 3) FROM g GROUP BY k ORDER BY k;
SELECT count(DISTINCT v) FILTER (WHERE k = 'x'), sum(DISTINCT v), avg(DISTINCT v) FROM g;
SELECT k, count(DISTINCT v), count(DISTINCT k), count(v) FROM g GROUP BY k ORDER BY k;
SELECT sum(DISTINCT v % 2), min(DISTINCT v), max(DISTINCT v) FROM g;
SELECT count(*) FILTER (WHERE sum(v) > 1) FROM g;

-- having
SELECT k, count(*) AS n FROM g GROUP BY k HAVING n > 1 ORDER BY k;
SELECT k FROM g GROUP BY k HAVING max(v) IS NULL ORDER BY k;
SELECT k, sum(v) FROM g GROUP BY k HAVING k = 'x' OR sum(v) > 3 ORDER BY k;
SELECT count(*) FROM g HAVING count(*) > 100;
SELECT count(*) FROM g HAVING true;
SELECT sum(v) FROM g HAVING false;
SELECT 1 FROM g HAVING true;
SELECT v FROM g HAVING v > 1;
SELECT count(*) AS n FROM g HAVING n > 1;
SELECT k, max(v) + min(v) FROM g GROUP BY k HAVING count(*) BETWEEN 2 AND 3 ORDER BY k;

-- pivot
SELECT * FROM (SELECT k, v FROM g WHERE k IS NOT NULL) PIVOT (sum(v) FOR k IN ('x', 'y', 'z'));
SELECT * FROM (SELECT k, v, v % 2 AS odd FROM g) PIVOT (count(v) FOR k IN ('x', 'y')) ORDER BY odd;
SELECT * FROM (SELECT k, v, v % 2 AS odd FROM g) PIVOT (sum(v) AS total, max(v) AS top FOR k IN ('x' AS ex, 'y')) ORDER BY odd;
SELECT * FROM (SELECT k, v, v % 2 AS odd FROM g) PIVOT (sum(v), avg(v) FOR k IN ('x' ex, 'q')) ORDER BY odd;
SELECT * FROM (SELECT k, v FROM g) PIVOT (count(*) FOR v IN (1, 2, 3 AS three)) ORDER BY k;
SELECT * FROM (SELECT k, v, id FROM g JOIN s ON g.v = s.a) PIVOT (min(id) FOR (k, v) IN (('x', 1) AS x1, ('x', 2) AS x2, ('y', 3)));
SELECT x, y + 1 AS y1 FROM (SELECT k, v FROM g) PIVOT (sum(v) AS s FOR k IN ('x', 'y'));
SELECT * FROM (SELECT k, v FROM g) PIVOT (sum(v) + 1 AS more FOR k IN ('x', 'z'));
SELECT * FROM (SELECT k, v FROM g) PIVOT (v FOR k IN ('x'));
