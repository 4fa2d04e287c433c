-- Hashes of columns: Murmur3 and XXH64 as Spark has them, and SHA-2 of every length.

-- each type
SELECT hash(i), hash(l), hash(f), hash(d), xxhash64(i), xxhash64(l), xxhash64(f), xxhash64(d) FROM n;
SELECT hash(x), xxhash64(x), hash(float(x)), xxhash64(float(x)) FROM x;
SELECT hash(w), xxhash64(w), hash(CAST(w AS BINARY)), xxhash64(CAST(w AS BINARY)) FROM w;
SELECT hash(c), xxhash64(c) FROM c;
SELECT hash(j), xxhash64(j), xxhash64(repeat(j, 5)), hash(repeat(j, 3)) FROM j;
SELECT hash(day_), hash(ts), xxhash64(day_), xxhash64(ts) FROM d;
SELECT hash(b), xxhash64(b), hash(a), xxhash64(t) FROM s;
SELECT hash(1Y), hash(-1S), hash(1L), hash(true), hash(1.50), hash(-0.05), hash(12345678901234567890.5), hash(-12345678901234567890.5), hash(CAST(128 AS DECIMAL(38,0))), hash(CAST(-128 AS DECIMAL(20,0))), hash(CAST(0 AS DECIMAL(20,0))), hash(99999999999999999999999999999999999999);
SELECT xxhash64(1Y), xxhash64(-1S), xxhash64(1.50), xxhash64(12345678901234567890.5), xxhash64(CAST(128 AS DECIMAL(38,0))), xxhash64(99999999999999999999999999999999999999), xxhash64(X''), xxhash64(''), hash(''), hash(X'00FF80');
SELECT hash('Spark'), xxhash64('Spark'), xxhash64('0123456789abcdef0123456789abcdef'), xxhash64('0123456789abcdef0123456789abcde'), xxhash64('0123456789abcdef0123456789abcdef01234567890'), hash('中文与 emoji 😀');
-- several values, NULLs among them
SELECT hash(i, l, f, d), xxhash64(i, l, f, d), hash(d, i), xxhash64(NULL, i), hash(NULL), xxhash64(NULL, NULL), hash(i, NULL, l) FROM n;
SELECT hash('Spark', 123, 2), xxhash64('Spark', 123, 2);
-- structs, field by field
SELECT hash(struct(id, t)), hash(id, t), xxhash64(named_struct('x', id, 'y', struct(t, b))), hash(CAST(NULL AS STRUCT<a: INT>)) FROM s;
-- as people use them
SELECT pmod(hash(t), 4) AS bucket, count(*) FROM s GROUP BY pmod(hash(t), 4) ORDER BY 1;
SELECT id FROM s WHERE abs(hash(id)) % 2 = 0 ORDER BY xxhash64(id);
SELECT count(DISTINCT xxhash64(w)), sum(hash(w)), max(xxhash64(w)) FROM w;
-- SHA-2
SELECT sha2(w, 224), sha2(w, 384), sha2(w, 512), sha2(w, 100), sha2(w, -1) FROM w;
SELECT id, sha2(t, a), sha2(t, 128 * id) FROM s;
SELECT sha2('abc', 512), sha2(X'616263', 224), sha2(NULL, 512), sha2('abc', NULL), sha2('abc', '384');
-- refused
SELECT hash();
SELECT hash(map(1, 2));
