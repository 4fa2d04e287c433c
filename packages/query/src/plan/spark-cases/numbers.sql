-- Functions of numbers and of bits.

-- signs and exact roots
SELECT x, sign(x), signum(x), sqrt(x), rint(x) FROM x;
SELECT sign(i), sign(l), sign(d), sqrt(4), sqrt(d), sqrt('9'), e(), pi(), pow(0, 0), pow(NULL, 2), pow(2, 10) FROM n;
SELECT negative(i), negative(l), negative(d), negative(f), positive(i), positive(d), positive(f), negative(-2147483648), - CAST(-128 AS TINYINT), positive(-1.5), negative('3') FROM n;

-- whole numbers
SELECT mod(i, 3), mod(i, 0), mod(7.5, 2), mod(-7, 3), pmod(i, 3), pmod(-7, 3), pmod(7, -3), pmod(-7, -3), pmod(i, 0), pmod(l, 7), pmod(-7.5, 2), pmod(f, 3), pmod(NULL, 3), i DIV 2, l DIV 3, i DIV 0, -7 DIV 2, d DIV 3, 7.5 DIV 2 FROM n;
SELECT factorial(0), factorial(5), factorial(20), factorial(21), factorial(-1), factorial(NULL), factorial(i % 10) FROM n;
SELECT bit_count(i), bit_count(l), bit_count(true), bit_count(0), bit_get(11, 0), bit_get(11, 2), getbit(11, 3), getbit(-1, 31), shiftleft(i, 1), shiftleft(1, 33), shiftleft(1L, 33), shiftleft(l, 65), shiftright(i, 1), shiftright(-8, 1), shiftright(l, 2), shiftrightunsigned(-8, 1), shiftrightunsigned(-8L, 1), shiftrightunsigned(i, 4), shiftright(1, -1) FROM n;
SELECT i & 7, i | 8, i ^ 5, ~ i, l & 255, ~ l, 5 & 3L, CAST(5 AS TINYINT) | CAST(2 AS TINYINT) FROM n;
SELECT width_bucket(5.3, 0.2, 10.6, 5), width_bucket(-2.1, 1.3, 3.4, 3), width_bucket(8.1, 0.0, 5.7, 4), width_bucket(-0.9, 5.2, 0.5, 2), width_bucket(1, 1, 1, 3), width_bucket(x, 0, 10, 4), width_bucket(NULL, 0, 1, 2), width_bucket(5, 0, 10, 0), width_bucket(10, 0, 10, 5), width_bucket(0, 0, 10, 5) FROM x;

-- rounding
SELECT round(x), round(x, 1), round(x, 2), round(2.5D), round(-2.5D), round(0.125D, 2), round(1.005D, 2), round(-0.4D), round(1e15D, 2), round(123.456D, 5) FROM x;
SELECT round(i, -1), round(i, -3), round(l, -2), round(125, -1), round(135, -1), round(-125, -1), round(2147483647, -1), round(d, -1), round(12.345, -1), round(15.5, -2), round(NULL), round(NULL, 1), round('2.5'), round(99, -2), round(5, -1) FROM n;
SELECT bround(2.5), bround(3.5), bround(-2.5), bround(d, 1), bround(0.125, 2), bround(25, -1), bround(35, -1), bround(i, -1), bround(d), bround(1.25, 1), bround(NULL), bround(7, 2) FROM n;
SELECT ceil(x), floor(x), ceil(2.345, 2), floor(2.345, 2), ceil(-2.345, 1), floor(-2.345, 1), ceil(125, -1), floor(125, -1), ceil(d, 1), floor(d, -1) FROM n CROSS JOIN (SELECT x FROM x WHERE x > 0 AND x < 3) AS x;

-- tried arithmetic
SELECT try_add(i, 1), try_add(l, 1), try_add(1, 2.5), try_add(f, 1), try_subtract(i, 1), try_subtract(l, 1), try_multiply(i, 2), try_multiply(l, 2), try_divide(i, 2), try_divide(i, 0), try_divide(d, 0), try_divide(1, 3), try_add(NULL, 1), try_divide(f, 0) FROM n;
SELECT isnan(f), nanvl(f, 0D), nanvl(f, NULL), nanvl(1.5D, f), isnan(NULL), isnan(i), nanvl(f, i) FROM n;
SELECT greatest(1, 2L, 3.5), least(f, d), greatest(x, y), least(x, y), greatest('a', 'B', 'é'), least(DATE '2024-01-01', DATE '2023-01-01') FROM x CROSS JOIN (SELECT * FROM n WHERE i > 0) AS n;
