-- The eight tables of TPC-H after the specification's rules, simplified: every value follows from its row's number, so that each run and each engine has the same rows.
-- {scale} is the scale factor: 0.1 makes 150,000 orders.

-- Whole numbers that look random: the middle of a square, from the row and a number for the column.
CREATE MACRO mixed(i, salt) AS ((i * 48271 + salt * 69621 + 12345) % 2147483647);
CREATE MACRO pick(i, salt, n) AS (((mixed(i, salt) * mixed(i, salt)) // 65536) % 16777213) % n;
CREATE MACRO word(words, i, salt) AS words[pick(i, salt, len(words)) + 1];
CREATE MACRO colours() AS ['almond', 'antique', 'azure', 'blue', 'brown', 'chocolate', 'coral', 'cream', 'drab', 'forest', 'frosted', 'ghost', 'goldenrod', 'green', 'honeydew', 'indian', 'ivory', 'lace', 'lime', 'linen', 'magenta', 'maroon', 'navy', 'olive', 'orchid', 'peach', 'plum', 'puff', 'rose', 'sienna', 'sky', 'slate', 'steel', 'tan', 'tomato', 'violet', 'wheat', 'yellow'];
CREATE MACRO verbs() AS ['sleep', 'wake', 'are', 'cajole', 'haggle', 'nag', 'use', 'boost', 'affix', 'detect', 'integrate', 'maintain', 'nod', 'was', 'lose', 'sublate', 'solve', 'thrash', 'promise', 'engage'];

CREATE TABLE region AS SELECT CAST(i AS BIGINT) AS r_regionkey, ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'][i + 1] AS r_name, word(verbs(), i, 1) || ' ' || word(colours(), i, 2) AS r_comment FROM range(5) AS t(i);

CREATE TABLE nation AS
SELECT CAST(i AS BIGINT) AS n_nationkey,
       ['ALGERIA', 'ARGENTINA', 'BRAZIL', 'CANADA', 'EGYPT', 'ETHIOPIA', 'FRANCE', 'GERMANY', 'INDIA', 'INDONESIA', 'IRAN', 'IRAQ', 'JAPAN', 'JORDAN', 'KENYA', 'MOROCCO', 'MOZAMBIQUE', 'PERU', 'CHINA', 'ROMANIA', 'SAUDI ARABIA', 'VIETNAM', 'RUSSIA', 'UNITED KINGDOM', 'UNITED STATES'][i + 1] AS n_name,
       CAST([0, 1, 1, 1, 4, 0, 3, 3, 2, 2, 4, 4, 2, 4, 0, 0, 0, 1, 2, 3, 4, 2, 3, 3, 1][i + 1] AS BIGINT) AS n_regionkey,
       word(verbs(), i, 3) || ' ' || word(colours(), i, 4) AS n_comment
FROM range(25) AS t(i);

CREATE TABLE supplier AS
SELECT i AS s_suppkey,
       'Supplier#' || lpad(CAST(i AS VARCHAR), 9, '0') AS s_name,
       word(colours(), i, 10) || ' ' || CAST(pick(i, 11, 900) AS VARCHAR) AS s_address,
       pick(i, 12, 25) AS s_nationkey,
       CAST(pick(i, 12, 25) + 10 AS VARCHAR) || '-' || CAST(100 + pick(i, 13, 900) AS VARCHAR) || '-' || CAST(100 + pick(i, 14, 900) AS VARCHAR) || '-' || CAST(1000 + pick(i, 15, 9000) AS VARCHAR) AS s_phone,
       CAST((pick(i, 16, 1099999) - 99999) / 100.0 AS DECIMAL(15,2)) AS s_acctbal,
       CASE WHEN pick(i, 17, 100) = 0 THEN 'the Customer slyly Complaints' ELSE word(verbs(), i, 18) || ' ' || word(colours(), i, 19) || ' accounts' END AS s_comment
FROM range(1, CAST({scale} * 10000 AS BIGINT) + 1) AS t(i);

CREATE TABLE part AS
SELECT i AS p_partkey,
       word(colours(), i, 20) || ' ' || word(colours(), i, 21) || ' ' || word(colours(), i, 22) AS p_name,
       'Manufacturer#' || CAST(1 + pick(i, 23, 5) AS VARCHAR) AS p_mfgr,
       'Brand#' || CAST(1 + pick(i, 23, 5) AS VARCHAR) || CAST(1 + pick(i, 24, 5) AS VARCHAR) AS p_brand,
       word(['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'], i, 25) || ' ' || word(['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'], i, 26) || ' ' || word(['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'], i, 27) AS p_type,
       CAST(1 + pick(i, 28, 50) AS INTEGER) AS p_size,
       word(['SM', 'MED', 'LG', 'JUMBO', 'WRAP'], i, 29) || ' ' || word(['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'], i, 30) AS p_container,
       CAST((90000 + (i // 10) % 20001 + 100 * (i % 1000)) / 100.0 AS DECIMAL(15,2)) AS p_retailprice,
       word(verbs(), i, 31) || ' ' || word(colours(), i, 32) AS p_comment
FROM range(1, CAST({scale} * 200000 AS BIGINT) + 1) AS t(i);

CREATE MACRO supplier_of(partkey, place) AS (partkey + place * (CAST({scale} * 2500 AS BIGINT) + (partkey - 1) // CAST({scale} * 10000 AS BIGINT))) % CAST({scale} * 10000 AS BIGINT) + 1;

CREATE TABLE partsupp AS
SELECT p_partkey AS ps_partkey,
       supplier_of(p_partkey, place) AS ps_suppkey,
       CAST(1 + pick(p_partkey * 4 + place, 40, 9999) AS INTEGER) AS ps_availqty,
       CAST((100 + pick(p_partkey * 4 + place, 41, 99901)) / 100.0 AS DECIMAL(15,2)) AS ps_supplycost,
       word(verbs(), p_partkey * 4 + place, 42) || ' requests' AS ps_comment
FROM part, range(4) AS t(place);

CREATE TABLE customer AS
SELECT i AS c_custkey,
       'Customer#' || lpad(CAST(i AS VARCHAR), 9, '0') AS c_name,
       word(colours(), i, 50) || ' ' || CAST(pick(i, 51, 900) AS VARCHAR) AS c_address,
       pick(i, 52, 25) AS c_nationkey,
       CAST(pick(i, 52, 25) + 10 AS VARCHAR) || '-' || CAST(100 + pick(i, 53, 900) AS VARCHAR) || '-' || CAST(100 + pick(i, 54, 900) AS VARCHAR) || '-' || CAST(1000 + pick(i, 55, 9000) AS VARCHAR) AS c_phone,
       CAST((pick(i, 56, 1099999) - 99999) / 100.0 AS DECIMAL(15,2)) AS c_acctbal,
       word(['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'MACHINERY', 'HOUSEHOLD'], i, 57) AS c_mktsegment,
       word(verbs(), i, 58) || ' ' || word(colours(), i, 59) AS c_comment
FROM range(1, CAST({scale} * 150000 AS BIGINT) + 1) AS t(i);

-- A third of the customers never order.
CREATE TABLE placed AS
SELECT i AS orderkey,
       pick(i, 60, CAST({scale} * 50000 AS BIGINT)) * 3 + 1 + pick(i, 61, 2) AS custkey,
       CAST('1992-01-01' AS DATE) + CAST(pick(i, 62, 2406) AS INTEGER) AS orderdate
FROM range(1, CAST({scale} * 1500000 AS BIGINT) + 1) AS t(i);

CREATE TABLE shipped AS
SELECT orderkey, line, orderdate, orderkey * 8 + line AS i,
       1 + pick(orderkey * 8 + line, 70, CAST({scale} * 200000 AS BIGINT)) AS partkey,
       1 + pick(orderkey * 8 + line, 72, 50) AS quantity,
       orderdate + CAST(1 + pick(orderkey * 8 + line, 73, 121) AS INTEGER) AS shipdate
FROM placed, range(1, 8) AS t(line)
WHERE line <= 1 + pick(orderkey, 71, 7);

CREATE TABLE lineitem AS
SELECT orderkey AS l_orderkey, partkey AS l_partkey,
       supplier_of(partkey, pick(i, 74, 4)) AS l_suppkey,
       CAST(line AS INTEGER) AS l_linenumber,
       CAST(quantity AS DECIMAL(15,2)) AS l_quantity,
       CAST(quantity * p_retailprice AS DECIMAL(15,2)) AS l_extendedprice,
       CAST(pick(i, 75, 11) / 100.0 AS DECIMAL(15,2)) AS l_discount,
       CAST(pick(i, 76, 9) / 100.0 AS DECIMAL(15,2)) AS l_tax,
       CASE WHEN shipdate + CAST(1 + pick(i, 77, 30) AS INTEGER) > CAST('1995-06-17' AS DATE) THEN 'N' WHEN pick(i, 78, 2) = 0 THEN 'R' ELSE 'A' END AS l_returnflag,
       CASE WHEN shipdate > CAST('1995-06-17' AS DATE) THEN 'O' ELSE 'F' END AS l_linestatus,
       shipdate AS l_shipdate,
       orderdate + CAST(30 + pick(i, 79, 61) AS INTEGER) AS l_commitdate,
       shipdate + CAST(1 + pick(i, 77, 30) AS INTEGER) AS l_receiptdate,
       word(['DELIVER IN PERSON', 'COLLECT COD', 'NONE', 'TAKE BACK RETURN'], i, 80) AS l_shipinstruct,
       word(['REG AIR', 'AIR', 'RAIL', 'SHIP', 'TRUCK', 'MAIL', 'FOB'], i, 81) AS l_shipmode,
       word(verbs(), i, 82) || ' ' || word(colours(), i, 83) AS l_comment
FROM shipped JOIN part ON partkey = p_partkey;

CREATE TABLE orders AS
SELECT orderkey AS o_orderkey, custkey AS o_custkey,
       CASE WHEN min(l_linestatus) = 'O' THEN 'O' WHEN max(l_linestatus) = 'F' THEN 'F' ELSE 'P' END AS o_orderstatus,
       CAST(sum(l_extendedprice * (1 + l_tax) * (1 - l_discount)) AS DECIMAL(15,2)) AS o_totalprice,
       orderdate AS o_orderdate,
       word(['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'], orderkey, 90) AS o_orderpriority,
       'Clerk#' || lpad(CAST(1 + pick(orderkey, 91, CAST({scale} * 1000 AS BIGINT) + 1) AS VARCHAR), 9, '0') AS o_clerk,
       CAST(0 AS INTEGER) AS o_shippriority,
       CASE WHEN pick(orderkey, 92, 60) = 0 THEN 'even special packages; requests' ELSE word(verbs(), orderkey, 93) || ' ' || word(colours(), orderkey, 94) END AS o_comment
FROM placed JOIN lineitem ON orderkey = l_orderkey
GROUP BY orderkey, custkey, orderdate;

DROP TABLE placed;
DROP TABLE shipped;
