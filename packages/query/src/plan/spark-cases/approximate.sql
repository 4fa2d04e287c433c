-- Functions whose last digits depend on the machine, in Spark too: roots, powers, logarithms, angles, spread. Compared to 14 digits.

-- roots, powers, logarithms
SELECT x, sign(x), signum(x), sqrt(x), cbrt(x), exp(x), expm1(x), ln(x), log(x), log10(x), log2(x), log1p(x), degrees(x), radians(x), rint(x) FROM x ORDER BY x;
SELECT sign(i), sign(l), sign(d), sqrt(4), sqrt(d), sqrt('9'), exp(0), exp(1), ln(1), ln(0), ln(-1), log(2, 8), log(10, 100), log(0, 5), log(x, 2), log2(8), log10(1000), log1p(-1), log1p(-2), expm1(0), cbrt(27) FROM (SELECT * FROM n WHERE i > 0) AS n CROSS JOIN (SELECT x FROM x WHERE x > 0 AND x < 3) AS x ORDER BY x, i;
SELECT pow(2, 10), power(2, -1), pow(x, y), power(x, 2), pow(0, 0), pow(-8, 1 / 3), pow(NULL, 2), power(i, 2), hypot(3, 4), hypot(x, y), e(), pi() FROM x CROSS JOIN (SELECT i FROM n WHERE i BETWEEN -10 AND 10) ORDER BY x, y, i;

-- angles
SELECT sin(x), cos(x), tan(x), cot(x), sec(x), csc(x), asin(x), acos(x), atan(x), atan2(x, y), sinh(x), cosh(x), tanh(x), asinh(x), acosh(x), atanh(x) FROM x WHERE x BETWEEN -1e11 AND 1e11 OR isnan(x) ORDER BY x;
SELECT sin(0), cos(0), sin('0.5'), cos(NULL), atan2(0, -1), atan2(1, 1), asin(2), acos(-2), acosh(0.5), atanh(1), atanh(2), cot(0), csc(0), sec(0);

-- spread
SELECT stddev(a), std(a), stddev_samp(a), stddev_pop(a), variance(a), var_samp(a), var_pop(a), stddev(d), stddev('3'), var_samp(id) FROM s CROSS JOIN (SELECT 1.5 AS d);
SELECT k, stddev(v), stddev_pop(v), var_samp(v), var_pop(v), skewness(v), kurtosis(v) FROM g GROUP BY k ORDER BY k;
SELECT skewness(id), kurtosis(id), skewness(a), kurtosis(a), skewness(1), kurtosis(1), stddev(1) FROM s;
SELECT corr(a, id), covar_pop(a, id), covar_samp(a, id), corr(1, id), corr(id, id), covar_samp(id, 2 * id) FROM s;
SELECT k, corr(v, v), covar_pop(v, v), covar_samp(v, v) FROM g GROUP BY k ORDER BY k;
SELECT regr_count(a, id), regr_avgx(a, id), regr_avgy(a, id), regr_r2(a, id), regr_r2(1, id), regr_r2(id, 1) FROM s;
