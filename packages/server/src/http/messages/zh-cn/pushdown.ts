// Chinese for why a part of a query is not asked of its source whole.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const pushdown: Catalogue = {
  '{0} is not asked of a source': '{0} 不下推到数据源',
  '{0} sources are asked for rows of their tables alone': '{0} 类数据源只按表读取数据行',
  '{0} has another type over groups': '{0} 在分组之后类型不同',
  '{0} is not a column of its source': '{0} 不是其数据源的列',
  '{0} is converted to {1} here alone': '{0} 到 {1} 的转换只在本地进行',
  '{0} is compared here alone': '{0} 只在本地比较',
  'the constant {0} is not asked of a source': '常量 {0} 不下推到数据源',
  'a text that no source holds': '数据源无法保存的文本',
  'a join that keeps rows of its right side is done here': '保留右侧数据行的连接在本地进行',
  'a join without equal columns is done here': '没有等值列的连接在本地进行',
  'columns of a reading that are left out are looked at here': '读取中省去的列在本地查看',
  'a product of more than 38 digits is computed here alone': '超过 38 位的乘积只在本地计算',
  'floating point is compared and computed here alone': '浮点数只在本地比较和计算',
  'a subquery over several sources is computed here': '跨多个数据源的子查询在本地计算',
  'a subquery over another source is computed here': '另一数据源上的子查询在本地计算',
  'a subquery with {0} or several groupings is computed here': '带 {0} 或多重分组的子查询在本地计算',
  '{0} inside of another condition is computed here': '其他条件中的 {0} 在本地计算',
  'MySQL compares texts of a subquery in its own way': 'MySQL 按自己的方式比较子查询中的文本',
  'a subquery of several columns is computed here': '多列子查询在本地计算',
  'a subquery that may give several values is computed here': '可能返回多个值的子查询在本地计算',
  'a value that is computed anew for each row is computed here': '逐行重新计算的值在本地计算',
  'a subquery that looks at the query around it is computed here': '引用外层查询的子查询在本地计算',
  'groups by a constant are made here': '按常量分组在本地进行',
  'several groupings at once are computed here': '多重分组在本地计算',
  'several outputs are called {0}': '多个输出列名为 {0}',
  'a query reads column {0} of table {1}, which is not there': '查询读取表 {1} 的第 {0} 列，但该列不存在',
  'a query reads table {0}, which it does not have': '查询读取第 {0} 个表，但该表不存在',
  "the order of strings in a database that is not encoded in UTF-8 is not Spark's": '非 UTF-8 编码的数据库中，字符串顺序与 Spark 不同',
}
