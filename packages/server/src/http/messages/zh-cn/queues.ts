// Chinese for queues and elastic resource pools: sizes, properties, plans, grants and quotas.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const queues: Catalogue = {
  'advance_ms is a whole number from 0 to {0}': 'advance_ms 应为 0 到 {0} 的整数',
  'the clock is {0} ms ahead and goes only forward: send at least as much': '时钟已提前 {0} 毫秒，且只能向前：请发送不小于它的值',
  'the clock of this installation cannot be moved: start the server with --allow-clock':
    '此安装的时钟不能调整：请以 --allow-clock 启动服务器',
  '"{0}" is no pool name: use 1 to 128 letters, digits and _, not digits alone, not starting with _':
    '"{0}" 不是合法的弹性资源池名称：请使用 1 到 128 个字母、数字和 _，不能全为数字，不能以 _ 开头',
  'charging_mode is one of 1, 2': 'charging_mode 只能为 1、2 之一',
  'label has at most 20 members': 'label 最多有 20 项',
  'cidr_in_vpc {0} is not inside {1}, or smaller than /28: use one like {2}': 'cidr_in_vpc {0} 不在 {1} 之内，或小于 /28：请使用例如 {2}',
  '{0} is a whole number from 16 to {1}; 64 is a good start': '{0} 应为 16 到 {1} 的整数；建议从 64 开始',
  'min_cu {0} is more than max_cu {1}: send min_cu up to max_cu': 'min_cu {0} 大于 max_cu {1}：min_cu 不能超过 max_cu',
  'description has at most {0} characters': 'description 最多 {0} 个字符',
  'min_cu {0} is less than the {1} CU that the queues of the pool have at least: lower their policies first':
    'min_cu {0} 小于池中队列的最小 CU 之和 {1}：请先调低它们的扩缩容策略',
  'max_cu {0} is less than the {1} CU that a queue of the pool may have: lower its policies first':
    'max_cu {0} 小于池中某队列可用的 {1} CU：请先调低它的扩缩容策略',
  'queue_scaling_policies has one policy from 00:00 to 24:00: send exactly one':
    'queue_scaling_policies 必须有一条 00:00 到 24:00 的策略：请填写且仅填写一条',
  'two policies overlap: one until {0}, one from {1}; let each begin when the one before has ended':
    '两条策略的时间重叠：一条到 {0} 结束，另一条从 {1} 开始；请让后一条在前一条结束后开始',
  'the queues of pool {0} would have {1} CU at least, more than its min_cu {2}: lower min_cu of the policies':
    '弹性资源池 {0} 的队列最少需要 {1} CU，超过其 min_cu {2}：请调低策略的 min_cu',
  '{0}.priority is a whole number from 1 to 100': '{0}.priority 应为 1 到 100 的整数',
  '{0}.impact_start_time is a whole hour like 08:00': '{0}.impact_start_time 应为整点，例如 08:00',
  '{0}.impact_stop_time is a whole hour like 20:00, after impact_start_time':
    '{0}.impact_stop_time 应为晚于 impact_start_time 的整点，例如 20:00',
  '{0}.min_cu is a whole number from 0 to max_cu': '{0}.min_cu 应为 0 到 max_cu 的整数',
  '{0}.max_cu is a multiple of {1}': '{0}.max_cu 应为 {1} 的倍数',
  '{0}.max_cu is more than the {1} CU of pool {2}: lower it, or send the pool a larger max_cu':
    '{0}.max_cu 超过弹性资源池 {2} 的 {1} CU：请调低它，或为该池设置更大的 max_cu',
  'The elastic resource pool named {0} exists already: choose another name': '名为 {0} 的弹性资源池已存在：请更换名称',
  'elastic resource pool {0} has queues, {1} among them: delete them first': '弹性资源池 {0} 中还有队列，包括 {1}：请先删除这些队列',
  'elastic resource pool {0} is {1}: try again when it is AVAILABLE': '弹性资源池 {0} 的状态为 {1}：请在其变为 AVAILABLE 后重试',
  'the queue has {0} CU, elastic resource pool {1} has at most {2}: make the queue smaller or the pool larger':
    '队列有 {0} CU，弹性资源池 {1} 最多有 {2} CU：请缩小队列或扩大弹性资源池',
  'queue {0} {1}': '队列 {0} {1}',
  'is in elastic resource pool {0} already: delete it and create it in {1}': '已在弹性资源池 {0} 中：请删除后在 {1} 中重新创建',
  'is shared and cannot be put into a pool: create a queue with resource_mode 1':
    '是共享队列，不能加入弹性资源池：请创建 resource_mode 为 1 的队列',
  'is prepaid and cannot be put into a pool: create a queue with charging_mode 1':
    '是包年包月队列，不能加入弹性资源池：请创建 charging_mode 为 1 的队列',
  'belongs to enterprise project {0}, pool {1} to {2}: use one of the same':
    '属于企业项目 {0}，而弹性资源池 {1} 属于 {2}：请使用同一企业项目的资源',
  'There is no elastic resource pool named {0}': '不存在名为 {0} 的弹性资源池',
  'a queue of elastic resource pool {0} has not taken its network': '弹性资源池 {0} 中有队列尚未应用其网络',
  'status is one of {0}': 'status 只能为 {0} 之一',
  'status is success or fail': 'status 只能为 success 或 fail',
  'action is one of {0}': 'action 只能为 {0} 之一',
  "Permission denied for resource 'queues.{0}', User = '{1}', Action = '{2}' (dli:queue:{3}): ask {4} to grant it":
    "没有资源 'queues.{0}' 的权限，用户 = '{1}'，操作 = '{2}' (dli:queue:{3})：请联系{4}授权",
  'the system queue default is open to every user of the project: nothing is granted on it':
    '系统队列 default 对本项目的所有用户开放：无需对其授权',
  '{0} owns queue {1} or administers the project and holds everything on it: name another user':
    '{0} 是队列 {1} 的所有者或项目管理员，已拥有全部权限：请指定其他用户',
  '"{0}" is no plan name: use 1 to 128 letters, digits and _, not digits alone, not starting with _':
    '"{0}" 不是合法的定时扩缩容计划名称：请使用 1 到 128 个字母、数字和 _，不能全为数字，不能以 _ 开头',
  'target_cu is a multiple of 16 from 16 to 32000': 'target_cu 应为 16 到 32000 之间 16 的倍数',
  'start_hour is a whole number from 0 to 23': 'start_hour 应为 0 到 23 的整数',
  'start_minute is a whole number from 0 to 59': 'start_minute 应为 0 到 59 的整数',
  'Queue plans create failed. The plan {0} can not generate a scale plan, please check all time settings for the plan.':
    '创建队列定时扩缩容计划失败。计划 {0} 无法生成扩缩容任务，请检查该计划的所有时间设置。',
  'repeat_day has days from MONDAY to SUNDAY: "{0}" is none': 'repeat_day 只能为 MONDAY 到 SUNDAY：不支持 "{0}"',
  'The plan named {0} exists already on this queue: choose another name': '该队列上已存在名为 {0} 的计划：请更换名称',
  'The plan with id {0} does not exist.': 'ID 为 {0} 的计划不存在。',
  'The plans with id {0} do not exist.': 'ID 为 {0} 的计划不存在。',
  '2 to a sixteenth of its CU': '2 到其 CU 数的十六分之一',
  '0 to a sixteenth of its CU': '0 到其 CU 数的十六分之一',
  '1 to 32': '1 到 32',
  'true or false': 'true 或 false',
  'the system queue default has no properties: create a queue of your own': '系统队列 default 没有属性：请创建自己的队列',
  'properties is empty: send at least one': 'properties 为空：请至少填写一项',
  'network.cidrInVpc is not changed here: send cidr_in_vpc with PUT to the queue':
    'network.cidrInVpc 不能在此修改：请用 PUT 向队列发送 cidr_in_vpc',
  'property {0} is unknown: it is one of {1}': '未知的属性 {0}：只能为 {1} 之一',
  'property {0} of queue {1} is {2}': '队列 {1} 的属性 {0} 应为 {2}',
  '"{0}" is no queue name: use 1 to 128 letters, digits and _, not digits alone, not starting with _':
    '"{0}" 不是合法的队列名称：请使用 1 到 128 个字母、数字和 _，不能全为数字，不能以 _ 开头',
  'cu_count is a whole number from 4 to {0}; 16 is a good start': 'cu_count 应为 4 到 {0} 的整数；建议从 16 开始',
  'entry {0} of labels is unknown: the one label there is is multi_az=2': 'labels 的第 {0} 项未知：仅支持标签 multi_az=2',
  'queues of type general (Flink and Spark jar jobs) are not offered: leave queue_type out or send sql':
    '不支持 general 类型的队列（Flink 和 Spark jar 作业）：请省略 queue_type 或填写 sql',
  'the engine hetuEngine is not offered: leave engine out or send spark': '不支持引擎 hetuEngine：请省略 engine 或填写 spark',
  '{0} is one of {1}': '{0} 只能为 {1} 之一',
  'The queue named {0} exists already: choose another name': '名为 {0} 的队列已存在：请更换名称',
  'There is no queue named {0}': '不存在名为 {0} 的队列',
  'the system queue default': '系统队列 default',
  'queue {0}, which is shared,': '共享队列 {0}',
  '{0} cannot be bound to a connection: create a queue with resource_mode 1': '{0} 不能绑定到连接：请创建 resource_mode 为 1 的队列',
  '1 job has': '有 1 个作业',
  '{0} jobs have': '有 {0} 个作业',
  '{0} not ended on queue {1}: wait for them or cancel them first': '队列 {1} 上还{0}未结束：请等待其结束或先取消',
  deleted: '删除',
  resized: '变更规格',
  restarted: '重启',
  'given a range': '设置网段',
  'the system queue default exists in every project and cannot be {0}': '系统队列 default 存在于每个项目中，不能{0}',
  'cu_count is the number of CU to add or to take away: send a multiple of {0}': 'cu_count 为要增加或减少的 CU 数：请填写 {0} 的倍数',
  'cu_count is the number of CU to add or to take away: send a multiple of 16': 'cu_count 为要增加或减少的 CU 数：请填写 16 的倍数',
  'action is restart, scale_out or scale_in': 'action 只能为 restart、scale_out 或 scale_in',
  'queue {0} has {1} CU and would have {2}: send a cu_count that leads to {3} to {4}':
    '队列 {0} 有 {1} CU，变更后为 {2} CU：请填写使结果在 {3} 到 {4} 之间的 cu_count',
  'queue {0} has the range of its elastic resource pool {1}, which cannot be changed': '队列 {0} 使用其弹性资源池 {1} 的网段，不能修改',
  'queue {0} is shared and has no range of its own: create a queue with resource_mode 1':
    '队列 {0} 是共享队列，没有自己的网段：请创建 resource_mode 为 1 的队列',
  'cidr_in_vpc {0} is not inside {1}: send a private range': 'cidr_in_vpc {0} 不在 {1} 之内：请填写私有网段',
  'cidr_in_vpc {0} is too small for a queue of {1} CU: send a block of /{2} or larger':
    'cidr_in_vpc {0} 对 {1} CU 的队列来说太小：请填写 /{2} 或更大的网段',
  '1 enhanced connection is': '有 1 个增强型跨源连接',
  '{0} enhanced connections are': '有 {0} 个增强型跨源连接',
  '{0} bound to queue {1}: unbind it before its range is changed': '{0}绑定了队列 {1}：修改网段前请先解绑',
  'no /24 of {0} is free for another queue: delete a queue, or ask the installation owner for a larger block':
    '{0} 中已没有空闲的 /24 网段可供队列使用：请删除一个队列，或请安装所有者提供更大的网段',
  'quota type {0} is unknown: it is one of {1}': '未知的配额类型 {0}：只能为 {1} 之一',
  'quota of {0} is a whole number from 0 to {1}': '{0} 的配额应为 0 到 {1} 的整数',
  'quota {0} of the project is {1}, {2} of it in use, and {3} more are asked for: {4}, or ask the installation owner for a larger quota':
    '本项目 {0} 的配额为 {1}，已使用 {2}，本次申请 {3}：请{4}，或请安装所有者提高配额',
  'queue {0} has {1} plans: delete one first': '队列 {0} 已有 {1} 个计划：请先删除一个',
  'plan_ids is empty: name at least one plan': 'plan_ids 为空：请至少填写一个计划',
  'keys is empty: name at least one property': 'keys 为空：请至少填写一个属性',
  'queue_type is sql, general or all': 'queue_type 只能为 sql、general 或 all',
  'order is one of {0}': 'order 只能为 {0} 之一',
  'page-size and current-page are whole numbers from 1': 'page-size 和 current-page 应为不小于 1 的整数',
  'delete a queue or make one smaller': '删除一个队列或缩小队列',
  'delete an elastic resource pool or lower its max_cu': '删除一个弹性资源池或调低其 max_cu',
  'delete a connection': '删除一个连接',
  'wait until jobs have ended, or cancel some': '等待作业结束或取消一些作业',
}
