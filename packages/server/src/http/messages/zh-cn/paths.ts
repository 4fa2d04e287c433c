// Chinese for the way to a source: names, routes, gateways, dials, relays, and what the doctor tells of them.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const paths: Catalogue = {
  address: '地址',
  'host record of {0}': '{0} 的主机信息',
  'name table of the gateway of {0}': '{0} 的网关的名称表',
  'classic connection {0}': '经典型跨源连接 {0}',
  'unknown host {0}: queue {1} knows no such name{2}; add a host record to one of its connections, or use the address':
    '未知主机 {0}：队列 {1} 无法解析该名称{2}；请在其绑定的连接中添加主机信息，或直接使用地址',
  'queue {0} has no route to {1}: bind it to an enhanced connection whose subnet or routes contain the address':
    '队列 {0} 没有到 {1} 的路由：请将其绑定到子网或路由包含该地址的增强型跨源连接',
  '{0} by {1}': '{0}（来自 {1}）',
  '{0} by classic connection {1}': '{0}（来自经典型跨源连接 {1}）',
  'resolver of {0}': '{0} 的域名解析器',
  'resolver {0} of {1}': '{1} 的域名解析器 {0}',
  'the gateway carries nothing to {0}: ask the installation owner': '网关不转发到 {0} 的流量：请联系安装所有者',
  "queue {0} may not reach this address: the gateway's ranges do not allow it; ask the installation owner":
    '队列 {0} 不允许访问该地址：网关的地址范围不包含它；请联系安装所有者',
  '{0}, subnet of {1}': '{0}，{1} 的子网',
  '{0}, route {1} of {2}': '{0}，{2} 的路由 {1}',
  'relay of {0}': '{0} 的中继',
  'connected to {0}': '已连接到 {0}',
  'map to {0}': 'map 到 {0}',
  '{0} failed: {1}': '{0} 失败：{1}',
  'queue {0} is no longer bound to connection {1}, or no longer carried by it: its err_msg says why':
    '队列 {0} 已不再绑定连接 {1}，或其流量已不再由该连接承载：原因见该连接的 err_msg',
  '{0} no longer leads to {1} ({2})': '{0} 不再指向 {1}（{2}）',
  'no route of connection {0} leads queue {1} to {2} any more': '连接 {0} 已没有从队列 {1} 到 {2} 的路由',
  'the gateway of connection {0} no longer leads there': '连接 {0} 的网关已不再通往该地址',
  'the path to {0} was cut: {1}': '到 {0} 的通路已被切断：{1}',
  'its dialler was closed': '拨号器已关闭',
  user: '用户',
  'installation owner': '安装所有者',
  'database owner': '数据库所有者',
  'add a host record for the name to a connection that the queue is bound to, or use the address':
    '请在队列绑定的连接中为该名称添加主机信息，或直接使用地址',
  'bind the queue to a connection whose subnet or routes contain the address': '请将队列绑定到子网或路由包含该地址的连接',
  'let the gateway of the VPC carry the address: its kind, map and ranges': '请让 VPC 的网关转发该地址：检查其 kind、map 和 ranges',
  'start the service, check its port, and let its firewall admit the queue’s range': '请启动服务，检查端口，并让其防火墙放通队列的网段',
  'check that the service on this port speaks the protocol and offers TLS, or ask for another tls mode':
    '请确认该端口上的服务使用此协议并提供 TLS，或改用其他 tls 模式',
  'correct user and password of the auth-info, or have the database admit the user':
    '请修正跨源认证中的用户名和密码，或让数据库允许该用户登录',
  'correct database, schema and table, or have the database owner grant the user access to them':
    '请修正数据库、schema 和表，或请数据库所有者授权该用户访问',
  'address is host:port, like 10.71.0.5:5432 or db.example.com:5432':
    'address 应为 host:port 形式，例如 10.71.0.5:5432 或 db.example.com:5432',
  '{0} needs protocol: say {1}': '使用 {0} 时必须指定 protocol：请填写 {1}',
  'tls is one of {0}': 'tls 只能为 {0} 之一',
  'table needs auth_info_name: nothing is read without a login': '使用 table 时必须指定 auth_info_name：不登录则无法读取',
  'protocol {0} is not spoken yet: leave protocol out to test up to TCP, or use {1}':
    '暂不支持协议 {0}：省略 protocol 可测试到 TCP，或使用 {1}',
  'protocol is {0}, or left out to test up to TCP': 'protocol 只能为 {0}，省略时测试到 TCP',
  'database is a name of 1 to 63 characters': 'database 应为 1 到 63 个字符的名称',
  'table is a name, or schema.name, of 1 to 63 characters each': 'table 应为表名或 schema.表名，各 1 到 63 个字符',
  "the examination took more than {0} s: the queue's engine may be short of memory; try again":
    '诊断超过 {0} 秒：队列的引擎可能内存不足；请重试',
  'connectivity tests and doctor calls': '连通性测试和诊断',
  '"{0}" is not an address; write it like 10.71.0.5:5432': '"{0}" 不是合法的地址；请写成 10.71.0.5:5432',
  'map is for gateways of kind "map", this one is "{0}": change the kind or leave map out':
    'map 仅适用于 kind 为 "map" 的网关，该网关为 "{0}"：请修改 kind 或去掉 map',
  'gateways of kind "{0}" are not offered yet; there are {1}': '暂不支持 kind 为 "{0}" 的网关；可用的有 {1}',
  'kind "{0}" is unknown; write one of {1}': '未知的 kind "{0}"；请使用 {1} 之一',
  '{0} has {1} entries, at most {2} are possible: join neighbouring ranges or remove some':
    '{0} 有 {1} 个条目，最多 {2} 个：请合并相邻的地址范围或去掉一些',
  'ranges[{0}] "{1}" is not an IPv4 range; write it like 10.71.0.0/24, one address like 10.71.0.5/32':
    'ranges[{0}] "{1}" 不是 IPv4 地址范围；请写成 10.71.0.0/24，单个地址写成 10.71.0.5/32',
  'map[{0}] "{1}" to "{2}": a range goes to a range of equal length; write it like 10.71.0.0/24 to 10.99.0.0/24':
    'map[{0}] "{1}" 到 "{2}"：地址范围只能映射到同样大小的地址范围；请写成 10.71.0.0/24 到 10.99.0.0/24',
  'map[{0}].from "{1}" is not an IPv4 address with or without a port, nor a range; write it like 10.71.0.5:5432':
    'map[{0}].from "{1}" 既不是 IPv4 地址（可带端口），也不是地址范围；请写成 10.71.0.5:5432',
  'map[{0}].to "{1}" is not an IPv4 address or host name with or without a port, nor a range; write it like 127.0.0.1:5432':
    'map[{0}].to "{1}" 既不是 IPv4 地址或主机名（可带端口），也不是地址范围；请写成 127.0.0.1:5432',
  'map[{0}] "{1}" to "{2}": write a port on both sides or on neither': 'map[{0}] "{1}" 到 "{2}"：两侧要么都写端口，要么都不写',
  'names[{0}].name {1} is not a host name; write a letter, then up to 127 letters, digits, "_", "." or "-"':
    'names[{0}].name {1} 不是合法的主机名；请以字母开头，后接最多 127 个字母、数字、"_"、"." 或 "-"',
  'names[{0}].ip {1} is not an IPv4 address; write it like 10.71.0.5': 'names[{0}].ip {1} 不是 IPv4 地址；请写成 10.71.0.5',
  'dns "{0}" is not the address and port of a resolver; write it like 10.71.0.2:53':
    'dns "{0}" 不是域名解析器的地址和端口；请写成 10.71.0.2:53',
  'is absent and so': '未填写，因此',
  'no gateway is attached to VPC {0}': 'VPC {0} 未挂接网关',
  'too many {0} in this project: try again in {1} s': '本项目中{0}过于频繁：请在 {1} 秒后重试',
  'the server is shutting down': '服务正在停止',
  'nothing was settled within {0} s': '{0} 秒内未得出结果',
  '{0} did not answer within {1} s: is the host up, and does its firewall or security group admit {2}?':
    '{0} 在 {1} 秒内没有响应：主机是否已启动，其防火墙或安全组是否放通 {2}？',
  '{0} refused the connection: is the database running, and does its port match?': '{0} 拒绝了连接：数据库是否在运行，端口是否正确？',
  '{0} cannot be reached ({1}): ask the installation owner to check the gateway of connection {2}':
    '{0} 无法到达（{1}）：请联系安装所有者检查连接 {2} 的网关',
  'the name leads to no address': '该名称没有对应的地址',
  'no answer within {0} s': '{0} 秒内没有响应',
  'the gateway of connection {0} leads to a name that cannot be resolved here: ask the installation owner':
    '连接 {0} 的网关指向的名称在此无法解析：请联系安装所有者',
  'the engine did not take the network of its queue; try again': '引擎未能应用其队列的网络；请重试',
  '"{0}" is not an address that a peer can come from': '"{0}" 不是对端可以使用的地址',
  'a peer cannot come from port {0}': '对端不能使用端口 {0}',
  'this system does not say which process holds a socket: expect a source port instead':
    '该系统无法得知套接字属于哪个进程：请改为指定源端口',
  'the sockets of process {0} cannot be seen: is it running, and as our user?':
    '无法查看进程 {0} 的套接字：它是否在运行，且与本服务属于同一用户？',
  'a relay listens on an address of 127.0.0.0/8, and {0} is none': '中继只能监听 127.0.0.0/8 中的地址，{0} 不是',
  'the relay at {0} was closed': '{0} 上的中继已关闭',
  'a relay cannot listen on {0} ({1}): choose another port': '中继无法监听 {0}（{1}）：请更换端口',
  'the resolver closed the connection without an answer': '域名解析器未作应答就关闭了连接',
  'the resolver answered another question': '域名解析器应答的不是所问的问题',
  'the resolver answered nothing that is known': '域名解析器的应答无法识别',
  'the resolver answered {0}': '域名解析器应答 {0}',
  'the resolver sent an answer that cannot be read': '域名解析器的应答无法解析',
  '{0} of database {1} has {2} columns': '数据库 {1} 的 {0} 有 {2} 列',
  'signed in as {0}': '已以 {0} 登录',
  'not asked for: the session is plain text': '未要求 TLS：会话为明文',
  'agreed on, the certificate is trusted': '已协商 TLS，证书可信',
  'agreed on, the certificate is not checked': '已协商 TLS，未校验证书',
  '{0} ended the connection where TLS was to begin{1}': '{0} 在 TLS 开始前结束了连接{1}',
  '{0} said nothing of TLS for {1} s{2}': '{0} 在 {1} 秒内未应答 TLS{2}',
  '{0} answered with something else than TLS{1}': '{0} 的应答不是 TLS{1}',
  '; if the source has no TLS there, ask for tls=disable, else check the port':
    '；若数据源在该端口没有 TLS，请使用 tls=disable，否则请检查端口',
  '{0} offers no TLS: the session is plain text': '{0} 不提供 TLS：会话为明文',
  '{0} offers no TLS, which tls={1} requires': '{0} 不提供 TLS，而 tls={1} 要求使用 TLS',
  'what listens there accepted the connection and said nothing for {0} s: is it a {1} server?':
    '对端接受了连接，但 {0} 秒内没有任何应答：它是 {1} 服务器吗？',
  'what listens there does not answer as a {0} server does: check the port': '对端的应答不是 {0} 服务器的应答：请检查端口',
}
