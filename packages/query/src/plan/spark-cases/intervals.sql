-- Dates and times: intervals of every form, sequences in steps of time, constants written short.

-- a date and an interval of days are a date, of hours a timestamp
SELECT day_ + INTERVAL 1 DAY, day_ - INTERVAL 1 DAY, INTERVAL 2 DAYS + day_, day_ + INTERVAL 1 WEEK, day_ - INTERVAL '3' DAYS FROM d;
SELECT day_ + INTERVAL 1 MONTH, INTERVAL 1 MONTH + day_, day_ + INTERVAL 2 HOURS FROM d;
-- from one field to another
SELECT day_ + INTERVAL '1-2' YEAR TO MONTH, ts - INTERVAL '1-2' YEAR TO MONTH, ts + INTERVAL '-1-2' YEAR TO MONTH, ts + INTERVAL -'1-2' YEAR TO MONTH FROM d WHERE day_ > '1900-01-01';
SELECT ts + INTERVAL '1 2' DAY TO HOUR, ts + INTERVAL '1 02:30' DAY TO MINUTE, ts + INTERVAL '1 02:03:04.5' DAY TO SECOND, ts - INTERVAL '2:30' HOUR TO MINUTE, ts - INTERVAL '12:30:15.25' HOUR TO SECOND, ts + INTERVAL '5:06' MINUTE TO SECOND, ts + INTERVAL '-1 02:03:04.000001' DAY TO SECOND FROM d WHERE day_ > '1900-01-01';
SELECT day_ + INTERVAL '1 02:30' DAY TO MINUTE FROM d;
SELECT day_ + INTERVAL '1:2' YEAR TO MONTH FROM d;
-- parts of a second
SELECT ts + INTERVAL 1.5 SECONDS, ts + INTERVAL '0.25' SECOND, ts + INTERVAL 2 SECONDS, ts + INTERVAL '12.000001' SECOND, ts + INTERVAL -1.5 SECOND FROM d WHERE day_ > '1900-01-01';
-- a date and a number of days, in either order
SELECT 1 + day_, day_ + 1, day_ - 1, 1S + day_, day_ + 1Y FROM d;
-- sequences in steps of time
SELECT sequence(date'2024-01-31', date'2024-06-30', INTERVAL 1 MONTH), sequence(day_, day_ + INTERVAL 3 DAYS, INTERVAL 1 DAY), sequence(day_, day_, INTERVAL 1 DAY) FROM d;
SELECT sequence(date'2024-01-01', date'2024-01-31', INTERVAL 1 WEEK), sequence(date'2024-03-01', date'2024-01-01', INTERVAL -1 MONTH), sequence(date'2020-01-01', date'2024-01-01', INTERVAL 1 YEAR), sequence(date'2020-02-29', date'2024-03-01', INTERVAL 1 YEAR);
SELECT sequence(timestamp'2024-01-01 00:00:00', timestamp'2024-01-01 01:00:00', INTERVAL 20 MINUTES), sequence(timestamp'2024-01-31 12:00:00', timestamp'2024-05-01 00:00:00', INTERVAL 1 MONTH), sequence(timestamp'2024-01-02 00:00:00', timestamp'2024-01-01 00:00:00', INTERVAL -6 HOURS);
SELECT sequence(date'2024-01-01', date'2024-01-03', INTERVAL '1' DAY), sequence(date'2024-01-01', date'2024-03-03', INTERVAL '0-1' YEAR TO MONTH);
SELECT explode(sequence(date'2024-01-01', date'2024-03-01', INTERVAL 1 MONTH)) AS month;
SELECT sequence(date'2024-01-03', date'2024-01-01', INTERVAL 1 DAY);
SELECT sequence(date'2024-01-01', date'2024-01-02', INTERVAL 6 HOURS);
SELECT sequence(date'2024-01-01', timestamp'2024-01-02 00:00:00', INTERVAL 12 HOURS);
-- constants written short
SELECT timestamp'2024-1-5 1:2:3', timestamp'2024-1-5 1:2:3.5', timestamp'2024-01-05 01:02:03.050', timestamp'2024', date'2024-1', date'2024-1-5', date'2024-01-05 10:00:00', timestamp'2024-01-05T10:00', timestamp '2024-01-05 10';
SELECT date'2024-13-01';
SELECT date'2024-02-31';
SELECT date'abc';
SELECT timestamp'2024-01-05 25:00:00';
-- sums and averages of moments are seconds
SELECT sum(ts), avg(ts), avg(DISTINCT ts), sum(DISTINCT ts) FROM d;
SELECT avg(day_) FROM d;
-- an interval as a value has the fields that are written
SELECT INTERVAL '1' DAY, INTERVAL 1 DAY, INTERVAL '3 days', INTERVAL 2 WEEKS, INTERVAL 1 DAY 2 HOURS, INTERVAL '1 02:03:04.5' DAY TO SECOND;
SELECT INTERVAL '-1-2' YEAR TO MONTH, INTERVAL 14 MONTHS, INTERVAL 1 YEAR, INTERVAL 1 YEAR 2 MONTHS, INTERVAL '2 years -3 months';
SELECT INTERVAL '90' MINUTE, INTERVAL '100' SECOND, INTERVAL '1.5' SECOND, INTERVAL '-0.000001' SECOND, INTERVAL '10:30' HOUR TO MINUTE, INTERVAL 5 MILLISECONDS, INTERVAL 7 MICROSECONDS, INTERVAL 0 SECONDS;
SELECT INTERVAL '12:34.5' MINUTE TO SECOND, INTERVAL '100 00:00' DAY TO MINUTE, INTERVAL '5' HOUR, INTERVAL -5 HOURS;
SELECT INTERVAL 1 MONTH 2 DAYS;
-- between two times: days of dates, days to seconds of timestamps
SELECT day_ - date'2024-01-01', date'2024-03-01' - day_ FROM d;
SELECT ts - timestamp'2024-01-01 00:00:00', timestamp'2024-01-01 00:00:00' - ts, ts - day_, day_ - ts FROM d;
SELECT max(ts) - min(ts), max(day_) - min(day_) FROM d;
SELECT ts - timestamp'2024-01-01 00:00:00' AS gap FROM d ORDER BY gap;
-- intervals added, taken away, turned, multiplied, divided
SELECT INTERVAL '1' DAY + INTERVAL '2' HOUR, INTERVAL '1' DAY - INTERVAL '36' HOUR, - INTERVAL '1' DAY, INTERVAL 1 YEAR + INTERVAL 1 MONTH, - INTERVAL '1-2' YEAR TO MONTH;
SELECT INTERVAL '1' DAY * 2, 3 * INTERVAL '1' HOUR, INTERVAL '1' DAY * 1.5, INTERVAL '1' SECOND * 0.0000005, INTERVAL '1' DAY * 0.1D, INTERVAL 1 MONTH * 1.5, INTERVAL -1 MONTH * 1.5;
SELECT INTERVAL '1' DAY / 2, INTERVAL '1' DAY / 7, INTERVAL '1' DAY / 1.5, INTERVAL '1' DAY / 0.3D, INTERVAL 1 YEAR / 5, INTERVAL -1 YEAR / 5, INTERVAL 10 MONTHS / 4;
SELECT INTERVAL '1' DAY / 0;
SELECT INTERVAL '1' DAY + INTERVAL '1' MONTH;
SELECT (ts - timestamp'2024-01-01 00:00:00') * i FROM d CROSS JOIN (SELECT 2 AS i);
SELECT day_ + (day_ - date'2024-01-01'), ts + (ts - day_), ts - (ts - day_), day_ + (ts - day_) FROM d WHERE day_ > date'1900-01-01';
SELECT ts + INTERVAL '1' DAY * 3, day_ + INTERVAL 1 MONTH * 3, day_ - (INTERVAL 1 YEAR + INTERVAL 1 MONTH) FROM d WHERE day_ > date'1900-01-01';
-- compared, grouped, counted, brought together
SELECT INTERVAL '1' DAY = INTERVAL '24' HOUR, INTERVAL '1' DAY < INTERVAL '25' HOUR, INTERVAL 1 YEAR > INTERVAL 11 MONTHS, INTERVAL '1' DAY IN (INTERVAL '24' HOUR), INTERVAL '2' DAY BETWEEN INTERVAL '1' DAY AND INTERVAL '3' DAY, INTERVAL '1' DAY IS NULL;
SELECT coalesce(NULL, INTERVAL '1' DAY), CASE WHEN true THEN INTERVAL '1' DAY ELSE INTERVAL '2' HOUR END, greatest(INTERVAL '1' DAY, INTERVAL '25' HOUR), if(false, INTERVAL 1 YEAR, INTERVAL 1 MONTH);
SELECT i, count(*) FROM (SELECT day_ - date'2024-01-01' AS i FROM d) GROUP BY i ORDER BY i;
SELECT min(i), max(i), count(i), sum(i), count(DISTINCT i) FROM (SELECT day_ - date'2024-01-01' AS i FROM d WHERE day_ > date'1900-01-01');
SELECT INTERVAL '1' DAY AS i UNION ALL SELECT INTERVAL '2' HOUR ORDER BY i;
SELECT sum(INTERVAL 1 MONTH) FROM d;
-- as text, alone and inside of others
SELECT CAST(INTERVAL '1' DAY AS STRING), CAST(ts - day_ AS STRING), 'x ' || INTERVAL '1-2' YEAR TO MONTH, concat(INTERVAL '-1 02:03:04.000005' DAY TO SECOND), CAST(array(INTERVAL '1' DAY, NULL) AS STRING) FROM d;
SELECT CAST(INTERVAL '1 02:03:04.5' DAY TO SECOND AS INTERVAL DAY), CAST(INTERVAL '-1 02:03:04.5' DAY TO SECOND AS INTERVAL HOUR TO MINUTE), CAST(INTERVAL '1-2' YEAR TO MONTH AS INTERVAL YEAR), CAST(INTERVAL 1 YEAR AS INTERVAL MONTH), CAST(NULL AS INTERVAL DAY TO SECOND);
-- parts of an interval
SELECT extract(DAY FROM ts - day_), extract(HOUR FROM ts - day_), extract(MINUTE FROM ts - day_), extract(SECOND FROM ts - day_), extract(DAYS FROM day_ - ts), date_part('hours', INTERVAL '-1 02:03:04.5' DAY TO SECOND) FROM d;
SELECT extract(YEAR FROM INTERVAL '3-2' YEAR TO MONTH), extract(MONTH FROM INTERVAL '-3-2' YEAR TO MONTH), extract(HOUR FROM INTERVAL '100' HOUR), extract(SECOND FROM INTERVAL '-0.5' SECOND);
SELECT extract(YEAR FROM INTERVAL '1' DAY);
SELECT sequence(timestamp'2024-01-01 00:00:00', timestamp'2024-01-01 01:00:00', INTERVAL '20' MINUTE);
