-- Functions of groups.

-- truth, counts, firsts
SELECT any(b), some(b), every(b), bool_and(b), bool_or(b), count_if(b), count_if(a > 1), count_if(NULL) FROM s;
SELECT k, any(v > 1), every(v > 1), bool_and(v IS NULL), count_if(v = 2) FROM g GROUP BY k ORDER BY k;
SELECT any(b), every(b), count_if(b), bit_and(a), bit_or(a), bit_xor(a), first(a), last(a), collect_list(a), max_by(t, a), stddev(a), var_pop(a), corr(a, id), percentile(a, 0.5), kurtosis(a), skewness(a), try_sum(a), try_avg(a), regr_count(a, id) FROM s WHERE id > 100;
SELECT first(a), last(a), first_value(a), last_value(a), first(t, true), last(t, true), first(a, false), last_value(t, true), first_value(a, true) FROM s;
SELECT count(DISTINCT a, b), count(a, b), count(DISTINCT a), count(DISTINCT t, id) FROM s;
SELECT approx_count_distinct(v), approx_count_distinct(k) FROM g;

-- bits
SELECT bit_and(v), bit_or(v), bit_xor(v), bit_and(CAST(v AS TINYINT)), bit_or(CAST(v AS BIGINT)) FROM g;
SELECT k, bit_and(v), bit_or(v), bit_xor(v) FROM g GROUP BY k ORDER BY k;

-- lists
SELECT collect_list(a), collect_list(t), sort_array(collect_set(a)), sort_array(collect_set(t)), array_agg(id), size(collect_list(b)) FROM s;
SELECT sort_array(collect_list(DISTINCT a)), sort_array(collect_set(k)) FROM s CROSS JOIN g;
SELECT k, collect_list(v), sort_array(collect_set(v)), array_agg(v) FROM g GROUP BY k ORDER BY k;

-- by another value
SELECT max_by(t, id), min_by(t, id), max_by(id, t), min_by(id, t), max_by(t, NULL), max_by(id, a * 10 + id), min_by(t, CASE WHEN id = 5 THEN 0 ELSE id END) FROM s;
SELECT k, max_by(v, v), min_by(k, v) FROM g GROUP BY k ORDER BY k;

-- shares
SELECT percentile(id, 0.5), percentile(id, 0.25), percentile(a, 0), percentile(a, 1), percentile(id, 0.1) FROM s;
SELECT k, percentile(v, 0.5), percentile(v, 0.3) FROM g GROUP BY k ORDER BY k;
SELECT percentile_approx(id, 0.5), approx_percentile(id, 0.25), percentile_approx(CAST(a AS DECIMAL(5, 1)), 0.5), percentile_approx(a, 0.0), percentile_approx(a, 1.0) FROM s;
SELECT percentile_approx(id, 0.5, 100) FROM s;

-- sums that may overflow
SELECT try_avg(l), try_sum(i), try_avg(d), try_sum(d), try_sum(f), try_avg(i) FROM n;
SELECT try_sum(x), sum(x) FROM VALUES (9223372036854775807), (1) AS v(x);
SELECT sum(CAST(x AS DECIMAL(38, 0))) FROM VALUES (99999999999999999999999999999999999999), (1) AS v(x);
SELECT count(array(p)), max(b), min(b) FROM v CROSS JOIN (SELECT true AS b);
