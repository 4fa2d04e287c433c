// Chinese for connections: what a draft may hold, what a check finds, why a peering or binding is FAILED.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const connections: Catalogue = {
  'connection {0} is being created: delete it once none of its peerings is CREATING':
    '连接 {0} 正在创建：请在其所有对等连接都不再是 CREATING 之后删除',
  '"{0}" is no connection name: use 1 to 64 letters, digits, _ and -': '"{0}" 不是合法的连接名称：请使用 1 到 64 个字母、数字、_ 和 -',
  '"{0}" is no connection name: use 1 to 64 letters, digits and _': '"{0}" 不是合法的连接名称：请使用 1 到 64 个字母、数字和 _',
  'security_group_id is the id of a security group: 1 to 64 letters, digits, _ . and -':
    'security_group_id 应为安全组的 ID：1 到 64 个字母、数字、_ . 和 -',
  'network_id is the network id of a subnet: 1 to 64 letters, digits, _ . and -':
    'network_id 应为子网的网络 ID：1 到 64 个字母、数字、_ . 和 -',
  'service "{0}" is unknown: send one of {1}': '未知的 service "{0}"：请使用 {1} 之一',
  'url has {0} characters: send at most {1}': 'url 有 {0} 个字符：最多 {1} 个',
  'address {0} of url is not host:port: write it like 10.71.0.5:5432, several with commas between them':
    'url 中的第 {0} 个地址不是 host:port 形式：请写成 10.71.0.5:5432，多个地址以逗号分隔',
  'connection {0} exists already, its id is {1}: choose another name, or use that one':
    '连接 {0} 已存在，其 ID 为 {1}：请更换名称，或使用已有的连接',
  'Connection {0} does not exist.': '连接 {0} 不存在。',
  'correct it': '请修正',
  'hosts[{0}] lacks its name or its address and will not be resolved': 'hosts[{0}] 缺少名称或地址，将不会被解析',
  'send both members, or leave the entry out': '请同时填写 name 和 ip，或去掉该条目',
  '{0} host records lead outside {1}, the first is hosts[{2}], and their dials are refused without a route':
    '有 {0} 条主机信息指向 {1} 之外，第一条是 hosts[{2}]，没有路由时对它们的访问会被拒绝',
  'add a route that contains them once the connection exists': '连接创建后，请添加包含这些地址的路由',
  '"{0}" is no route name: use 1 to 64 letters, digits, _ and -': '"{0}" 不是合法的路由名称：请使用 1 到 64 个字母、数字、_ 和 -',
  'cidr "{0}" is not an IPv4 block: write it like 10.1.0.0/16; a bare address is a block of one':
    'cidr "{0}" 不是 IPv4 网段：请写成 10.1.0.0/16；单个地址视为只含一个地址的网段',
  'cidr {0} meets {1}, which belongs to internal services: route a block outside it': 'cidr {0} 与内部服务使用的 {1} 重叠：请使用其他网段',
  'route {0} exists already in this connection: choose another name, or delete it first':
    '该连接中已存在路由 {0}：请更换名称，或先删除该路由',
  'cidr {0} is routed already, by route {1} of this connection: leave it, or delete that route first':
    'cidr {0} 已由该连接的路由 {1} 使用：请保留该路由，或先将其删除',
  'the connection has {0} routes, the most there may be: delete one first, or route a wider block':
    '该连接已有 {0} 条路由，达到上限：请先删除一条，或使用更大的网段',
  'There is no route named {0} in this connection': '该连接中不存在名为 {0} 的路由',
  'is no address that can be tested': '不是可测试的地址',
  'has a port above 65535': '的端口大于 65535',
  'address {0}: write an IPv4 address or a domain name, with or without a port of 0 to 65535, like 10.71.0.5:5432 or db.example.com:5432; an IPv6 address with a port stands in brackets':
    'address {0}：请填写 IPv4 地址或域名，可带 0 到 65535 的端口，例如 10.71.0.5:5432 或 db.example.com:5432；带端口的 IPv6 地址须放在方括号中',
  'the networks of queues carry IPv4 alone; test the IPv4 address or the name': '队列的网络仅支持 IPv4；请测试 IPv4 地址或域名',
  'nothing can listen on port 0; name the port of the service': '端口 0 上不会有任何监听；请填写服务的端口',
  'stopped at {0}: {1}': '止于 {0}：{1}',
  'name, route and gateway lead there; TCP was not tried because the address has no port':
    '名称、路由和网关均可到达；地址未带端口，因此没有尝试 TCP 连接',
  'task_id is the whole number that the test was answered with': 'task_id 应为创建测试时返回的整数',
  'There is no connectivity test {0} on queue {1}: results are kept for a day': '队列 {1} 上不存在连通性测试 {0}：测试结果保留一天',
  'the id of a VPC': 'VPC 的 ID',
  'the network id of a subnet': '子网的网络 ID',
  'the id of a route table': '路由表的 ID',
  '{0} is {1}: 1 to 64 letters, digits, _ . and -': '{0} 应为{1}：1 到 64 个字母、数字、_ . 和 -',
  'hosts has {0} entries: send at most {1}': 'hosts 有 {0} 个条目：最多 {1} 个',
  'hosts[{0}].name {1} is not a host name: use 1 to 128 letters, digits, _ - and ., the first a letter, or leave it out':
    'hosts[{0}].name {1} 不是合法的主机名：请使用 1 到 128 个字母、数字、_ - 和 .，以字母开头，或省略该参数',
  'hosts[{0}].ip {1} is not an IPv4 address: write it like 10.71.0.5, or leave it out':
    'hosts[{0}].ip {1} 不是 IPv4 地址：请写成 10.71.0.5，或省略该参数',
  'status is ACTIVE or DELETED': 'status 只能为 ACTIVE 或 DELETED',
  'queues is empty: name at least one': 'queues 为空：请至少填写一个队列',
  'queues and elastic_resource_pools are both empty: name at least one': 'queues 和 elastic_resource_pools 均为空：请至少填写一个',
  'choose another name': '请更换名称',
  'create it first, or leave it out': '请先创建，或去掉该名称',
  'no queue and no pool is named, so nothing can use the connection': '未指定队列和弹性资源池，该连接无法被使用',
  'name some, or bind them once it exists': '请指定队列或弹性资源池，或在连接创建后绑定',
  'create the subnet in this project first, or send the network id of one that is there':
    '请先在本项目中创建该子网，或填写已有子网的网络 ID',
  'there is no VPC {0} in this project: create it first, or send the id of one that is there':
    '本项目中不存在 VPC {0}：请先创建，或填写已有 VPC 的 ID',
  'bind another one': '请绑定其他队列或弹性资源池',
  'subnet {0} does not belong to VPC {1}: create the connection with the VPC of its subnet, which is {2}':
    '子网 {0} 不属于 VPC {1}：请使用该子网所属的 VPC {2} 创建连接',
  '{0} has the range {1}, which overlaps {2} of subnet {3}: bind {4} with another range':
    '{0} 的网段 {1} 与子网 {3} 的 {2} 重叠：请绑定使用其他网段的{4}',
  '{0} has the range {1}, which overlaps {2} of {3}, bound into VPC {4} before it: unbind one of them':
    '{0} 的网段 {1} 与更早绑定到 VPC {4} 的 {3} 的 {2} 重叠：请解绑其中之一',
  'elastic resource pool {0}': '弹性资源池 {0}',
  'queue {0}': '队列 {0}',
  'a pool': '弹性资源池',
  'a queue': '队列',
  'Failed to get security group {0}. Response code : 404, message : {1}.': '获取安全组 {0} 失败。响应码：404，消息：{1}。',
  'security group {0} does not admit {1} of queue {2} to port {3}: add an ingress rule for TCP port {4} from {5}':
    '安全组 {0} 不允许队列 {2} 的 {1} 访问端口 {3}：请添加源地址为 {5}、TCP 端口为 {4} 的入方向规则',
  'Failed to get subnet {0}. Response code : 404, message : {1}.': '获取子网 {0} 失败。响应码：404，消息：{1}。',
  'no gateway is attached to VPC {0}: ask the installation owner': 'VPC {0} 未挂接网关：请联系安装所有者',
}
