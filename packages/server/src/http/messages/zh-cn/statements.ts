// Chinese for what is said of statements that are no queries: what they lack, and what the catalog has against them.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const statements: Catalogue = {
  'partitioning by an expression is not offered; name columns in PARTITIONED BY': '不支持按表达式分区；请在 PARTITIONED BY 中写列名',
  'PARTITIONED BY takes names of columns, or columns with their types, and not both':
    'PARTITIONED BY 只能全部为列名，或全部为带类型的列，不能混用',
  '")" or ">"': '")" 或 ">"',
  'OPTIONS of a managed table are not offered: its files lie where the service keeps them':
    '不支持托管表的 OPTIONS：其文件存放在服务指定的位置',
  'CREATE TABLE … USING {0} AS is not offered: it takes a managed table, without USING or with USING {1}':
    '不支持 CREATE TABLE … USING {0} AS：只能创建托管表，请省略 USING 或使用 USING {1}',
  "the end of the statement, since a table AS a query takes the query's columns, and not a list of its own":
    '语句结尾，因为 CREATE TABLE AS 的列来自查询，不能另写列清单',
  'the end of the statement, since a table AS a query names its partition columns without types':
    '语句结尾，因为 CREATE TABLE AS 的分区列只写列名，不写类型',
  'a managed table needs a column list, or AS and a query that gives its columns': '托管表需要列清单，或者由 AS 之后的查询给出列',
  'a view name, since CREATE OR REPLACE VIEW takes no IF NOT EXISTS': '视图名，因为 CREATE OR REPLACE VIEW 不能带 IF NOT EXISTS',
  'the name of a function': '函数名',
  'Undefined function: {0}. SHOW FUNCTIONS lists those on offer': '未定义的函数：{0}。SHOW FUNCTIONS 列出所支持的函数',
  'TRUNCATE TABLE needs a value for partition column {0}': 'TRUNCATE TABLE 需要分区列 {0} 的值',
  'INSERT INTO … IF NOT EXISTS is not allowed; it goes with INSERT OVERWRITE … PARTITION':
    '不允许 INSERT INTO … IF NOT EXISTS；它用于 INSERT OVERWRITE … PARTITION',
  'IF NOT EXISTS needs a value for every partition column, and {0} has none': 'IF NOT EXISTS 要求每个分区列都有值，而 {0} 没有',
  'EXPLAIN of EXPLAIN is not offered': '不支持对 EXPLAIN 再执行 EXPLAIN',
  'a statement does not start with {0}; it starts with SELECT, WITH, VALUES, INSERT, CREATE, DROP, TRUNCATE, SHOW, DESCRIBE or EXPLAIN':
    '语句不能以 {0} 开头；应以 SELECT、WITH、VALUES、INSERT、CREATE、DROP、TRUNCATE、SHOW、DESCRIBE 或 EXPLAIN 开头',
  nothing: '空',
  'a view keeps its columns by name, and column {0} of its query has none: give it an alias':
    '视图按名称保存列，而其查询的第 {0} 列没有名称：请为其指定别名',
  'a query': '查询',
  'FROM … INSERT is not offered; write INSERT INTO table SELECT … FROM': '不支持 FROM … INSERT；请写 INSERT INTO 表 SELECT … FROM',
  'a catalog name': 'catalog 名',
  "a pattern as a string, for instance 'order*'": "字符串形式的模式，例如 'order*'",
  "SHOW COLUMNS with conflicting databases: '{0}' != '{1}'": "SHOW COLUMNS 中的数据库互相矛盾：'{0}' != '{1}'",
  'a pattern': '模式',
  'there is no catalog {0}: leave it out, or use {1}': '没有名为 {0} 的 catalog：请省略，或使用 {1}',
  'a job has a database of its own: submit the statement with currentdb': '每个作业有自己的数据库：请在提交语句时指定 currentdb',
  'a job has settings of its own: submit the statement with conf': '每个作业有自己的设置：请在提交语句时指定 conf',
  'the partitions of a managed table are those that were written, and a source table has none: there is nothing to repair':
    '托管表的分区就是已写入的分区，源表没有分区：没有需要修复的内容',
  'the engine keeps by itself what it needs again': '引擎会自行缓存需要的内容',
  'rows are added by INSERT INTO and replaced by INSERT OVERWRITE': '请用 INSERT INTO 添加行，用 INSERT OVERWRITE 替换行',
  'rights are granted by PUT /v1.0/{project_id}/user-authorization': '请通过 PUT /v1.0/{project_id}/user-authorization 授权',
  '{0} is not offered; use SELECT, INSERT, CREATE, DROP, TRUNCATE, SHOW, DESCRIBE or EXPLAIN':
    '不支持 {0}；请使用 SELECT、INSERT、CREATE、DROP、TRUNCATE、SHOW、DESCRIBE 或 EXPLAIN',
  '{0} is not offered: {1}': '不支持 {0}：{1}',
  'in view {0}: {1}': '视图 {0} 中：{1}',
  'view {0} gives column {1} no more: what it reads has changed, create it again':
    '视图 {0} 不再给出列 {1}：其读取的内容已变化，请重新创建',
  'column {0} of view {1} was {2} and is {3}: what it reads has changed, create it again':
    '视图 {1} 的列 {0} 原为 {2}，现为 {3}：其读取的内容已变化，请重新创建',
  'a view': '视图',
  ' Please use {0} instead.': '请改用 {0}。',
  "{0}.{1} is {2}. '{3}' expects {4}.{5}": "{0}.{1} 是{2}。'{3}' 需要{4}。{5}",
  '{0} is not a view: choose another name, or drop the table first': '{0} 不是视图：请使用其他名称，或先删除该表',
  'View {0} already exists. If you want to update the view definition, please use ALTER VIEW AS or CREATE OR REPLACE VIEW AS':
    '视图 {0} 已存在。如需修改视图定义，请使用 ALTER VIEW AS 或 CREATE OR REPLACE VIEW AS',
  'The number of columns produced by the SELECT clause (num: {0}) does not match the number of column names specified by CREATE VIEW (num: {1}): view {2}':
    'SELECT 的列数（{0}）与 CREATE VIEW 指定的列名个数（{1}）不一致：视图 {2}',
  'Found duplicate column(s) in the view definition: {0}': '视图定义中有重复的列：{0}',
  'Recursive view {0} detected (cycle: {1})': '视图 {0} 递归引用自身（循环：{1}）',
  'The depth of view {0}.{1} exceeds the maximum view resolution depth ({2})': '视图 {0}.{1} 的嵌套深度超过上限（{2}）',
  'Column {0} does not exist in {1}.{2}': '{1}.{2} 中没有列 {0}',
  'Partition not found in table {0}: {1}': '表 {0} 中没有分区：{1}',
  'Table or view not found: {0}.{1}, which view {2}.{3} reads': '未找到表或视图：{0}.{1}，它被视图 {2}.{3} 读取',
  'SHOW PARTITIONS is not allowed on a table that is not partitioned: {0}': '不能对没有分区的表执行 SHOW PARTITIONS：{0}',
  'view {0} reads in the name of {1}, who owns it and whose rights ended: give it to another user, or create it again':
    '视图 {0} 以其所有者 {1} 的权限读取，而该权限已失效：请将视图转交给其他用户，或重新创建',
  '{0} (in the name of {1}, who owns view {2})': '{0}（以视图 {2} 的所有者 {1} 的权限）',
  'select_statement is a query: write SELECT …': 'select_statement 应为查询：请写 SELECT …',
  'There is no view named {0}': '没有名为 {0} 的视图',
}
