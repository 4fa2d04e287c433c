// Chinese for managed tables: what may be written into them, what a write replaces, why one came to nothing.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const warehouse: Catalogue = {
  'column {0}: of texts with a length VARCHAR(n) is offered in managed tables, by itself; use it or STRING':
    '列 {0}：托管表中有长度限制的文本仅支持单独的 VARCHAR(n)；请使用它或 STRING',
  'column {0} of table {1} is given no value': '表 {1} 的列 {0} 没有给出值',
  'PARTITION names {0} of {1} partition columns of {2}: name all, without a value where the rows say it':
    'PARTITION 只列出了 {2} 的 {1} 个分区列中的 {0} 个：请全部列出，由数据决定的列不写值',
  'in PARTITION, columns with a value come before those without': 'PARTITION 中带值的列应位于不带值的列之前',
  'Found duplicate column(s) in the column list: {0}': '列清单中的列重复：{0}',
  'Cannot resolve column name {0}': '无法解析列名 {0}',
  '{0} requires that the data to be inserted have the same number of columns as the target table: target table has {1} column(s) but the inserted data has {2} column(s), including {3} partition column(s) having constant value(s).':
    '插入 {0} 的数据与目标表的列数必须相同：目标表有 {1} 列，而插入的数据有 {2} 列，其中 {3} 个分区列为固定值。',
  "Cannot write incompatible data to table {0}: Cannot safely cast '{1}': {2} to {3}; cast it in the query":
    "不能向表 {0} 写入不兼容的数据：'{1}' 不能安全地从 {2} 转换为 {3}；请在查询中转换",
  '{0} is not a valid partition column in table {1}.': '{0} 不是表 {1} 的分区列。',
  "Found duplicate keys '{0}'": "键 '{0}' 重复",
  'a fixed value for partition column {0} of type {1} is not offered: leave it out of PARTITION and let the rows say it':
    '不支持为类型为 {1} 的分区列 {0} 指定固定值：请在 PARTITION 中去掉该值，由数据决定',
  "'{0}' is no value of partition column {1} ({2})": "'{0}' 不是分区列 {1}（{2}）的合法值",
  'column {0} is a bare NULL, which no table can keep: give it a type, for instance CAST(NULL AS STRING)':
    '列 {0} 是没有类型的 NULL，表中不能保存：请指定类型，例如 CAST(NULL AS STRING)',
  'a column is listed twice in PARTITIONED BY': 'PARTITIONED BY 中的列重复',
  'Cannot use all columns for partition columns': '不能将所有列都作为分区列',
  'Found duplicate column(s) in the table definition of {0}: {1}': '表 {0} 的定义中列重复：{1}',
  'partition column {0} is not defined in table {1}, defined table columns are: {2}': '分区列 {0} 未在表 {1} 中定义，已定义的列有：{2}',
  'Cannot use {0} for partition column': '{0} 类型不能用作分区列',
  'drop or truncate managed tables': '请删除或清空托管表',
  'spark.sql.sources.partitionOverwriteMode is static or dynamic': 'spark.sql.sources.partitionOverwriteMode 只能为 static 或 dynamic',
  'the server restarted while the job ran and nothing of it was written; run it again':
    '作业运行期间服务重启，没有写入任何数据；请重新运行',
  'Fail to insert a value of {0} type into the {1} type column {2} due to an overflow; filter such values out, or widen the column':
    '将 {0} 类型的值插入 {1} 类型的列 {2} 时溢出；请过滤掉这些值，或使用更宽的列类型',
  'the disk of the installation is full, nothing was written: try again when there is room':
    '安装所在磁盘已满，没有写入任何数据：请在有空间后重试',
  'a value of a partition column is too long: partition by a shorter one': '分区列的值过长：请使用较短的分区值',
  'a table that the statement reads was made anew meanwhile: run the statement again': '语句读取的表在此期间被重建：请重新运行该语句',
  "Partition not found in table '{0}' database '{1}'": "数据库 '{1}' 的表 '{0}' 中没有该分区",
  'table {0} is not partitioned: leave PARTITION out': '表 {0} 没有分区：请去掉 PARTITION',
  'the job ended before its rows were written': '作业在写入数据之前已结束',
  'table {0}.{1} was written to while the statement read it to overwrite it: run the statement again':
    '语句读取并覆盖表 {0}.{1} 期间，该表有新的写入：请重新运行该语句',
  'the table was dropped meanwhile: run the statement again': '该表在此期间被删除：请重新运行该语句',
  'the statement writes more than the {0} that the quota of the project leaves: drop tables, or ask the installation owner for more':
    '语句写入的数据超过项目配额剩余的 {0}：请删除一些表，或联系安装所有者提高配额',
  'a table was changed while the job waited to read it: run the job again': '作业等待读取期间表发生了变化：请重新运行作业',
  'columns is empty: a table has at least one': 'columns 为空：表至少有一列',
  'table {0} is not partitioned': '表 {0} 没有分区',
  'data_location OBS is not offered, there is no object storage here: send DLI': '不支持 data_location OBS，此处没有对象存储：请填写 DLI',
  'data_location is DLI, OBS or VIEW': 'data_location 只能为 DLI、OBS 或 VIEW',
  'filter is name=value, several with commas between them': 'filter 应为 name=value 形式，多个条件以逗号分隔',
  'a source table': '源表',
  'table {0} is {1}: only managed tables are previewed, submit a SELECT': '表 {0} 是{1}：只能预览托管表，请提交 SELECT',
  'managed tables of this installation take at most {0} MiB together: drop or truncate some, or ask the installation owner for a larger --warehouse-size':
    '该安装的托管表合计最多占用 {0} MiB：请删除或清空一些表，或联系安装所有者调大 --warehouse-size',
  'Attempted to unset non-existent properties [{0}] in table {1}.{2}': '试图在表 {1}.{2} 中删除不存在的属性 [{0}]',
  'a table stays in its database when it is renamed: {0} and {1} are two; leave the database out of the new name':
    '重命名时表仍在原数据库中：{0} 与 {1} 不是同一个；请在新名称中去掉数据库',
  'CREATE TABLE … LIKE takes a managed table or a view, and {0} lies at a source: declare it again with its OPTIONS, or write CREATE TABLE … AS SELECT':
    'CREATE TABLE … LIKE 的来源应为托管表或视图，而 {0} 位于数据源：请连同 OPTIONS 重新声明，或使用 CREATE TABLE … AS SELECT',
  'CREATE TABLE … LIKE makes a managed table: it takes USING PARQUET and TBLPROPERTIES alone':
    'CREATE TABLE … LIKE 创建托管表：只能带 USING PARQUET 和 TBLPROPERTIES',
  'a change, for instance {0}, {1} or {2}': '一项更改，例如 {0}、{1} 或 {2}',
  'ALTER TABLE … {0} is not offered: make the table anew with CREATE TABLE … AS SELECT, and rename it':
    '不支持 ALTER TABLE … {0}：请用 CREATE TABLE … AS SELECT 重新创建该表，再重命名',
  'ALTER TABLE … ADD PARTITION is not offered: a partition is there as soon as rows are inserted into it':
    '不支持 ALTER TABLE … ADD PARTITION：写入数据后分区即存在',
  'DROP PARTITION needs a value for partition column {0}': 'DROP PARTITION 需要给出分区列 {0} 的值',
  'storing {0} as {1} is not offered': '不支持将 {0} 存为 {1}',
  'column {0} of type {1} is not offered in a source table; managed tables take nested values':
    '源表不支持类型为 {1} 的列 {0}；嵌套类型可用于托管表',
  'NOT NULL of column {0} is not offered in a source table: the source keeps its own; leave it out':
    '源表中不支持列 {0} 的 NOT NULL：由数据源自己保证；请去掉它',
  'column {0} is added and cannot be NOT NULL: the rows that are there have no value in it':
    '新增的列 {0} 不能是 NOT NULL：已有的行在该列中没有值',
  'column {0} is NOT NULL and a row has no value in it; leave such rows out, or give them a value with coalesce({1}, …)':
    '列 {0} 为 NOT NULL，而有一行在该列中没有值；请过滤掉这样的行，或用 coalesce({1}, …) 给出值',
  'Exceeds char/varchar type length limitation: {0}, in column {1}; cut the text with left(…, {2}), or make the table with a longer column':
    '超出 char/varchar 类型的长度限制：{0}（列 {1}）；请用 left(…, {2}) 截断文本，或用更长的列建表',
  'type "{0}": a varchar has at most {1} characters': '类型 "{0}"：varchar 最多 {1} 个字符',
  '{0} is not offered, a job keeps nothing for the next: write WITH in the query, or CREATE VIEW':
    '不支持 {0}，作业不会为下一个作业保留任何内容：请在查询中使用 WITH，或使用 CREATE VIEW',
}
