-- Functions of text. How these files work is told in tools/spark-cases.py.

-- codes, bytes and digits of text
SELECT ascii(w), ascii(''), ascii(NULL), ascii(7), bit_length(w), octet_length(w), char_length(w), character_length(w), length(w) FROM w;
SELECT char(65), chr(233), chr(0), chr(256), chr(-1), chr(321), char(i), chr(l) FROM n;
SELECT base64(w), base64(CAST('abc' AS BINARY)), base64(NULL), hex(w), hex(unhex('1F')), hex('') FROM w;
SELECT hex(i), hex(l), hex(17), hex(-1), hex(CAST(-1 AS TINYINT)), bin(i), bin(l), bin(-1), bin(5), bin('13') FROM n;
SELECT unbase64('YWJj'), unbase64(''), unbase64(NULL), unbase64('YQ=='), unhex('616263'), unhex('F'), unhex('ABC'), unhex('zz'), unhex(''), unhex(NULL);
SELECT encode(w, 'utf-8'), encode(w, 'UTF-8'), decode(encode(w, 'UTF-8'), 'UTF-8'), decode(CAST(w AS BINARY), 'utf-8'), CAST(CAST(w AS BINARY) AS STRING) FROM w;

-- case and order of letters
SELECT lcase(w), ucase(w), initcap(w), reverse(w) FROM w;
SELECT initcap('the quick-brown  fox'), initcap('ÉCOLE élan'), initcap('o''neil x'), initcap('a	b'), initcap(NULL), initcap(''), reverse(''), reverse(12), lcase('ABC'), ucase(NULL);

-- joining and repeating
SELECT concat_ws('-', w, 'x', NULL, w), concat_ws(NULL, w), concat_ws(','), concat_ws('', w, 1, 2.50), concat_ws(',', NULL, NULL) FROM w;
SELECT concat_ws(',', array('a', NULL, 'b'), 'c', array()), concat_ws('-', array('x')), concat_ws('/', w, array(w, 'q')) FROM w;
SELECT repeat(w, 2), repeat(w, 0), repeat(w, -1), repeat('ab', i % 4), repeat(NULL, 2), space(3), space(0), space(-1), space(NULL) FROM w CROSS JOIN (SELECT i FROM n WHERE i IN (-7, 1, 7, 300)) AS n;
SELECT elt(1, w, 'b'), elt(2, w, 'b'), elt(3, w, 'b'), elt(0, w, 'b'), elt(-1, w), elt(NULL, w, 'x'), elt(i, 'one', 'two', 'three') FROM w CROSS JOIN (SELECT i FROM n WHERE i IN (-7, 1, 7, 300)) AS n;

-- parts of text
SELECT left(w, 2), left(w, 0), left(w, -1), left(w, 100), right(w, 2), right(w, 0), right(w, -1), right(w, 100), left(NULL, 1), left(w, NULL), right(12345, 2) FROM w;
SELECT lpad(w, 6, 'xy'), lpad(w, 2, 'xy'), lpad(w, 0, 'x'), lpad(w, -1, 'x'), lpad(w, 6, ''), lpad(w, 6), rpad(w, 6, 'xy'), rpad(w, 2, 'xy'), rpad(w, 0, 'x'), rpad(w, -1, 'x'), rpad(w, 6, ''), rpad(w, 6), lpad(7, 3, 0) FROM w;
SELECT btrim(w), btrim(w, 'ab'), btrim('xxhixx', 'x'), btrim('', 'x'), btrim(w, ''), btrim(NULL, 'x'), btrim(w, NULL) FROM w;
SELECT substring_index('a.b.c.d', '.', 2), substring_index('a.b.c.d', '.', -2), substring_index('a.b', '.', 0), substring_index('a.b', '.', 9), substring_index('a.b', '', 1), substring_index(w, 'b', 1), substring_index(w, 'b', -1), substring_index('aXbxc', 'x', 1), substring_index(NULL, '.', 1), substring_index('a||b||c', '||', 2), substring_index('www.apache.org', '.', i % 3) FROM w CROSS JOIN (SELECT i FROM n WHERE i IN (-7, 1, 7, 300)) AS n;
SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', 4), split_part('a,b,c', ',', -1), split_part('a,b,c', ',', -4), split_part('', ',', 1), split_part('abc', '', 1), split_part(w, 'b', 1), split_part(NULL, ',', 1) FROM w;
SELECT split_part('a', ',', 0);
SELECT overlay('Spark SQL', '_', 6), overlay('Spark SQL', 'CORE', 7), overlay('Spark SQL', 'ANSI ', 7, 0), overlay('Spark SQL', 'tructured', 2, 4), overlay(w, 'x', 2), overlay(w, '', 1, 1), overlay('abc', 'x', 10), overlay('abc', 'x', 1, 100), overlay('abc', 'x', 2, -1), overlay(NULL, 'x', 1) FROM w;
SELECT substring(w, a), substring(w, a, id), substr(w, id - 4), substring(w, id - 4, 3), left(w, a), right(w, a - 2), repeat(w, a), lpad(w, id, '*'), rpad(w, id + a, t) FROM w CROSS JOIN s;

-- looking for text
SELECT contains(w, 'b'), contains(w, ''), contains(NULL, 'a'), startswith(w, 'a'), startswith(w, ''), endswith(w, 'b'), endswith(w, NULL), contains(w, 'é'), startswith(12, 1) FROM w;
SELECT locate('b', w), locate('b', w, 3), locate('', w), locate('', w, 3), locate('b', w, 0), locate('b', w, -1), locate(NULL, w), locate('a', w, NULL), position('b', w), position('本', w), position('b', w, 2), locate('a', 'abcabc', 2) FROM w;
SELECT find_in_set('b', 'a,b,c'), find_in_set('', 'a,,c'), find_in_set('a,b', 'a,b'), find_in_set('z', 'a,b'), find_in_set(w, 'abc,a_b,,日本語'), find_in_set(NULL, 'a'), find_in_set('a', NULL), find_in_set('', '') FROM w;
SELECT levenshtein('kitten', 'sitting'), levenshtein(k, 'abc'), levenshtein('', 'abc'), levenshtein('ab', 'ba'), levenshtein(NULL, 'a'), levenshtein('a', NULL) FROM g;
SELECT soundex('Miller'), soundex('Robert'), soundex('Rupert'), soundex('Ashcraft'), soundex('Tymczak'), soundex('Pfister'), soundex(''), soundex('123'), soundex(NULL), soundex('Honeyman'), soundex('a'), soundex(w) FROM w;

-- replacing
SELECT replace(w, 'a', 'XY'), replace(w, 'a'), replace(w, '', 'x'), replace(w, NULL, 'x'), replace('aaa', 'aa', 'b'), replace('日本', '本', ''), replace(7, 7, 8) FROM w;
SELECT translate(w, 'ab', 'xy'), translate(w, 'ab', 'x'), translate(w, '', 'x'), translate('aabb', 'aa', 'xy'), translate('日本語', '本', '月'), translate(NULL, 'a', 'b'), translate('abc', 'abc', '') FROM w;

-- patterns
SELECT w RLIKE 'a', w REGEXP '^a.b$', regexp(w, 'B|b'), regexp_like(w, '[a-c]+'), rlike(w, '\\s'), regexp_like(w, ''), w NOT RLIKE 'a', regexp_like(NULL, 'a'), regexp_like(w, '(?i)A'), regexp_like(w, '\\w\\d?') FROM w;
SELECT regexp_extract('100-200', '(\\d+)-(\\d+)', 1), regexp_extract('100-200', '(\\d+)-(\\d+)', 2), regexp_extract('100-200', '(\\d+)-(\\d+)', 0), regexp_extract('100-200', '(\\d+)-(\\d+)'), regexp_extract('x', '(\\d+)'), regexp_extract(w, '(a)(.)?', 2), regexp_extract(NULL, '(a)', 1), regexp_extract('foo', '(o)(x)?', 2), regexp_extract(w, '^.{2}', 0) FROM w;
SELECT regexp_extract('100', '(\\d+)', 2);
SELECT regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', 1), regexp_extract_all('100-200, 300-400', '(\\d+)-(\\d+)', 0), regexp_extract_all('100-200', '(\\d+)-(\\d+)'), regexp_extract_all('x', '(\\d+)', 1), regexp_extract_all(NULL, 'a', 0), regexp_extract_all('ab', '(a)|(b)', 1), regexp_extract_all(w, '[ab]', 0) FROM w;
SELECT regexp_replace('100-200', '(\\d+)', 'num'), regexp_replace('100-200', '(\\d+)-(\\d+)', '$2-$1'), regexp_replace(w, '[ab]', '<$0>'), regexp_replace(w, '\\s+', ''), regexp_replace('abc', '', '-'), regexp_replace('abc', 'x*', '-'), regexp_replace(NULL, 'a', 'b'), regexp_replace('a.b', '.', '\\$'), regexp_replace('aaa', 'a', 'b', 1), regexp_replace('x1y2', '(\\d)', '[$1]') FROM w;
SELECT split('a,b,,c,', ','), split('', ','), split('abc', 'x'), split('a1b2', '[0-9]'), split(NULL, ','), split('oneAtwoBthree', '[ABC]', -1), split('a|b', '\\|'), split(w, 'a'), split(w, ' '), split('a.b', '.'), split(',', ','), split('oneAtwoBthree', '[ABC]', 0), split('oneAtwoBthree', '[ABC]', 1) FROM w;
SELECT split('abc', ''), split('日本', ''), split('', '');
SELECT w LIKE 'a%', like(w, 'a%'), ilike(w, 'A%'), w ILIKE '%B' FROM w;

-- numbers as text
SELECT format_number(1234567.891, 2), format_number(12332.123456, 4), format_number(0, 0), format_number(-1234.5, 0), format_number(1234.5, 0), format_number(1235.5, 0), format_number(i, 2), format_number(l, 0), format_number(d, 1), format_number(NULL, 1), format_number(0.005, 2), format_number(0.015, 2), format_number(-0.001, 2), format_number(5, -1) FROM n;
SELECT format_number(f, 2), format_number(f, 0), format_number(0.5D, 0), format_number(1.5D, 0), format_number(2.5D, 0), format_number(-0.4D, 0), format_number(1e10, 3), format_number(0.125D, 2), format_number(0.375D, 2) FROM n WHERE f < 1e12 AND f > -1e12;
SELECT format_string('%s is %d', t, a), format_string('%5d|%-5d|%05d', 7, 7, 7), format_string('%%'), format_string('%s', NULL), printf('%s-%s', 'a', 1), format_string('%x', 255), format_string('%,d', 1234567), format_string('%.2f', 1.005D), format_string('%.2f|%.1f', 2.345D, -0.05D), format_string('%-6s|%6s', t, t), format_string('%X %x', -1, -1L) FROM s;
SELECT conv('100', 2, 10), conv('-10', 10, 16), conv('ff', 16, 10), conv('FF', 16, 2), conv('zz', 36, 10), conv('1g', 16, 10), conv('', 10, 2), conv(NULL, 10, 2), conv('12', 10, 10), conv('9223372036854775807', 10, 16), conv('7', 1, 10), conv('-1', 10, 16), conv('-255', 10, -16), conv('18446744073709551616', 10, 16);

-- addresses
SELECT parse_url('http://spark.apache.org/path?query=1', 'HOST'), parse_url('http://spark.apache.org/path?query=1', 'QUERY'), parse_url('http://spark.apache.org/path?query=1', 'QUERY', 'query'), parse_url('https://u:p@h.com:8080/a/b?x=1&y=2#frag', 'PROTOCOL'), parse_url('https://u:p@h.com:8080/a/b?x=1&y=2#frag', 'PATH'), parse_url('https://u:p@h.com:8080/a/b?x=1&y=2#frag', 'REF'), parse_url('https://u:p@h.com:8080/a/b?x=1&y=2#frag', 'AUTHORITY'), parse_url('https://u:p@h.com:8080/a/b?x=1&y=2#frag', 'FILE'), parse_url('https://u:p@h.com:8080/a/b?x=1&y=2#frag', 'USERINFO'), parse_url('https://u:p@h.com:8080/a/b?x=1&y=2#frag', 'QUERY', 'y'), parse_url('https://h.com', 'PATH'), parse_url('nonsense', 'HOST'), parse_url(NULL, 'HOST'), parse_url('https://h.com/?a=', 'QUERY', 'a'), parse_url('https://h.com', 'NOPE');
