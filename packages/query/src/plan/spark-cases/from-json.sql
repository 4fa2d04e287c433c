-- JSON text as structs of declared columns.

-- schemas as DDL writes them, and as a type
SELECT j, from_json(j, 'a INT, b STRING') x, from_json(j, 'struct<a:int,d:string>') y, from_json(j, 'a STRING, d STRING').a FROM j;
SELECT from_json('{"a":1}', 'a INT'), typeof(from_json('{"a":1}', 'a INT, b DECIMAL(5,2)'));
SELECT from_json('{"a b":1,"c":2}', '`a b` INT, c BIGINT') x;
-- what is no object, and what is more than one
SELECT from_json('[{"a":1}]', 'a INT') a, from_json('  ', 'a INT') b, from_json('{"a":"x","b":2}', 'a INT, b INT') c, from_json('{"A":1}', 'a INT') d, from_json(NULL, 'a INT') e, from_json('{"a":1} junk', 'a INT') f, from_json('{"a":1', 'a INT') g, from_json('null', 'a INT') h, from_json('{}', 'a INT') i, from_json('1', 'a INT') k, from_json('{"a":1,"a":2}', 'a INT') l, from_json('[]', 'a INT') m, from_json('{"a":1,}', 'a INT') n, from_json('{a:1}', 'a INT') o, from_json('x', 'a INT') p, from_json('{"a":1}}', 'a INT') q, from_json('"text"', 'a STRING') r;
-- values of each type
SELECT from_json('{"a":1.5,"b":"2024-01-05","c":"2024-01-05 10:11:12","d":true,"e":1e2,"f":"NaN","g":12.345,"h":"QUI=","i":300}', 'a INT, b DATE, c TIMESTAMP, d BOOLEAN, e DOUBLE, f FLOAT, g DECIMAL(5,2), h BINARY, i TINYINT') x;
SELECT from_json('{"a":"7","b":"5.1.2024","c":"2024-01-05T10:11:12Z","d":"true","e":"Infinity","f":"1.5","g":"12.345","h":7,"i":-128}', 'a INT, b DATE, c TIMESTAMP, d BOOLEAN, e DOUBLE, f FLOAT, g DECIMAL(5,2), h BINARY, i TINYINT') x;
SELECT from_json('{"a":9223372036854775807,"b":9223372036854775808,"c":-5,"d":1234.5,"e":0.1,"f":16777217}', 'a BIGINT, b BIGINT, c SMALLINT, d DECIMAL(5,2), e FLOAT, f FLOAT') x;
SELECT from_json('{"a":[1,2],"b":{"c":1.50,"n":9007199254740993},"d":1.50,"e":false,"f":"q\\"u\\u00e9","g":1e10}', 'a STRING, b STRING, d STRING, e STRING, f STRING, g STRING') x;
SELECT from_json('{"h":"no base64!","i":"QQ","j":"2024-1-5","k":"2024","l":"junk","m":20240105,"n":"2024-1-5 1:2:3"}', 'h BINARY, i BINARY, j DATE, k DATE, l DATE, m DATE, n TIMESTAMP') x;
-- used as people do
SELECT id, from_json(concat('{"id":', id, ',"b":', coalesce(b, 'null'), '}'), 'id BIGINT, b BOOLEAN') AS o FROM s;
SELECT sum(from_json(j, 'a DOUBLE').a) AS total, count(from_json(j, 'a DOUBLE')) AS n FROM j;
-- refused
SELECT from_json('{"b":"2024-13-05"}', 'b DATE');
SELECT from_json('{"b":"2024-02-30 10:11:12"}', 'b TIMESTAMP');
SELECT from_json(t, t) FROM s;
SELECT from_json('{"a":1}', 'a WHAT');
SELECT from_json(1, 'a INT');
