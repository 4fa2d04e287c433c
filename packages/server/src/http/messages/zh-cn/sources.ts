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
  'the source ended its answer in the middle of a row': '数据源的应答在一行中间中断',
  'the source answered COPY in a form that is not the binary one': '数据源对 COPY 的应答不是二进制格式',
  'the source sent {0} columns where {1} were asked for': '数据源返回了 {0} 列，而请求的是 {1} 列',
  '{0}: the source answered: {1} ({2}){3}': '{0}：数据源应答：{1} ({2}){3}',
  '{0}: the connection was lost: {1}': '{0}：连接已断开：{1}',
  '; a value does not fit its declared type any more{0}: create the table again to read its columns anew, or declare a wider type':
    '；有值已不符合其声明的类型{0}：请重新建表以重新读取列，或声明更宽的类型',
  '{0} does not exist in database {1} at {2}, or this user may not see it; check dbtable':
    '{2} 的数据库 {1} 中不存在 {0}，或该用户无权查看；请检查 dbtable',
  "{0} has columns whose names differ in case alone ({1} and {2}), which is not offered; name the table's columns in CREATE TABLE and leave one out, or read a view":
    '{0} 中有仅大小写不同的列名（{1} 和 {2}），不支持；请在 CREATE TABLE 中列出列并去掉其中一个，或改读视图',
  '{0} has no column {1} at {2}; create the table again to read its columns anew': '{2} 的 {0} 没有列 {1}；请重新建表以重新读取列',
  'a scan of {0} asks for column {1}': '对 {0} 的扫描请求了列 {1}',
  '{0} offers no TLS; switch it on at the source, or ask for sslmode=disable in the url':
    '{0} 不提供 TLS；请在数据源上启用，或在 url 中使用 sslmode=disable',
  'no way to encrypt {0}': '没有可用的加密方式 {0}',
  '{0} asks for a login, and the table has none; add passwdauth (the name of an auth-info) to the OPTIONS':
    '{0} 要求登录，而该表没有登录信息；请在 OPTIONS 中添加 passwdauth（跨源认证的名称）',
  'the login for {0} holds a NUL character, which no user name or password may have; correct the auth-info':
    '{0} 的登录信息含有 NUL 字符，用户名和密码都不允许；请修正跨源认证',
  '{0} asks for the password in clear text; let it use scram-sha-256, or encrypt with sslmode=require, or ask the installation owner to allow cleartext for this gateway':
    '{0} 要求明文密码；请让其使用 scram-sha-256，或用 sslmode=require 加密，或请安装所有者为该网关允许明文',
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
  'option url: MySQL sources are not offered yet; offered: jdbc:postgresql://host:port/database':
    '选项 url：暂不支持 MySQL 数据源；支持：jdbc:postgresql://host:port/database',
  "write it as 'jdbc:postgresql://host:port/database', with one host and its port":
    "请写成 'jdbc:postgresql://host:port/database'，只含一个主机及其端口",
  'option url is not understood; {0}': '无法识别选项 url；{0}',
  'option url may not hold a user or a password; give them by passwdauth': '选项 url 不能包含用户名或密码；请使用 passwdauth',
  'option url: several hosts are not offered; write one host:port': '选项 url：不支持多个主机；请只写一个 host:port',
  'option url names no database; {0}': '选项 url 未指定数据库；{0}',
  'option url: parameter {0} is given twice': '选项 url：参数 {0} 重复',
  'option url: parameter sslmode takes {0}': '选项 url：参数 sslmode 只能为 {0}',
  'option url: parameter {0} is not offered; give the login by passwdauth': '选项 url：不支持参数 {0}；请使用 passwdauth 提供登录信息',
  'option url: parameter {0} does not take this value': '选项 url：参数 {0} 不支持该值',
  'option url: parameter {0} is not offered; offered are ssl, sslmode, ApplicationName, connectTimeout, loginTimeout, socketTimeout, tcpKeepAlive':
    '选项 url：不支持参数 {0}；支持 ssl、sslmode、ApplicationName、connectTimeout、loginTimeout、socketTimeout、tcpKeepAlive',
  "option driver does not fit the url; write 'org.postgresql.Driver' for jdbc:postgresql":
    "选项 driver 与 url 不符；jdbc:postgresql 请写 'org.postgresql.Driver'",
  "as 'schema.table' or 'table'": "形式为 'schema.table' 或 'table'",
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
