-- Arrays: made, read, changed, searched; higher-order functions; rows from arrays.

-- making and reading
SELECT array(p, q), array(), array(NULL), array(1, 2L), array(1, 2.5), array('a', NULL), array(array(p), array(q)), size(array(p, q)), size(NULL), cardinality(array(1, 2)), array(p, q)[0], array(p, q)[1], array(p, q)[2], array(p, q)[-1], array(p)[NULL] FROM v;
SELECT element_at(array(p, q), 1), element_at(array(p, q), -1), element_at(array(p, q), 3), element_at(array(p, q), -3), try_element_at(array(p, q), 5) FROM v;
SELECT element_at(array(1), 0);
SELECT element_at(array(1), NULL);
SELECT array_contains(NULL, 1);
SELECT array_remove(NULL, 1);
SELECT array_size(array(p, q)), array_size(NULL), size(array()), array_contains(array(p, q), 2), array_contains(array(1, NULL), 2), array_contains(array(1, NULL), 1), array_contains(array('a', r), 'a'), array_contains(array(1, 2), 2L) FROM v;
SELECT array_position(array(p, q), 2), array_position(array(3, 2, 1), 1), array_position(array(1), 9), array_position(array(NULL, 1), 1) FROM v;
SELECT array_min(array(p, q)), array_max(array(p, q)), array_min(array('b', 'a', NULL)), array_max(array(1.5D, double('NaN'))), array_min(array(double('NaN'), 1D)) FROM v;

-- changing
SELECT array_distinct(array(p, q, p, NULL, NULL)), array_distinct(array()), array_remove(array(p, q, 2, NULL), 2), array_repeat(r, 2), array_repeat(1, 0), array_repeat(1, -1), array_repeat(NULL, 2), array_repeat('x', NULL) FROM v;
SELECT array_union(array(p, q), array(2, 3)), array_union(array(1, NULL), array(NULL, 1)), array_intersect(array(p, q, 2, NULL), array(2, 1, NULL)), array_except(array(p, q, 5, 5, NULL), array(2)), arrays_overlap(array(p, q), array(2, 3)), arrays_overlap(array(1, NULL), array(2)), arrays_overlap(array(1), array(2)), array_union(array(1), array(2L)) FROM v;
SELECT concat(array(p), array(q, 9)), concat(array(1), array(2L)), concat(array('a')), flatten(array(array(p), array(q, 1))), flatten(array(array(1), NULL)), slice(array(1, 2, 3, 4), 2, 2), slice(array(1, 2, 3), -2, 2), slice(array(1, 2), 5, 2), slice(array(p, q), 1, 1), slice(array(1, 2), 1, 0), reverse(array(p, q, 3)), reverse(array()) FROM v;
SELECT sort_array(array(p, q, NULL, 0)), sort_array(array(p, q, NULL), false), sort_array(array('b', 'B', 'a')), array_sort(array(p, q, NULL, 0)), array_sort(array('é', 'z', NULL, 'a')), sort_array(array()), sort_array(array(2D, double('NaN'), NULL, 1D)), sort_array(array(2D, double('NaN'), NULL, 1D), false), array_sort(array(2D, double('NaN'), NULL, 1D)) FROM v;
SELECT array_join(array('a', NULL, r), ','), array_join(array('a', NULL, r), ',', 'x'), array_join(array(), ','), array_join(NULL, ','), array_join(array('a'), NULL), array_join(array(p, q), '-') FROM v;
SELECT sequence(1, 5), sequence(5, 1), sequence(1, 9, 3), sequence(1, p), sequence(5, 1, -2), sequence(1, 1), sequence(DATE '2024-01-01', DATE '2024-01-03'), sequence(1L, 3), sequence(NULL, 1) FROM v;
SELECT arrays_zip(array(1, 2), array('a')), arrays_zip(array(p), array(q)) FROM v;
SELECT sequence(1, 5, -1);

-- strings as arrays, arrays as text
SELECT split(r, ''), size(split('a,b', ',')), split('a,b', ',')[1], CAST(array(p, q) AS STRING), CAST(array('a', NULL) AS STRING), CAST(array() AS STRING), array(p, q) = array(q, p), array(1) = array(1), array(1, NULL) <=> array(1, NULL) FROM v;
SELECT CAST(array('1', 'x') AS ARRAY<INT>), CAST(array(1, 2) AS ARRAY<STRING>), CAST(NULL AS ARRAY<INT>), CAST(array(1.5) AS ARRAY<BIGINT>);

-- functions of elements
SELECT transform(array(p, q, 3), x -> x + 1), transform(array(p, q), (x, i) -> x * i), transform(array('a', r), x -> upper(x)), transform(array(1, 2), x -> x + p), transform(array(), x -> 1) FROM v;
SELECT filter(array(p, q, NULL), x -> x > 1), filter(array(5, 6, 7), (x, i) -> i > 0), filter(array(1, 2), x -> NULL), exists(array(p, q), x -> x = 2), exists(array(1, NULL), x -> x > 5), forall(array(p, q), x -> x > 0), forall(array(), x -> false) FROM v;
SELECT aggregate(array(p, q, 1), 0, (acc, x) -> acc + x), aggregate(array(1, 2, 3), 0, (acc, x) -> acc + x, acc -> acc * 10), aggregate(array(), 7, (acc, x) -> acc + x), aggregate(array('a', r), '', (acc, x) -> concat(acc, x)) FROM v;
SELECT zip_with(array(p, q), array(1, 2), (x, y) -> x + y), zip_with(array(1, 2, 3), array('a'), (x, y) -> concat(x, y)) FROM v;
SELECT transform(array(array(1, 2), array(3)), x -> transform(x, y -> y * 2)), filter(array(array(p), array(q, 9)), x -> size(x) > 1), transform(filter(array(p, q), x -> x IS NOT NULL), x -> -x) FROM v;

-- rows from arrays
SELECT explode(array(p, q)) FROM v;
SELECT p, explode(array(q, 9)) AS e FROM v WHERE p > 1;
SELECT explode_outer(filter(array(p), x -> x > 1)), 1 FROM v;
SELECT p, posexplode(array(p, q)) FROM v;
SELECT posexplode_outer(filter(array(p), x -> x > 1)) FROM v;
SELECT q, inline(array(struct(p, r), named_struct('p', 7, 'r', r))) FROM v;
SELECT stack(2, 1, 'a', 2, 'b');
SELECT explode(map('a', 1, 'b', 2));
SELECT explode(NULL);
