-- Maps and structs.

-- maps
SELECT map('a', p, 'b', q), map(), map(1, 'x', 2, NULL), map('a', p)['a'], map('a', p)['z'], map(1, 'x')[1], size(map('a', 1)), size(map()), cardinality(map(1, 2)), element_at(map('a', p), 'a'), element_at(map('a', p), 'z'), try_element_at(map('a', 1), 'b') FROM v;
SELECT map_keys(map('a', p, 'b', q)), map_values(map('a', p, 'b', q)), map_entries(map('a', p)), map_contains_key(map('a', 1), 'a'), map_contains_key(map('a', 1), 'b'), map_from_arrays(array('x', 'y'), array(p, q)), map_from_entries(array(struct('k', p))), map_concat(map('a', 1), map('b', p)), map_concat(), map_contains_key(map(1, 2), 1L) FROM v;
SELECT str_to_map('a:1,b:2,c'), str_to_map('a=1;b=2', ';', '='), str_to_map(''), str_to_map(NULL), str_to_map('a:1:2'), str_to_map('a') ;
SELECT map_filter(map('a', 1, 'b', 2), (k, v) -> v > 1), transform_values(map('a', 1, 'b', p), (k, v) -> v + 1), transform_keys(map('a', 1), (k, v) -> upper(k)), map_zip_with(map('a', 1), map('a', 2, 'b', 3), (k, x, y) -> x + y) FROM v;
SELECT map('a', 1, 'a', 2);
SELECT map(NULL, 1);
SELECT CAST(map('a', p) AS STRING), CAST(map(1, NULL) AS STRING) FROM v;
SELECT map('a', 1) = map('a', 1);

-- structs
SELECT struct(p, q), struct(p AS x, r), named_struct('x', p, 'y', r), struct(p, q).p, named_struct('x', p).x, struct(1, 'a'), struct(1, 'a').col2, named_struct('a b', 1).`a b`, struct(p, struct(q, r)) FROM v;
SELECT s.x, s.y.z, s.y FROM (SELECT named_struct('x', p, 'y', named_struct('z', r)) AS s FROM v);
SELECT (p, q) FROM v;
SELECT CAST(struct(p, r) AS STRING), CAST(named_struct('a', NULL, 'b', array(1)) AS STRING), struct(1, 2) = struct(1, 2), named_struct('a', 1) <=> NULL FROM v;
SELECT array(named_struct('p', p)).p, map('k', named_struct('f', p))['k'].f FROM v;
SELECT CAST(struct(1, '2') AS STRUCT<a: STRING, b: INT>);
SELECT DISTINCT array(1), struct(1) FROM v;
SELECT array(p), count(*) FROM v GROUP BY array(p);

-- json
SELECT get_json_object(j, '$.a'), get_json_object(j, '$.b'), get_json_object(j, '$.b.c'), get_json_object(j, '$.d[0]'), get_json_object(j, '$.d[1]'), get_json_object(j, '$.d[9]'), get_json_object(j, '$'), get_json_object(j, '$.none'), get_json_object(j, "$['a']"), get_json_object(NULL, '$.a'), get_json_object(j, NULL), get_json_object(j, 'a') FROM j;
SELECT json_array_length(j), json_array_length('[1,2,[3]]'), json_array_length('{}'), json_array_length('bad'), json_array_length(NULL), json_object_keys(j), json_object_keys('[1]'), json_object_keys('bad') FROM j;
SELECT to_json(named_struct('a', p, 'b', r)), to_json(array(p, q)), to_json(map('k', p)), to_json(named_struct('d', DATE '2024-01-05', 'n', NULL, 'x', 1.50, 't', true)), to_json(array(named_struct('a', 1))), to_json(named_struct('t', TIMESTAMP '2024-01-05 10:00:00')) FROM v;
