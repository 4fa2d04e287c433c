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
