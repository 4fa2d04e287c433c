// Chinese for databases, tables and jobs: what may be submitted, how a job ended, what its engine says.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const jobs: Catalogue = {
  'type "{0}" is not offered; use one of {1}': '不支持类型 "{0}"；请使用 {1} 之一',
  'type "{0}": decimal has 1 to 38 digits, and no more of them behind the point':
    '类型 "{0}"：decimal 的精度为 1 到 38 位，小数位数不能超过精度',
  '"{0}" is no database name: use 1 to 128 letters, digits and _, not digits alone, not starting with _':
    '"{0}" 不是合法的数据库名称：请使用 1 到 128 个字母、数字和 _，不能全为数字，不能以 _ 开头',
  'database {0} exists already: choose another name': '数据库 {0} 已存在：请更换名称',
  'database default exists in every project and cannot be dropped': '数据库 default 存在于每个项目中，不能删除',
  '1 table': '1 张表',
  '{0} tables': '{0} 张表',
  'database {0} is not empty, it holds {1}: drop them first, or drop it with cascade':
    '数据库 {0} 不为空，其中有 {1}：请先删除，或使用 cascade 删除',
  'There is no database named {0}': '不存在名为 {0} 的数据库',
  'sql_pattern has {0} characters: send at most {1}': 'sql_pattern 有 {0} 个字符：最多 {1} 个',
  '{0} {1} is unknown: it is ALL, or one of {2}': '未知的 {0} {1}：只能为 ALL 或 {2} 之一',
  'job-status {0} is unknown: it is one of {1}, SCALING': '未知的 job-status {0}：只能为 {1}, SCALING 之一',
  'engine-type {0} is unknown: it is spark or hetuEngine': '未知的 engine-type {0}：只能为 spark 或 hetuEngine',
  'entry {0} of conf is not "key = value"': 'conf 的第 {0} 项不是 "key = value" 形式',
  '{0} of conf is written {1}': 'conf 中的 {0} 应写作 {1}',
  '{0} is true or false': '{0} 只能为 true 或 false',
  '{0} is a whole number of seconds, 1 to {1}': '{0} 应为 1 到 {1} 的整数（秒）',
  'sql is empty: send one statement': 'sql 为空：请填写一条语句',
  'sql is longer than {0} characters': 'sql 超过 {0} 个字符',
  'engine_type {0} is not offered: leave it out or send spark': '不支持 engine_type {0}：请省略或填写 spark',
  'queue {0} is a general queue and runs no SQL: submit to a queue whose queue_type is sql':
    '队列 {0} 是通用队列，不能执行 SQL：请提交到 queue_type 为 sql 的队列',
  'a job has at most 20 tags': '一个作业最多有 20 个标签',
  'each key of tags may come once': 'tags 中每个键只能出现一次',
  'a tag has a key of 1 to 128 characters and a value of up to 255': '标签的键为 1 到 128 个字符，值最多 255 个字符',
  'job {0} is {1} already and cannot be cancelled': '作业 {0} 已处于 {1} 状态，不能取消',
  'page-size is a whole number from 1 to 1000': 'page-size 应为 1 到 1000 的整数',
  'job {0} is of type {1}: only QUERY jobs have a result': '作业 {0} 的类型为 {1}：只有 QUERY 作业有结果',
  'job {0} is {1}: read its result when it is FINISHED': '作业 {0} 处于 {1} 状态：请在其变为 FINISHED 后读取结果',
  'job {0} is {1} and has no result{2}': '作业 {0} 处于 {1} 状态，没有结果{2}',
  "Permission denied for resource 'jobs.{0}', User = '{1}', Action = 'SELECT': its result is for {2}; run the statement yourself":
    "没有资源 'jobs.{0}' 的权限，用户 = '{1}'，操作 = 'SELECT'：其结果仅供{2}查看；请自行执行该语句",
  administrators: '管理员',
  '{0}, who submitted it, and for administrators': '提交者 {0} 和管理员',
  'the server restarted while the job ran; run it again': '作业运行期间服务重启；请重新执行',
  'the server restarted; rows may have been written at {0}': '服务已重启；{0}可能已写入部分数据',
  'timed out after {0} s (dli.sql.job.timeout)': '运行超过 {0} 秒，已超时（dli.sql.job.timeout）',
  '{0} at {1} over connection {2} has sent nothing for {3} s: see there what it works on, or ask the doctor where the way ends':
    '{1} 上的 {0}（经连接 {2}）已有 {3} 秒未返回任何数据：请在该数据源上查看其正在执行的操作，或使用诊断查看通路在何处中断',
  'waits for a reader of connection {0}: other jobs use all that may read over it (connection-readers)':
    '等待连接 {0} 的读取会话：其他作业已用尽该连接允许的全部读取会话（connection-readers）',
  'the query reads by {0} sessions at once over connection {1}, which {2} may use: split it, or ask the installation owner for more (connection-readers)':
    '该查询经连接 {1} 同时使用 {0} 个会话读取，而该连接最多允许 {2} 个：请拆分查询，或请安装所有者放宽上限（connection-readers）',
  '{0}: the job reads more than the {1} rows that it may read over connection {2} ({3} of them here): filter or aggregate so that fewer cross, or ask the installation owner for more (connection-job-rows)':
    '{0}：作业经连接 {2} 读取的行数超过允许的 {1} 行（其中 {3} 行来自此处）：请先过滤或聚合以减少传输，或请安装所有者放宽上限（connection-job-rows）',
  '{0}: the job reads more than the {1} bytes that it may read over connection {2} ({3} of them here): name fewer columns, filter or aggregate so that fewer cross, or ask the installation owner for more (connection-job-bytes)':
    '{0}：作业经连接 {2} 读取的数据超过允许的 {1} 字节（其中 {3} 字节来自此处）：请减少列、先过滤或聚合以减少传输，或请安装所有者放宽上限（connection-job-bytes）',
  'the job has ended': '作业已结束',
  'auth-info {0} is not tried at {1} over connection {2} for now, as {3} logins in a row were refused; {4}: correct its user and password, or have the database admit the user':
    '跨源认证 {0} 暂不在 {1}（经连接 {2}）上尝试登录，因为已连续 {3} 次被拒绝；{4}：请修正其用户名和密码，或让数据库允许该用户登录',
  '{0} is not dialled over connection {1} for now, as {2} tries in a row failed; {3}: start the source, or ask the doctor where the way ends':
    '暂不经连接 {1} 连接 {0}，因为已连续 {2} 次失败；{3}：请启动该数据源，或使用诊断查看通路在何处中断',
  'another job is trying it now': '另一个作业正在尝试',
  'the next try is at {0}, in {1} s': '下一次尝试时间为 {0}，即 {1} 秒后',
  'There is no job {0}': '不存在作业 {0}',
  '"{0}" is no table name: use 1 to 128 letters, digits, _ and $, not digits alone, not starting with _':
    '"{0}" 不是合法的表名：请使用 1 到 128 个字母、数字、_ 和 $，不能全为数字，不能以 _ 开头',
  'There is no table named {0}': '不存在名为 {0} 的表',
  'queue {0} is shared and has no way to a source: run statements on table {1} on a dedicated queue bound to a connection':
    '队列 {0} 是共享队列，无法访问数据源：请在绑定了连接的专属队列上执行涉及表 {1} 的语句',
  'table {0} exists already: drop it first, choose another name, or say IF NOT EXISTS':
    '表 {0} 已存在：请先删除，更换名称，或使用 IF NOT EXISTS',
  '{0} (table {1})': '{0}（表 {1}）',
  'connection {0} is FAILED for queue {1}: {2} ({3})': '连接 {0} 对队列 {1} 的状态为 FAILED：{2}（{3}）',
  'connection {0} is still CREATING for queue {1}: run the job again when it is ACTIVE ({2})':
    '连接 {0} 对队列 {1} 仍处于 CREATING 状态：请在其变为 ACTIVE 后重新运行作业（{2}）',
  'on the way to {0}': '目标 {0}',
  'queue {0} is not bound to a connection that reaches {1} (table {2}): bind it to an enhanced connection whose subnet or routes contain the address':
    '队列 {0} 未绑定可到达 {1} 的连接（表 {2}）：请将其绑定到子网或路由包含该地址的增强型跨源连接',
  'this installation runs no SQL': '该安装不执行 SQL',
  'the engine of queue {0} did not answer in {1} s ({2}): submit the statement again':
    '队列 {0} 的引擎在 {1} 秒内没有响应（{2}）：请重新提交语句',
  'it waits for memory, which jobs on other queues use': '正在等待内存，其他队列的作业正在使用',
  'it is busy with other statements': '正忙于其他语句',
  'it is still being started': '仍在启动',
  'engines of other queues are started before it': '其他队列的引擎先于它启动',
  'the system killed the engine of queue {0} for want of memory: run the job again when less runs beside it, split the statement, or ask the installation owner for a smaller engine-memory or more memory':
    '系统因内存不足结束了队列 {0} 的引擎：请在并行任务较少时重新运行作业、拆分语句，或请安装所有者调小 engine-memory 或增加内存',
  'the engine of queue {0} was killed (SIGKILL), as the system does when memory runs out: run the job again, and split the statement if it is killed again':
    '队列 {0} 的引擎被结束（SIGKILL），系统在内存耗尽时会这样做：请重新运行作业，若再次被结束请拆分语句',
  'EXPLAIN CODEGEN is not offered: the engine makes no code; leave CODEGEN out': '不支持 EXPLAIN CODEGEN：引擎不生成代码；请去掉 CODEGEN',
  'the job was cancelled': '作业已取消',
  'the server was stopped while the job ran; run it again': '作业运行期间服务停止；请重新执行',
  'the job was ended before it ran': '作业在运行前已结束',
  'waits for queue {0}, which is being made: {1} min to go': '等待队列 {0} 创建完成：还需 {1} 分钟',
  'waits for another job on queue {0}': '等待队列 {0} 上的其他作业',
  'waits for an engine of queue {0}': '等待队列 {0} 的引擎',
  'waits for memory: jobs on other queues use all that engines may take together': '等待内存：其他队列的作业已用完引擎可共用的全部内存',
  'the job ended before its table was made': '作业在建表前已结束',
  'the server is stopping; the job runs when it is back': '服务正在停止；恢复后将执行该作业',
  'the job failed inside the service; its log says why, under the id of the job':
    '作业因服务内部错误而失败；原因见日志中该作业 ID 下的记录',
  'the result of job {0} has expired: run the query again': '作业 {0} 的结果已过期：请重新执行查询',
  'Table or view not found: {0}.{1}': '找不到表或视图：{0}.{1}',
  'Table or view not found: {0}': '找不到表或视图：{0}',
  'table {0}.{1} was dropped meanwhile: run the statement again': '表 {0}.{1} 已在此期间被删除：请重新执行语句',
  'the scan was stopped': '扫描已停止',
  'the query spilled more than {0} to disk; filter or aggregate earlier, or ask the installation owner for more':
    '查询溢写到磁盘的数据超过 {0}；请提前过滤或聚合，或请安装所有者提高上限',
  'the query needs more than the {0} of its engine; filter or aggregate earlier, or use a queue with more CU':
    '查询需要的内存超过其引擎的 {0}；请提前过滤或聚合，或使用 CU 更多的队列',
  'a subquery used as a value gave more than one row; aggregate it, or end it with LIMIT 1':
    '用作值的子查询返回了多行；请对其聚合，或以 LIMIT 1 结尾',
  'a product or a sum has more than 38 digits; cast what it is made of to fewer digits, or to double':
    '乘积或总和超过 38 位；请将参与运算的值转换为更少的位数或 double',
  'a sum or a difference has more than 38 digits; cast what it is made of to fewer digits, or to double':
    '和或差超过 38 位；请将参与运算的值转换为更少的位数或 double',
  'a date lies outside of the calendar; add or subtract fewer days': '日期超出可表示的范围；请加减更少的天数',
  'a timestamp lies outside of the calendar': '时间戳超出可表示的范围',
  'a number does not fit decimal({0},{1}); cast to a decimal with more digits before the point, or to double':
    '数值超出 decimal({0},{1}) 的范围；请转换为整数位更多的 decimal 或 double',
  'a value is outside of the range of the type that the query gives it; cast to a wider type, or filter such values out':
    '值超出查询所用类型的范围；请转换为更宽的类型，或过滤掉这些值',
  'a job came before the instance was built': '作业早于引擎实例就绪',
  'exit code {0}': '退出码 {0}',
  'the engine left something else than files; run the job again': '引擎留下了文件以外的内容；请重新执行作业',
  'the disk of the installation is full; try again when there is room, or ask the installation owner for more':
    '安装所在的磁盘已满；请在有空间后重试，或请安装所有者扩容',
  'the query writes a larger file than an engine may; filter or aggregate earlier, or ask the installation owner for more':
    '查询写入的文件超过引擎允许的大小；请尽早过滤或聚合，或请安装所有者提高上限',
  'the engine of queue {0} ended ({1}); run the job again': '队列 {0} 的引擎已终止（{1}）；请重新执行作业',
  'the plan reads {0}, which the job was not given': '执行计划读取了未提供给该作业的 {0}',
  'the engine failed; its log says why': '引擎出错；原因见其日志',
  'the server is shutting down; run the job again': '服务正在停止；请重新执行作业',
  'a result holds a value of no type that is on offer ({0})': '结果中有不支持的类型的值（{0}）',
  'column {0} was planned as {1} and came as {2}': '列 {0} 计划为 {1}，实际为 {2}',
  'a scan was asked for that belongs to no running job': '请求的扫描不属于任何正在运行的作业',
  'a scan was started that belongs to no running job': '启动的扫描不属于任何正在运行的作业',
  'a thread of the engine ended unexpectedly; run the job again': '引擎的线程意外终止；请重新执行作业',
  'reading and planning the statement took longer than {0} s: make it smaller (fewer joins, shorter lists, less nesting), or keep parts of it in tables':
    '读取并规划该语句超过 {0} 秒：请简化语句（减少连接、缩短列表、减少嵌套），或将其部分结果保存到表中',
  'reading and planning the statement took more than {0} MiB of memory: make it smaller (fewer joins, shorter lists, less nesting), or keep parts of it in tables':
    '读取并规划该语句占用内存超过 {0} MiB：请简化语句（减少连接、缩短列表、减少嵌套），或将其部分结果保存到表中',
  'a scan has no column {0}': '扫描中没有列 {0}',
  'a source thread handed over text that is not UTF-8': '数据源线程传来的文本不是 UTF-8',
  'the disk of the installation is full, nothing was changed: try again when there is room':
    '安装所在的磁盘已满，未作任何更改：请在有空间后重试',
  'the disk of the installation cannot be read or written: its log says why': '安装所在的磁盘无法读写：原因见其日志',
  'the rights of {0}, who submitted the job, ended before it began: submit it as somebody who may':
    '作业提交者 {0} 的权限在作业开始前已失效：请由有权限的用户重新提交',
}
