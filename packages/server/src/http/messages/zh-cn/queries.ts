// Chinese for what is said of the constructs of a query: grouping sets, windows, PIVOT, LATERAL VIEW and their like.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const queries: Catalogue = {
  'stack takes a number of rows, written out and positive, and values behind it': 'stack 的第一个参数应为直接写出的正整数行数，其后为各值',
  'stack gives column col{0} both {1} and {2}; cast them to one type': 'stack 的列 col{0} 同时为 {1} 和 {2}；请转换为同一类型',
  "cannot resolve '{0}({1})' due to data type mismatch: input to function {2} should be {3} type, not {4}":
    "数据类型不匹配，无法解析 '{0}({1})'：函数 {2} 的输入应为 {3} 类型，而不是 {4}",
  'ntile takes a positive whole number written out; {0} is not': 'ntile 应直接写出正整数；{0} 不是',
  'the offset of {0} has to be a whole number written out; {1} is not': '{0} 的偏移量必须直接写成整数；{1} 不是',
  "The 'offset' argument of nth_value must be greater than zero but it is {0}.": "nth_value 的 'offset' 参数必须大于 0，实际为 {0}。",
  '{0}() can only be used with GroupingSets/Cube/Rollup': '{0}() 只能与 GROUPING SETS、CUBE 或 ROLLUP 一起使用',
  'Columns of {0} ({1}) not found in the grouping columns': '{0} 的列（{1}）不在分组列中',
  'Columns of grouping_id ({0}) does not match grouping columns': 'grouping_id 的列（{0}）与分组列不一致',
  'the interval {0} {1} is not offered; write whole numbers': '不支持时间间隔 {0} {1}；请写整数',
  'an interval of months and days together is not offered; add one after the other': '不支持同时包含月和日的时间间隔；请依次相加',
  'a product needs more than 38 digits: cast the sides to fewer': '积超过 38 位：请将两侧转换为更少的位数',
  'an average needs more than 38 digits: cast its values to fewer': '平均值超过 38 位：请将其值转换为更少的位数',
  "ESCAPE takes a string of one character; '{0}' is not": "ESCAPE 应为一个字符的字符串；'{0}' 不是",
  "X'{0}' holds more than hexadecimal digits": "X'{0}' 含有十六进制数字以外的字符",
  'a unit, for instance DAY': '单位，例如 DAY',
  "'{0}' is no interval; write INTERVAL '1 day', or INTERVAL 1 DAY": "'{0}' 不是时间间隔；请写 INTERVAL '1 day' 或 INTERVAL 1 DAY",
  'the operator {0}': '运算符 {0}',
  'Combination of ORDER BY/SORT BY/DISTRIBUTE BY/CLUSTER BY is not supported':
    '不支持 ORDER BY/SORT BY/DISTRIBUTE BY/CLUSTER BY 的这种组合',
  'WINDOW behind anything but one SELECT': '一个 SELECT 以外的 WINDOW 子句',
  '{0} (subquery)': '{0}（子查询）',
  'ALL in GROUP BY': 'GROUP BY 中的 ALL',
  'LATERAL VIEW takes a call that gives rows, for instance explode(items)': 'LATERAL VIEW 应为产生行的调用，例如 explode(items)',
  'TABLESAMPLE of a join': '对 JOIN 的 TABLESAMPLE',
  'a table {0} AS OF': '表的 {0} AS OF',
  'PRECEDING or FOLLOWING': 'PRECEDING 或 FOLLOWING',
  '{0} is no aggregate function: FILTER, OVER and IGNORE NULLS do not go with it':
    '{0} 不是聚合函数：不能使用 FILTER、OVER 和 IGNORE NULLS',
  'window aggregate function with filter predicate is not supported yet.': '尚不支持带 FILTER 条件的窗口聚合函数。',
  'Distinct window functions are not supported: {0}': '不支持 DISTINCT 窗口函数：{0}',
  'It is not allowed to use window functions inside {0}: {1}': '{0} 中不能使用窗口函数：{1}',
  '{0} takes neither DISTINCT nor FILTER behind OVER': '{0} 与 OVER 一起使用时不能带 DISTINCT 或 FILTER',
  'Function {0} does not support IGNORE NULLS': '函数 {0} 不支持 IGNORE NULLS',
  'function {0} is not offered behind LATERAL VIEW': 'LATERAL VIEW 后不支持函数 {0}',
  'The number of aliases supplied in the AS clause does not match the number of columns output by the UDTF expected {0} aliases but got {1}':
    'AS 子句中别名的个数与函数输出的列数不一致，应有 {0} 个别名，实际为 {1}',
  'GROUP BY has more than {0} grouping sets; group by fewer columns': 'GROUP BY 的分组集合超过 {0} 个；请减少分组列',
  "Aggregate expression required for pivot, but '{0}' did not appear in any aggregate function.":
    "PIVOT 需要聚合表达式，但 '{0}' 不在任何聚合函数中。",
  'a value of PIVOT has {0} parts, and FOR names {1} columns': 'PIVOT 的值有 {0} 个部分，而 FOR 列出了 {1} 列',
  'a value of PIVOT has to be written out; {0} is not': 'PIVOT 的值必须直接写出；{0} 不是',
  'a value of PIVOT is of type {0}, and its column of type {1}': 'PIVOT 的值为 {0} 类型，而其列为 {1} 类型',
  'Name {0} is ambiguous in nested CTE: WITH around it gives the name, too; take another':
    '嵌套 CTE 中的名称 {0} 有歧义：外层 WITH 也使用了该名称；请更换名称',
  'table function {0} is not offered; FROM takes tables and subqueries, and range(…)':
    '不支持表函数 {0}；FROM 只能使用表、子查询和 range(…)',
  'range takes an end, or a start, an end and a step that is not 0': 'range 的参数为终值，或起始值、终值和不为 0 的步长',
  'range takes whole numbers written out; {0} is not one': 'range 的参数必须直接写成整数；{0} 不是',
  'Only one generator allowed per select clause but found {0}; put the others behind LATERAL VIEW':
    '一个 SELECT 列表中只能有一个生成函数，实际有 {0} 个；请将其余的放在 LATERAL VIEW 之后',
  'several aliases stand behind one value; only a generator gives several columns': '一个值后有多个别名；只有生成函数才会产生多列',
  '{0} can only be performed on tables with the same number of columns, but the first table has {1} columns and the second table has {2} columns':
    '{0} 的各表列数必须相同，而第一张表有 {1} 列，第二张表有 {2} 列',
  'Window function {0} requires window to be ordered, please add ORDER BY clause. For example SELECT {1}(value_expr) OVER (PARTITION BY window_partition ORDER BY window_ordering) from table':
    '窗口函数 {0} 要求窗口有序，请添加 ORDER BY 子句。例如 SELECT {1}(value_expr) OVER (PARTITION BY window_partition ORDER BY window_ordering) from table',
  'Window specification {0} is not defined in the WINDOW clause.': '窗口 {0} 未在 WINDOW 子句中定义。',
  'the frame of {0} cannot be chosen; leave it out': '不能指定 {0} 的窗口范围；请省略',
  'a window frame ends before it starts': '窗口范围的终点早于起点',
  'a ROWS frame takes whole numbers written out, of at most 9 digits': 'ROWS 窗口范围应直接写成不超过 9 位的整数',
  'a RANGE frame with an offset needs exactly one expression in ORDER BY': '带偏移量的 RANGE 窗口范围要求 ORDER BY 中恰有一个表达式',
  'a RANGE frame over {0} takes a number or an interval written out': '对 {0} 的 RANGE 窗口范围应直接写成数字或时间间隔',
  'a RANGE frame over {0} takes whole numbers, and {1} is none': '对 {0} 的 RANGE 窗口范围应为整数，{1} 不是',
  'IN looks up {0} values in a subquery of {1} columns': 'IN 在有 {1} 列的子查询中查找 {0} 个值',
  'IN looks up {0} values in a row of {1}': 'IN 在有 {1} 个值的行中查找 {0} 个值',
}
