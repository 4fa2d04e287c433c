// Chinese for rows that are written at a source: what it does not take, and what is known of them when something goes wrong.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const sourceWrites: Catalogue = {
  '{0} writes to managed tables alone, and {1} is none: empty it at its source, or write new rows with INSERT OVERWRITE':
    '{0} 只能用于托管表，而 {1} 不是托管表：请在数据源上清空它，或用 INSERT OVERWRITE 写入新行',
  '{0} changes managed tables alone, and {1} is none: change it at its source; where its columns become others, create it here again':
    '{0} 只能用于托管表，而 {1} 不是托管表：请在数据源上更改它；若列因此改变，请在此重新建表',
  '{0} writes to managed tables alone, and {1} is none: import into a managed table, then send its rows on with INSERT INTO {2}':
    '{0} 只能用于托管表，而 {1} 不是托管表：请先导入托管表，再用 INSERT INTO {2} 写入其数据行',
  'INSERT is not offered for {0} sources; insert into a managed table': '不支持对 {0} 数据源执行 INSERT；请写入托管表',
  'table {0} lives at a source and has no partitions here: leave PARTITION out': '表 {0} 位于数据源，在此没有分区：请去掉 PARTITION',
  'the job was cancelled when its rows had been written at {0}': '作业被取消时，其数据行已写入 {0}',
  '{0}; its rows had been written at {1}': '{0}；其数据行已写入 {1}',
  '{0}; rows may have been written at {1}': '{0}；数据行可能已写入 {1}',
  "column {0}: the value {1} does not fit the source's integer of {2} bytes; filter such rows out, or widen the column at the source":
    '列 {0}：值 {1} 超出数据源 {2} 字节整数的范围；请过滤掉这些行，或在数据源上加宽该列',
  'a column of fixed width came as bytes': '定宽列以变长形式到达',
  'a column of bytes came with a fixed width': '变长列以定宽形式到达',
  '2,048 rows hold more than 2 GiB of text in one column: write fewer at a time': '2,048 行中有一列的文本超过 2 GiB：请分批写入',
  'the query whose rows were being written ended without a word; run the job again': '正在写入其结果的查询无故中止；请重新运行作业',
  'the source rolled the rows back and did not say why; run the job again': '数据源回滚了数据行且未说明原因；请重新运行作业',
  '{0} has no column {1} at the source; create the table again to read its columns anew': '数据源的 {0} 没有列 {1}；请重新建表以重新读取列',
  'column {0} of {1} is declared {2} and is {3} at the source, which does not keep such values as they are; declare it as {4}':
    '{1} 的列 {0} 声明为 {2}，在数据源中是 {3}，无法原样保存这样的值；请声明为 {4}',
  'column {0} of {1} is generated at the source (always), so that no value can be given to it: name the other columns, as in INSERT INTO t (a, b) SELECT …':
    '{1} 的列 {0} 始终由数据源生成，不能赋值：请列出其他列，例如 INSERT INTO t (a, b) SELECT …',
  '{0}: the source was asked to commit and did not answer ({1})': '{0}：已请求数据源提交，但没有应答（{1}）',
  '{0}: the connection was lost: {1}; nothing was written': '{0}：连接已断开：{1}；没有写入任何数据',
  '{0}: the source answered: {1}{2}{3} ({4}); nothing was written': '{0}：数据源应答：{1}{2}{3} ({4})；没有写入任何数据',
  'column {0}: MySQL has no date in the year {1}; leave such rows out': '列 {0}：MySQL 没有 {1} 年的日期；请排除这些行',
  'column {0}: {1}; nothing was written': '列 {0}：{1}；没有写入任何数据',
  'a number from 1 to 99 is no year, as MySQL would make one of 1970 to 2069 of it':
    '有从 1 到 99 的数不是年份，MySQL 会把它变成 1970 到 2069 年之一',
  'the source says that it wrote {0} rows where {1} were sent; nothing was written':
    '数据源称写入了 {0} 行，而发送了 {1} 行；没有写入任何数据',
  'the source answered with what no server says to rows that are written': '数据源对写入行的应答不是任何服务器会给出的',
  'a text is no time as in [-]HH:MM:SS, with a fraction or without': '有文本不是 [-]HH:MM:SS 形式的时间（可带小数秒）',
  'a text is no decimal with at most {0} digits behind the point': '有文本不是小数点后最多 {0} 位的十进制数',
  'a set gives its members in its own order and each once: write them so': 'set 的成员按其自身顺序返回且各一次：请按此顺序书写',
  'column {0}: MySQL would cut off spaces behind {1} characters; nothing was written':
    '列 {0}：MySQL 会截去第 {1} 个字符之后的空格；未写入任何数据',
  'column {0}: PostgreSQL would cut off spaces behind {1} characters; nothing was written':
    '列 {0}：PostgreSQL 会截去第 {1} 个字符之后的空格；未写入任何数据',
  'a text is no member of the enum or set at the source, letter by letter': '有文本与数据源中 enum 或 set 的成员不完全一致',
  'column {0} of {1} is {2} at the source, which is not written: leave it out': '{1} 的列 {0} 在数据源中是 {2}，不支持写入：请去掉该列',
  'column {0}: MySQL has no {1}; leave such rows out': '列 {0}：MySQL 没有 {1}；请排除这些行',
  '{0} is kept by engine {1}, which cannot take rows back when something goes wrong: convert it to InnoDB, then INSERT is whole or nothing':
    '{0} 使用存储引擎 {1}，出错时无法撤销已写入的行：请转换为 InnoDB，INSERT 才能整体成功或整体不写入',
  '{0} is no plain table at the source, so that nobody knows if rows could be taken back: insert into the tables below it':
    '{0} 在数据源中不是普通表，无法确定能否撤销写入的行：请写入其底层的表',
  '{0}, counted from row {1} on; nothing was written': '{0}，行号从第 {1} 行起计；没有写入任何数据',
  '{0}; nothing was written': '{0}；没有写入任何数据',
}
