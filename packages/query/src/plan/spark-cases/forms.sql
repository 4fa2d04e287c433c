-- Calls with a grammar of their own, and calls in places of their own: TRIM, OVERLAY, samples, stars of structs, lambdas that compare, lists over windows.

-- letters at the ends
SELECT ltrim('ab', t), rtrim('ab', t), trim('ab', t), ltrim(t), btrim(t) FROM s;
SELECT trim(BOTH FROM t), trim(LEADING 'a' FROM t), trim(TRAILING concat('a', 'b') FROM t), trim(id FROM 123), trim('x' FROM 'xabcx') FROM s;
SELECT trim('日本' FROM w), ltrim('日', w), trim(BOTH '😀x' FROM w), rtrim('\u00a0', w), trim('%' FROM w), trim(BOTH w FROM w) FROM w;
SELECT trim(LEADING FROM w), trim(TRAILING FROM w) FROM w;
SELECT trim(BOTH NULL FROM 'a'), trim(BOTH 'x' FROM NULL), trim(BOTH '' FROM ' a '), trim(BOTH ']^-\\' FROM '-]a^\\');
SELECT leading, both FROM (SELECT 1 AS leading, 2 AS both);
-- positions and overlays
SELECT position('b', 'abc'), position('b' IN 'abc'), position('c', 'abc', 2), locate('c' , 'abcabc', 4);
SELECT overlay('Spark SQL' PLACING '_' FROM 6), overlay('Spark SQL' PLACING 'CORE' FROM 7), overlay('Spark SQL' PLACING 'ANSI ' FROM 7 FOR 0), overlay(t PLACING 'x' FROM 1 FOR 1) FROM s;
-- the fields of a struct
SELECT st.*, id FROM (SELECT id, struct(a, t) AS st FROM s);
SELECT st.in.* FROM (SELECT named_struct('in', named_struct('x', 1, 'y', 2)) AS st);
SELECT q.st.* FROM (SELECT named_struct('a', 1, 'b', 'x') AS st) q;
SELECT arr.* FROM (SELECT array(1) AS arr);
SELECT nope.* FROM s;
-- samples whose rows are certain
SELECT count(*) FROM s TABLESAMPLE (100 PERCENT) x;
SELECT id FROM s TABLESAMPLE (0 PERCENT);
SELECT count(*) FROM (SELECT * FROM s) TABLESAMPLE (100.0 PERCENT) AS q;
SELECT id FROM s TABLESAMPLE (120 PERCENT);
-- an order of one's own
SELECT array_sort(array(5, 3, NULL, 1), (a, b) -> CASE WHEN a IS NULL THEN 1 WHEN b IS NULL THEN -1 ELSE a - b END), array_sort(array('b', 'abc', 'ab', 'c'), (l, r) -> length(r) - length(l)), array_sort(CAST(NULL AS ARRAY<INT>), (a, b) -> a - b);
SELECT array_sort(array(3, 1, 2), (a, b) -> b - a), array_sort(array('bc', 'ab', 'dc'), (l, r) -> CASE WHEN l < r THEN 1 WHEN l > r THEN -1 ELSE 0 END);
SELECT array_sort(array(struct(2 AS n, 'x' AS s), struct(1 AS n, 'y' AS s)), (a, b) -> a.n - b.n);
SELECT array_sort(collect_list(v), (a, b) -> b - a) FROM g;
SELECT array_sort(array(1, 2), (a, b) -> 'x');
SELECT array_sort(array(1, 2), x -> 1);
-- members of JSON
SELECT json_tuple('{"a":1, "b":"x", "c":null, "d":{"e" : [1, 2]}, "f":1.50, "g":true}', 'a', 'b', 'c', 'd', 'f', 'g', 'nope');
SELECT json_tuple(j, 'a', 'b', 'd') FROM j;
SELECT t.* FROM j LATERAL VIEW json_tuple(j, 'a', 'b') t AS x, y;
SELECT json_tuple('{"a":1}', 'a') AS x;
SELECT json_tuple('{"a":1, "b":2}', 'a', 'b') AS (x, y);
SELECT json_tuple('{"a":1}');
SELECT to_json(struct(1.5D AS a, 1e10D AS b, 1.5F AS c, CAST('NaN' AS DOUBLE) AS d, CAST('Infinity' AS DOUBLE) AS e, -0.0D AS f, 100D AS g)), to_json(map('x', 0.1D)), to_json(array(1e300D, NULL));
-- lists over windows and under conditions
SELECT k, v, collect_list(v) OVER (PARTITION BY k) l FROM g ORDER BY k, v;
SELECT k, v, collect_list(v) OVER (PARTITION BY k ORDER BY v) l FROM g ORDER BY k, v;
SELECT k, v, sort_array(collect_set(v) OVER (PARTITION BY k ORDER BY v)) l FROM g ORDER BY k, v;
SELECT k, v, collect_list(v) OVER (PARTITION BY k ORDER BY v ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) l FROM g ORDER BY k, v;
SELECT k, array_agg(v) FILTER (WHERE v > 1 OR v IS NULL), sort_array(collect_set(v) FILTER (WHERE v > 1)) FROM g GROUP BY k ORDER BY k;
SELECT first_value(v) IGNORE NULLS OVER (ORDER BY k, v) a, last_value(v) IGNORE NULLS OVER (ORDER BY k, v) b, first_value(v, true) OVER (ORDER BY k, v) c FROM g ORDER BY k, v;
SELECT first_value(v) IGNORE NULLS OVER (ORDER BY v DESC), last_value(v) IGNORE NULLS OVER (ORDER BY v), first(v) IGNORE NULLS OVER (ORDER BY v DESC), first_value(v, true) OVER (ORDER BY v DESC) FROM g ORDER BY v;
-- the largest struct: a NULL inside is the smallest
SELECT max(struct(v, k)), min(struct(v, k)), max(named_struct('a', struct(k, v))), max(array(struct(v))), min(array(v, 1)) FROM g;
SELECT k, max(struct(v, k)).v, min(struct(v)) FROM g GROUP BY k ORDER BY k;
SELECT k, v, max(struct(v, k)) OVER (PARTITION BY k) m FROM g ORDER BY k, v;
SELECT max_by(v, struct(v, k)), min_by(k, struct(k, v)) FROM g;
SELECT max(array(f)), min(array(f)), max(struct(f)), min(struct(f)) FROM n;
SELECT max(CASE WHEN v > 1 THEN struct(v) END), min(CASE WHEN v > 1 THEN struct(v) END) FROM g;
SELECT max(map(1, 2));
-- no more parts than a number
SELECT split('a,b,c', ',', 2), split('a,b,c', ',', 3), split('a,b,c', ',', 9), split('a1b22c333d', '[0-9]+', 3), split('', ',', 2), split(NULL, ',', 2), split(',a,', ',', 2), split('日本,語,x', ',', 2);
SELECT split(t, 'a', 2), split(w, '_', 2) FROM s, w WHERE id < 3;
-- several shares at once
SELECT percentile(v, array(0, 0.25, 0.5, 1)), percentile_approx(v, array(0.1, 0.9)), approx_percentile(v, array(0.5D), 100), percentile(v, array(0.5)) FROM g;
SELECT k, percentile(v, array(0.5, 1)), percentile_approx(v, array(0.5)) FROM g GROUP BY k ORDER BY k;
SELECT percentile(v, array(1.5)) FROM g;
-- halves to the even neighbour
SELECT bround(2.5D), bround(3.5D), bround(-2.5D), bround(0.125D, 2), bround(0.375D, 2), bround(1e20D), bround(1.005D, 2), bround(2.5F), bround(0.15F, 1), round(2.5F), round(0.15F, 1), round(1e10F, 2), bround(CAST('NaN' AS DOUBLE)), bround('2.5');
SELECT bround(x), bround(x, 1), bround(y, 3) FROM x;
-- how words sound, digits among them
SELECT soundex('a b 12'), soundex('1ab'), soundex('ab1'), soundex('a11b');
