// Chinese for source tables: their options, and what their sources answer.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const sources: Catalogue = {
  'source kind {0} is not offered; use one of {1}': '不支持数据源类型 {0}；请使用 {1} 之一',
  'column {0} of {1} {2}': '{1} 的列 {0} {2}',
  'holds a value that its type cannot hold (infinity, NaN, or out of range); leave such rows out at the source':
    '含有其类型无法表示的值（infinity、NaN 或超出范围）；请在数据源中排除这些行',
  'holds text that is not UTF-8; correct it at the source or declare the column as binary':
    '含有非 UTF-8 文本；请在数据源中修正，或将该列声明为 binary',
  '{0} has no fixed width': '{0} 没有固定宽度',
  'MySQL computes decimals with at most {0} digits behind the point': 'MySQL 计算小数时小数位最多为 {0} 位',
  'the order by a constant is none': '按常量排序没有意义',
  'texts of more than {0} bytes are sorted by their beginning alone': '超过 {0} 字节的文本只按其开头排序',
  'column {0} is {1} at the source, where it compares in its own way': '列 {0} 在数据源中的类型为 {1}，其比较方式不同',
  'floating point is computed in its own way': '浮点数的计算方式不同',
  'MySQL has no dates before the year 1 or after 9999': 'MySQL 没有公元 1 年之前或 9999 年之后的日期',
  'the source would answer with {0} where {1} is wanted': '数据源会返回 {0}，而需要的是 {1}',
  'the table changed while it was about to be read: run the job again': '表在即将被读取时发生了变化：请重新运行作业',
  'the source sent a row that is not of the columns it announced': '数据源返回的行与其声明的列不符',
  'holds a value that does not fit its declared type any more: create the table again to read its columns anew, or declare a wider type':
    '含有已不符合其声明类型的值：请重新建表以重新读取列，或声明更宽的类型',
  'holds a time that is before 00:00:00 or after 23:59:59; declare the column as string':
    '含有早于 00:00:00 或晚于 23:59:59 的时间；请将该列声明为 string',
  '{0} asks for the login by {1}, which is not offered; let this user sign in by mysql_native_password or caching_sha2_password':
    '{0} 要求以 {1} 方式登录，暂不支持；请让该用户使用 mysql_native_password 或 caching_sha2_password 登录',
  'came with {0} bytes where its type has {1}: create the table again to read its columns anew':
    '返回了 {0} 字节，而其类型为 {1} 字节：请重新建表以重新读取列',
  'the source sent {0} rows and says that it sent {1}; run the job again': '数据源返回了 {0} 行，却声明返回了 {1} 行；请重新运行作业',
  "the source does not speak PostgreSQL's protocol": '该数据源不使用 PostgreSQL 协议',
  'the source sent a row of more than 1 GiB': '数据源返回了超过 1 GiB 的行',
  'partitionColumn {0} is no column of {1} at {2}; correct the OPTIONS': 'partitionColumn {0} 不是 {2} 的 {1} 的列；请更正 OPTIONS',
  'the source ended its answer in the middle of a row': '数据源的应答在一行中间中断',
  'the source answered COPY in a form that is not the binary one': '数据源对 COPY 的应答不是二进制格式',
  'the source sent {0} columns where {1} were asked for': '数据源返回了 {0} 列，而请求的是 {1} 列',
  '{0}: the source answered: {1} ({2}){3}': '{0}：数据源应答：{1} ({2}){3}',
  'the source said a line of more than {0} bytes: ask what listens there': '数据源发送了超过 {0} 字节的一行：请查明在那里监听的是什么',
  'the source ended the connection in the middle of what it said': '数据源在发送内容的中途结束了连接',
  'column {0} of {1} holds a value that is not written as {2} values are looked up, 7 and never 07; correct it at the source or declare the column as string':
    '{1} 的列 {0} 含有未按 {2} 查找形式书写的值（应为 7，而非 07）；请在数据源中修正，或将该列声明为 string',
  '{0}: the connection was lost: {1}{2}': '{0}：连接已断开：{1}{2}',
  '; the source, or what lies between, ended the session: run the job again, and ask the doctor if it goes on':
    '；会话被数据源或中间网络终止：请重新运行作业，若仍发生请使用诊断',
  '{0} sent more than {1} MiB where a short answer was due: ask what listens there':
    '{0} 在应返回简短应答处发送了超过 {1} MiB 的数据：请确认该地址上的服务',
  '{0} sent a row of more than 1 GiB, which no column may hold: ask what listens there':
    '{0} 发送了超过 1 GiB 的行，任何列都不允许：请确认该地址上的服务',
  '; the source ended the session: run the job again once it is up': '；数据源终止了会话：请待其恢复后重新运行作业',
  '; if the password has changed at the source, give the auth-info the new one': '；如果数据源的密码已更改，请更新跨源认证中的密码',
  '; another session at the source holds a lock: run the job again once that one is through':
    '；数据源上的另一个会话持有锁：请待其结束后重新运行作业',
  '; the source has no session to spare: run the job again later, or let it take more':
    '；数据源没有空闲会话：请稍后重新运行作业，或提高其会话上限',
  '; a value does not fit its declared type any more{0}: create the table again to read its columns anew, or declare a wider type':
    '；有值已不符合其声明的类型{0}：请重新建表以重新读取列，或声明更宽的类型',
  '{0} does not exist in database {1} at {2}, or this user may not see it; check dbtable':
    '{2} 的数据库 {1} 中不存在 {0}，或该用户无权查看；请检查 dbtable',
  "{0} has columns whose names differ in case alone ({1} and {2}), which is not offered; name the table's columns in CREATE TABLE and leave one out, or read a view":
    '{0} 中有仅大小写不同的列名（{1} 和 {2}），不支持；请在 CREATE TABLE 中列出列并去掉其中一个，或改读视图',
  '{0} has no column {1} at {2}; create the table again to read its columns anew': '{2} 的 {0} 没有列 {1}；请重新建表以重新读取列',
  'a scan of {0} asks for column {1}': '对 {0} 的扫描请求了列 {1}',
  'no way to encrypt {0}': '没有可用的加密方式 {0}',
  '{0} asks for a login, and the table has none; add passwdauth (the name of an auth-info) to the OPTIONS':
    '{0} 要求登录，而该表没有登录信息；请在 OPTIONS 中添加 passwdauth（跨源认证的名称）',
  'the login for {0} holds a NUL character, which no user name or password may have; correct the auth-info':
    '{0} 的登录信息含有 NUL 字符，用户名和密码都不允许；请修正跨源认证',
  '{0} asks for the password in clear text; {1}, or ask the installation owner to allow cleartext for this gateway':
    '{0} 要求以明文发送密码；{1}，或请安装所有者为该网关允许明文',
  'encrypt the connection by its url': '请在 url 中为该连接启用加密',
  'is declared as {0}, which is not read from text; declare it as string': '声明为 {0}，无法从文本读取该类型；请声明为 string',
  'holds a value that is no {0}; correct it at the source or declare the column as string':
    '含有不是 {0} 的值；请在数据源中修正，或将该列声明为 string',
  'encrypt with sslMode=REQUIRED, or let this user sign in by mysql_native_password':
    '请使用 sslMode=REQUIRED 加密，或让该用户使用 mysql_native_password 登录',
  'let it use scram-sha-256, or encrypt with sslmode=require': '请让其使用 scram-sha-256，或用 sslmode=require 加密',
  '{0} offers no TLS; switch it on at the source, or ask for {1} in the url': '{0} 不提供 TLS；请在数据源上启用，或在 url 中使用 {1}',
  '{0} did not let this login through within {1} s: run the job again later': '{0} 未在 {1} 秒内完成登录：请稍后重新运行作业',
  "column {0} of {1} has type {2}, which is not offered; name the table's columns in CREATE TABLE and declare it as string, or leave it out":
    '{1} 的列 {0} 的类型为 {2}，不支持；请在 CREATE TABLE 中列出列并将其声明为 string，或去掉该列',
  'column {0} of {1} is declared {2} and is {3} at the source; declare it as {4}':
    '{1} 的列 {0} 声明为 {2}，在数据源中为 {3}；请声明为 {4}',
  'USING {0} is not offered; offered: JDBC': '不支持 USING {0}；支持：JDBC',
  "for instance 'jdbc:postgresql://10.71.0.5:5432/postgres'": "例如 'jdbc:postgresql://10.71.0.5:5432/postgres'",
  'known are {0}': '支持的选项有 {0}',
  'option {0} is not offered for JDBC; {1}': 'JDBC 不支持选项 {0}；{1}',
  ' (is it {0}?)': '（是否为 {0}？）',
  'an option is not known for JDBC{0}; {1}': '有 JDBC 未知的选项{0}；{1}',
  'option {0} is given twice': '选项 {0} 重复',
  'option {0} is missing; write it, {1}': '缺少选项 {0}；请填写，{1}',
  "write it as '{0}', with one host and its port": "请写成 '{0}'，只含一个主机及其端口",
  'option url is not understood; {0}': '无法识别选项 url；{0}',
  'option url may not hold a user or a password; give them by passwdauth': '选项 url 不能包含用户名或密码；请使用 passwdauth',
  'option url: several hosts are not offered; write one host:port': '选项 url：不支持多个主机；请只写一个 host:port',
  'option url names no database; {0}': '选项 url 未指定数据库；{0}',
  'option url: parameter {0} is given twice': '选项 url：参数 {0} 重复',
  'option url: parameter {0} takes {1}': '选项 url：参数 {0} 只能为 {1}',
  'option url: parameter {0} is not offered; give the login by passwdauth': '选项 url：不支持参数 {0}；请使用 passwdauth 提供登录信息',
  'option url: parameter {0} does not take this value': '选项 url：参数 {0} 不支持该值',
  'option url: parameter {0} is not offered; offered are {1}': '选项 url：不支持参数 {0}；支持 {1}',
  "option driver does not fit the url; write '{0}' for jdbc:{1}": "选项 driver 与 url 不符；jdbc:{1} 请写 '{0}'",
  "as 'schema.table' or 'table'": "形式为 'schema.table' 或 'table'",
  "as 'database.table' or 'table'": "形式为 'database.table' 或 'table'",
  "option dbtable names no database, and the url does not either; write it as 'database.table'":
    "选项 dbtable 未指定数据库，url 也未指定；请写成 'database.table'",
  'option dbtable is not the name of a table; write it {0}': '选项 dbtable 不是表名；请填写，{0}',
  'option passwdauth is empty; write the name of an auth-info of kind passwd': '选项 passwdauth 为空；请填写 passwd 类型的跨源认证的名称',
  "option encryption is required beside passwdauth; write 'encryption'='true'":
    "使用 passwdauth 时必须有选项 encryption；请写 'encryption'='true'",
  'options user and password do not go with passwdauth; leave them out': '选项 user 和 password 不能与 passwdauth 同时使用；请去掉',
  'option user is missing beside password; write both, or passwdauth': '有 password 但缺少选项 user；请同时填写，或使用 passwdauth',
  'option password is missing beside user; write both, or passwdauth': '有 user 但缺少选项 password；请同时填写，或使用 passwdauth',
  'option {0} is missing: {1} go together': '缺少选项 {0}：{1} 须同时使用',
  'as the name of a numeric column': '为数值列的名称',
  'option partitionColumn is not the name of a column': '选项 partitionColumn 不是列名',
  'option lowerBound has to be less than upperBound': '选项 lowerBound 必须小于 upperBound',
  'option {0} takes a whole number': '选项 {0} 应为整数',
  'option isolationLevel takes {0}': '选项 isolationLevel 只能为 {0}',
  'option {0} takes a whole number of {1} to {2}': '选项 {0} 应为 {1} 到 {2} 的整数',
  '{0} takes true or false': '{0} 只能为 true 或 false',
  'option url has a % that is not followed by two hexadecimal digits': '选项 url 中的 % 之后不是两位十六进制数字',
  'of this name': '该名称',
}
