-- Order and limits: NULL and NaN, positions, expressions, SORT BY and its kin, names that repeat.

-- order
SELECT k, v FROM g ORDER BY k, v;
SELECT k, v FROM g ORDER BY k DESC, v DESC;
SELECT k, v FROM g ORDER BY k NULLS LAST, v DESC NULLS FIRST;
SELECT k, v FROM g ORDER BY 2 DESC, 1;
SELECT k AS x FROM g ORDER BY x DESC NULLS LAST;
SELECT v FROM g ORDER BY k, v;
SELECT v AS k FROM g ORDER BY k;
SELECT f FROM n ORDER BY f;
SELECT f FROM n ORDER BY f DESC NULLS FIRST;
SELECT t FROM s ORDER BY length(t), t;
SELECT t FROM s ORDER BY t IS NULL, t;
SELECT id FROM s ORDER BY b, id DESC;
SELECT k, count(*) AS n FROM g GROUP BY k ORDER BY n DESC, k;
SELECT k, sum(v) FROM g GROUP BY k ORDER BY sum(v), k;
SELECT k FROM g GROUP BY k ORDER BY max(v) DESC NULLS LAST, k;
SELECT DISTINCT k FROM g ORDER BY k DESC;
SELECT id FROM s ORDER BY -id LIMIT 2;
SELECT id, a FROM s ORDER BY a + id, id LIMIT 3;
SELECT s.id FROM s ORDER BY s.id DESC LIMIT 1;
SELECT id FROM s ORDER BY 'constant', id;
SELECT k FROM g ORDER BY 2;
SELECT DISTINCT k FROM g ORDER BY v;

-- limit
SELECT id FROM s ORDER BY id LIMIT ALL;
SELECT id FROM s ORDER BY id LIMIT 0;
SELECT count(*) FROM (SELECT id FROM s LIMIT 4);
SELECT id FROM (SELECT id FROM s ORDER BY id DESC LIMIT 2) q ORDER BY id;

-- sort by, distribute by, cluster by
SELECT id FROM s SORT BY id DESC;
SELECT id FROM s DISTRIBUTE BY a SORT BY id;
SELECT id FROM s CLUSTER BY id;
SELECT count(*) FROM (SELECT id FROM s DISTRIBUTE BY a);
SELECT id FROM s SORT BY id LIMIT 2;
SELECT id FROM s ORDER BY id SORT BY id;
SELECT id FROM s DISTRIBUTE BY missing;
SELECT k, count(*) AS n FROM g GROUP BY k DISTRIBUTE BY n SORT BY k;

-- generators
SELECT g.k, e.n FROM g LATERAL VIEW stack(2, 1, 2) e AS n WHERE g.v = 1 ORDER BY n;
SELECT a, b FROM s2 LATERAL VIEW stack(2, 'x', id, 'y', id * 10) t AS a, b WHERE id = 3 ORDER BY a;
SELECT stack(2, 1, 'a', 2, 'b');
SELECT stack(2, 1, 2, 3);
SELECT stack(2, 1, 'a', 2, 'b') AS (n, t);
SELECT id, stack(2, id, z) FROM s2 WHERE id = 1;
SELECT id, x FROM s2 LATERAL VIEW explode(array(id, id + 1)) AS x ORDER BY id, x;
SELECT id, x FROM s2 LATERAL VIEW OUTER explode(if(id > 1, array(id, 0), NULL)) e AS x ORDER BY id, x;
SELECT id, x FROM s2 LATERAL VIEW explode(if(id > 1, array(id, 0), NULL)) e AS x ORDER BY id, x;
SELECT id, explode_outer(if(id > 1, array(id), NULL)) FROM s2 ORDER BY id;
SELECT key, value FROM s2 LATERAL VIEW explode(map('k', id)) m WHERE id = 1;
SELECT id, e.* FROM s2 LATERAL VIEW posexplode(array('p', 'q')) e ORDER BY id, pos;
SELECT explode(array(1, 2, NULL));
SELECT posexplode(array('a', 'b'));
SELECT explode(map('a', 1, 'b', 2));
SELECT id, explode(array(z, 'end')) AS w FROM s2 ORDER BY id, w;
SELECT id, c, count(*) OVER (PARTITION BY c) AS n FROM s2 LATERAL VIEW explode(array(1, 2)) e AS c ORDER BY id, c;
SELECT x, y FROM s2 LATERAL VIEW explode(array(1, 2)) a AS x LATERAL VIEW explode(array(x * 10, x * 20)) b AS y WHERE id = 1 ORDER BY x, y;
SELECT inline(array(struct(1, 'a'), struct(2, 'b')));
SELECT sum(x) FROM g LATERAL VIEW explode(array(v, 1)) e AS x;
SELECT explode(array(1)), explode(array(2));
SELECT x FROM s2 LATERAL VIEW explode(array(1, 2)) e AS x, y;
SELECT id FROM s2 LATERAL VIEW explode(id) e AS x;
-- A name that several outputs have is a column below, where there is one.
SELECT v, -v AS v FROM g ORDER BY v;
SELECT cast(id AS STRING), cast(id AS DOUBLE) FROM s2 ORDER BY id DESC;
SELECT -v AS m, 2 * v AS m FROM g ORDER BY m;
