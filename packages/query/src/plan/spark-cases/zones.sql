-- Session time zones: what clocks show, what they mean, and days that are longer or shorter than others.
-- in Asia/Shanghai, America/New_York, Australia/Lord_Howe, +05:30, Asia/Kathmandu

-- what is shown, and parts of a moment
SELECT ts, day_, CAST(ts AS STRING), CAST(ts AS DATE), CAST(day_ AS TIMESTAMP), CAST(ts AS BIGINT) FROM d;
SELECT hour(ts), minute(ts), second(ts), extract(SECOND FROM ts), year(ts), month(ts), day(ts), dayofweek(ts), weekday(ts), dayofyear(ts), weekofyear(ts), quarter(ts) FROM d;
SELECT date_part('HOUR', ts), extract(DAY FROM ts), hour(day_), last_day(ts), next_day(ts, 'MO'), add_months(ts, 1), datediff(ts, day_) FROM d;
-- text read and written
SELECT CAST('1900-06-01 12:00:00' AS TIMESTAMP), CAST(CAST('1900-06-01 12:00:00' AS TIMESTAMP) AS BIGINT), CAST(CAST('1900-12-31 23:59:59' AS TIMESTAMP) AS BIGINT), CAST(CAST('1901-01-01 00:00:00' AS TIMESTAMP) AS BIGINT);
SELECT c, CAST(c AS TIMESTAMP), CAST(CAST(c AS TIMESTAMP) AS DOUBLE) FROM VALUES ('2024-03-10 02:30:00'), ('2024-11-03 01:30:00'), ('2024-03-10'), ('2024-04-07 01:45:00'), ('2024-10-06 02:15:00'), ('1986-05-04 02:30:00'), ('1986-09-14 01:30:00'), ('1991-04-14 02:30:00'), ('1991-09-15 01:30:00'), ('1985-12-31 23:50:00'), ('1986-01-01 00:05:00'), ('1988-04-17 00:30:00'), ('2024-07-01 12:34:56.789+02:00'), ('2024-07-01T12:34:56Z'), ('2024-07-01 12'), ('2024'), ('x'), ('0001-01-01'), ('9999-12-31 23:59:59.999999'), (NULL) AS t(c) ORDER BY c;
SELECT timestamp'2024-03-10 12:30:00', timestamp'2024-11-03 01:30:00', timestamp'1990-07-01 00:00:00.5', CAST(timestamp'2024-11-03 01:30:00' AS BIGINT), CAST(timestamp'1990-07-01' AS BIGINT), date'2024-11-03';
SELECT date_format(ts, 'yyyy-MM-dd HH:mm:ss.SSSSSS EEEE a'), date_format(day_, 'HH:mm'), from_unixtime(0), from_unixtime(651000000), from_unixtime(1710054000, 'dd.MM.yyyy HH:mm'), from_unixtime(-2500000000) FROM d;
SELECT to_timestamp('10.03.2024 02:30', 'dd.MM.yyyy HH:mm'), unix_timestamp('2024-11-03 01:30:00'), unix_timestamp('1990-07-01 00:00', 'yyyy-MM-dd HH:mm'), to_unix_timestamp('1900-01-01 00:00:00'), to_date('1986-05-04 01', 'yyyy-MM-dd HH'), to_date('2024-07-01 23:00:00'), to_timestamp('2024-07-01 10:00:00');
SELECT unix_timestamp(ts), unix_timestamp(day_), unix_seconds(ts), unix_micros(ts), unix_date(CAST(ts AS DATE)) FROM d;
SELECT to_json(named_struct('t', ts, 'd', day_)), from_json('{"t":"2024-07-01 10:00:00"}', 't TIMESTAMP').t FROM d;
SELECT from_json('{"t":"2024-07-01T10:00:00Z","s":"x"}', 't TIMESTAMP, s STRING').t;
-- cutting
SELECT date_trunc('HOUR', ts), date_trunc('DAY', ts), date_trunc('WEEK', ts), date_trunc('MONTH', ts), date_trunc('QUARTER', ts), date_trunc('YEAR', ts), date_trunc('MINUTE', ts), date_trunc('SECOND', ts), trunc(ts, 'MONTH') FROM d;
SELECT s, date_trunc('HOUR', m), date_trunc('DAY', m), date_trunc('MINUTE', m), date_trunc('MONTH', m) FROM (SELECT s, timestamp_seconds(s) AS m FROM VALUES (1730611800L), (1730615400L), (1710054000L), (1712415600L), (1712419200L), (515520000L), (527011200L), (527014800L), (-2177481943L), (-2177500000L), (-1800000001L) AS t(s)) ORDER BY s;
-- put together from parts
SELECT make_timestamp(2024, 3, 10, 2, 30, 0), make_timestamp(2024, 11, 3, 1, 30, 15.5), make_timestamp(1986, 5, 4, 2, 30, 0), make_timestamp(1900, 1, 1, 0, 0, 0), make_timestamp(2024, 7, 1, 12, 0, 0, 'Europe/Paris'), make_timestamp(2024, 7, 1, 12, 0, 60, '+08:00'), make_timestamp(2024, 13, 1, 0, 0, 0);
SELECT CAST(CAST(0 AS TIMESTAMP) AS STRING), CAST(1730611800.25D AS TIMESTAMP), CAST(true AS TIMESTAMP), timestamp_millis(651000000123), timestamp_micros(-1), timestamp_seconds(-2177481943);
SELECT from_utc_timestamp(ts, 'Asia/Shanghai'), to_utc_timestamp(ts, 'America/New_York'), from_utc_timestamp('2024-07-01 10:00:00', 'Europe/London'), to_utc_timestamp('2024-07-01 10:00:00', '+03:00') FROM d;
SELECT current_timezone(), current_date() = CAST(current_timestamp() AS DATE), now() = current_timestamp(), CAST(now() AS STRING) = date_format(now(), 'yyyy-MM-dd HH:mm:ss') OR true;
-- moved over days of 23, 24 and 25 hours
SELECT s, m + INTERVAL 1 DAY, m - INTERVAL 1 DAY, m + INTERVAL 24 HOURS, m + INTERVAL 1 HOUR, m + INTERVAL 1 MONTH, m - INTERVAL 1 YEAR, m + INTERVAL '1 01:00:00' DAY TO SECOND, CAST(m + INTERVAL 1 DAY AS BIGINT) - s, CAST(m - INTERVAL 1 DAY AS BIGINT) - s FROM (SELECT s, timestamp_seconds(s) AS m FROM VALUES (1730525400L), (1730529000L), (1730611800L), (1730615400L), (1730698200L), (1709969400L), (1710055800L), (1712330100L), (1712418300L), (1728142200L), (515435400L), (515521800L), (526927800L), (527014200L), (-2177481943L) AS t(s)) ORDER BY s;
SELECT day_ + INTERVAL 1 DAY, day_ + INTERVAL 2 HOURS, day_ - INTERVAL '1 02:00' DAY TO MINUTE, date'2024-03-10' + INTERVAL 3 HOURS, date'2024-11-03' + INTERVAL 3 HOURS FROM d WHERE day_ > date'1900-01-01';
SELECT timestampadd(HOUR, 24, m), timestampadd(DAY, 1, m), timestampadd(MONTH, 1, m), timestampadd(MINUTE, 90, m), dateadd(WEEK, -1, m), timestampdiff(HOUR, m, timestamp'2024-11-04 00:00:00'), timestampdiff(DAY, m, timestamp'2024-11-04 00:00:00'), timestampdiff(MONTH, timestamp'2024-01-31 00:00:00', m) FROM (SELECT timestamp_seconds(s) AS m FROM VALUES (1730525400L), (1730611800L), (1710052200L), (1712330100L) AS t(s));
SELECT timestamp'2024-11-04 00:00:00' - timestamp'2024-11-03 00:00:00', timestamp'2024-03-11 00:00:00' - date'2024-03-10', date'2024-03-11' - date'2024-03-10', ts - timestamp'2024-01-01 00:00:00' FROM d;
SELECT months_between(timestamp'2024-11-03 12:00:00', timestamp'2024-03-10 12:00:00'), months_between(timestamp'1991-09-15 06:00:00', timestamp'1986-05-04 06:00:00'), months_between('2024-03-31', '2024-02-29'), months_between(ts, timestamp'2024-11-03 18:00:00', false) FROM d WHERE day_ > date'1900-01-01';
SELECT sequence(timestamp'2024-11-03 00:00:00', timestamp'2024-11-03 03:00:00', INTERVAL 30 MINUTES) IS NOT NULL, size(sequence(timestamp'2024-11-03 00:00:00', timestamp'2024-11-03 03:00:00', INTERVAL 30 MINUTES)), CAST(sequence(timestamp'2024-03-10 01:00:00', timestamp'2024-03-10 04:00:00', INTERVAL 1 HOUR) AS STRING);
SELECT CAST(sequence(date'2024-03-09', date'2024-03-12', INTERVAL 1 DAY) AS STRING), CAST(sequence(date'1986-04-30', date'1986-06-30', INTERVAL 1 MONTH) AS STRING);
-- compared: a date is the moment at which its day begins
SELECT ts = timestamp'2024-02-29 12:34:56.5', ts > day_, ts = day_, ts < '2024-01-01', ts BETWEEN date'1969-01-01' AND date'2024-12-31', day_ = '2024-02-29', ts IN (timestamp'2024-02-29 12:34:56.5') FROM d;
SELECT count(*) FROM d WHERE ts >= '2024-02-29' AND ts < date'2024-03-01';
SELECT coalesce(day_, ts), CASE WHEN true THEN day_ ELSE ts END, greatest(ts, timestamp'2000-01-01 00:00:00'), nvl(CAST(NULL AS TIMESTAMP), day_) FROM d;
SELECT day_ FROM d UNION ALL SELECT ts FROM d ORDER BY 1;
SELECT CAST(ts AS DATE) AS k, count(*), max(ts), min(hour(ts)) FROM d GROUP BY CAST(ts AS DATE) ORDER BY k;
SELECT ts FROM d ORDER BY ts DESC LIMIT 2;
SELECT max(m) AS last, CAST(max(m) AS STRING) FROM (SELECT timestamp_seconds(s) AS m FROM VALUES (1730611800L), (1730615400L) AS t(s));
SELECT m, hash(m), date_format(m, 'HH:mm') FROM (SELECT timestamp_seconds(s) AS m FROM VALUES (1730615400L), (1730611800L) AS t(s)) ORDER BY m;
SELECT count(*) OVER (ORDER BY m RANGE BETWEEN INTERVAL 2 HOURS PRECEDING AND CURRENT ROW) FROM (SELECT timestamp_seconds(s) AS m FROM VALUES (1730615400L), (1730611800L), (1730619000L) AS t(s)) ORDER BY m;
SELECT CAST(array(ts, NULL) AS STRING), CAST(map('a', ts) AS STRING), CAST(named_struct('t', ts) AS STRING), concat(ts, '|', day_), concat_ws(',', CAST(ts AS STRING)) FROM d;
SELECT x.ts FROM d x JOIN d y ON x.ts = y.day_ ORDER BY x.ts;
-- in America/Toronto, Pacific/Apia, Asia/Pyongyang, Africa/Monrovia, GMT+8, America/St_Johns
SELECT CAST(date'1919-03-31' AS TIMESTAMP), CAST(CAST(date'1919-03-31' AS TIMESTAMP) AS BIGINT), CAST(CAST('1919-03-31' AS TIMESTAMP) AS BIGINT), CAST(date'2011-12-30' AS TIMESTAMP), CAST(CAST('2011-12-30 12:00:00' AS TIMESTAMP) AS BIGINT), date_trunc('DAY', timestamp'2011-12-31 12:00:00'), to_date('2011-12-30', 'yyyy-MM-dd'), date_trunc('MONTH', timestamp'1919-03-31 12:00:00');
SELECT CAST(ts AS STRING), hour(ts), minute(ts), second(ts), CAST(ts AS DATE), CAST(day_ AS TIMESTAMP), ts + INTERVAL 1 DAY, date_trunc('HOUR', ts), current_timezone() FROM d;
SELECT CAST(CAST('2015-08-14 23:45:00' AS TIMESTAMP) AS BIGINT), CAST(CAST('2018-05-04 23:45:00' AS TIMESTAMP) AS BIGINT), CAST(CAST('1972-01-07 00:20:00' AS TIMESTAMP) AS BIGINT), CAST(CAST('1960-06-01 00:00:00' AS TIMESTAMP) AS BIGINT), CAST(CAST('2010-11-07 00:00:30' AS TIMESTAMP) AS BIGINT);
-- in UTC, Asia/Shanghai, America/New_York, +05:30
-- constants that name their own zone
SELECT timestamp'2024-11-03 01:30:00-05:00', timestamp'2024-11-03 01:30:00Z', timestamp'2024-11-03T01:30:00.5+8', timestamp'2024-11-03 01:30:00 Asia/Shanghai', timestamp'2024-1-3 1:30:00 GMT', timestamp'2024-11-03 01:30:00 +0530', timestamp'2024-11-03 01:30:00UTC+3';
SELECT timestamp'2024-11-03 01:30:00 America/New_York', timestamp'2024-03-10 02:30:00 America/New_York', timestamp'1900-06-01 12:00:00 Asia/Shanghai', timestamp'1991-09-15 01:30:00 Asia/Shanghai', date'2024-11-03 01:30:00Z';
SELECT CAST(timestamp'2024-11-03 01:30:00-05:00' AS STRING), CAST(timestamp'2024-11-03 06:30:00Z' AS BIGINT), timestamp'2024-11-03 01:30:00-05:00' = timestamp'2024-11-03 06:30:00Z', hour(timestamp'2024-11-03 01:30:00-05:00');
SELECT timestamp'2024-11-03 01:30:00 Nowhere/Land';
SELECT timestamp'2024-11-03 01:30Z';
SELECT timestamp'2024-11-03Z';
-- dates and moments in a text are the numbers that count them
SELECT format_string('%s|%12s|%-9s', ts, day_, day_), printf('%s', ts), format_string('%d|%x|%,d', day_, day_, ts), format_string('%s|%5s', INTERVAL '1' DAY, INTERVAL '1' MONTH) FROM d;
SELECT format_string('%d', ts), format_string('%05d', INTERVAL '2' DAY), format_string('%s', CAST(NULL AS TIMESTAMP)) FROM d;
