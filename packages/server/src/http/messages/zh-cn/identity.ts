// Chinese for who calls and what they may: sign-in, signatures, users, projects, roles, grants and stored credentials.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const identity: Catalogue = {
  'user {0} has {1} access keys, more than {2} are not possible: delete one first':
    '用户 {0} 已有 {1} 个访问密钥，最多 {2} 个：请先删除一个',
  'credential.description has at most {0} characters, this has {1}': 'credential.description 最多 {0} 个字符，当前为 {1} 个',
  'there is no access key {0}': '不存在访问密钥 {0}',
  'this needs the role {0} in the project, the caller is {1}: ask an administrator of the project':
    '该操作需要项目中的 {0} 角色，调用者的角色为 {1}：请联系项目管理员',
  'this needs the role admin in the project: ask an administrator of the project': '该操作需要项目中的 admin 角色：请联系项目管理员',
  'the credential is not valid for this project: use its id with a token of its scope and a role in it':
    '凭证对该项目无效：请使用作用域为该项目的 Token，并确认在其中拥有角色',
  'this is for the installation owner and the administrators of the account': '该操作仅限安装所有者和账号管理员',
  'name a project that you administer; the installation owner alone reads the audit of all':
    '请指定您管理的项目；只有安装所有者可以读取全部审计记录',
  'this is for the installation owner alone': '该操作仅限安装所有者',
  'there is no role {0}: the roles are {1}': '不存在角色 {0}：可用的角色有 {1}',
  'over a whole account there is the role admin alone: grant {0} in projects': '在整个账号范围内只能授予 admin 角色：请在项目中授予 {0}',
  'the installation owner stays an administrator of its account': '安装所有者始终是其账号的管理员',
  'the user has not been granted the role {0} there': '该用户在此未被授予 {0} 角色',
  'project.name has 1 to 64 letters, digits, _ and -': 'project.name 应为 1 到 64 个字母、数字、_ 和 -',
  'project.description has at most {0} characters, this has {1}': 'project.description 最多 {0} 个字符，当前为 {1} 个',
  'project {0} of the account has the name {1} already: choose another': '账号中的项目 {0} 已使用名称 {1}：请更换名称',
  'there is no project {0}': '不存在项目 {0}',
  'project {0} still holds {1}: delete them first': '项目 {0} 中还有{1}：请先删除',
  '{0} queues': '{0} 个队列',
  '{0} elastic resource pools': '{0} 个弹性资源池',
  '{0} enhanced connections (deleted ones count until they are forgotten)': '{0} 个增强型跨源连接（已删除的在清除前仍计入）',
  '{0} classic connections (deleted ones count until they are forgotten)': '{0} 个经典型跨源连接（已删除的在清除前仍计入）',
  '{0} VPCs': '{0} 个 VPC',
  '{0} security groups': '{0} 个安全组',
  '{0} auth-infos': '{0} 个跨源认证',
  '{0} databases': '{0} 个数据库',
  'user.name has 1 to 64 letters, digits, blanks, _ . and -, begins with no digit or blank and ends with no blank':
    'user.name 应为 1 到 64 个字母、数字、空格、_ . 和 -，不能以数字或空格开头，不能以空格结尾',
  'user.description has at most {0} characters, this has {1}': 'user.description 最多 {0} 个字符，当前为 {1} 个',
  'a password has {0} to {1} characters': '密码应为 {0} 到 {1} 个字符',
  'a password has at least two of: lower-case letters, upper-case letters, digits, other characters':
    '密码至少包含以下字符中的两种：小写字母、大写字母、数字、其他字符',
  'a password is neither the name of its user nor that name backwards': '密码不能是用户名或用户名的倒序',
  'a user of the account has the name {0} already: choose another': '账号中已有名为 {0} 的用户：请更换名称',
  'there is no user {0}': '不存在用户 {0}',
  'the original password is for its own user alone: administrators set a new one': '原密码仅供用户本人使用：管理员可直接设置新密码',
  'user.original_password is wrong': 'user.original_password 不正确',
  'the installation owner can be neither removed nor switched off': '安装所有者不能被删除或停用',
  'the installation owner is changed by an owner alone': '安装所有者只能由其本人修改',
  'there is no domain {0}: leave domain_id out, it is the caller’s own': '不存在账号 {0}：请省略 domain_id，默认为调用者所在的账号',
  'the name of project {0} has 1 to 64 letters, digits, blanks, _ . and -': '项目 {0} 的名称应为 1 到 64 个字母、数字、空格、_ . 和 -',
  'project {0} has the name {1} already': '项目 {0} 已使用名称 {1}',
  'there is no project {0}: declare it too': '不存在项目 {0}：请同时声明该项目',
  'it is {0}, declared as {1}': '已有内容为 {0}，声明为 {1}',
  'the id {0} is used with other content: {1}': 'ID {0} 已被使用且内容不同：{1}',
  'too many sign-ins at once: try again in a few seconds': '同时登录的请求过多：请几秒后重试',
  'the user is locked from this address after too many wrong passwords in a row: try again in 5 minutes':
    '连续多次输入错误密码，该用户已被锁定，无法从此地址登录：请 5 分钟后重试',
  'The username or password is wrong.': '用户名或密码错误。',
  'a user is given by its id, or by its name and its domain': '用户须以 id 指定，或以 name 和 domain 指定',
  'a domain is given by its id or its name': 'domain 须以 id 或 name 指定',
  'auth.scope names a project or a domain, not both': 'auth.scope 只能指定 project 或 domain 之一',
  'the user has no role in the project of the scope: ask an administrator of the account':
    '用户在作用域所指的项目中没有角色：请联系账号管理员',
  'the domain of the scope is not the domain of the user': '作用域所指的账号不是用户所在的账号',
  'a project is given by its id or its name': 'project 须以 id 或 name 指定',
  'there is no such token': '不存在该 Token',
  'decrypt token fail': 'Token 解析失败',
  'Incorrect IAM authentication information: {0}': 'IAM 认证信息错误：{0}',
  'token expires, expires_at: {0}': 'Token 已过期，expires_at：{0}',
  'x-auth-token not found': '未找到 x-auth-token',
  'only SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=… is understood':
    '仅支持 SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=… 形式的签名',
  'X-Sdk-Date must be there, like 20240115T080000Z': '缺少 X-Sdk-Date，例如 20240115T080000Z',
  'X-Sdk-Date is more than 15 minutes away from the time here': 'X-Sdk-Date 与服务端时间相差超过 15 分钟',
  'Get secretKey failed,ak:{0},err:ak not exist': '获取 secretKey 失败，ak:{0}，ak 不存在',
  'AK access failed to reach the limit,forbidden': 'AK 认证失败次数达到上限，禁止访问',
  'verify aksk signature fail': 'AK/SK 签名验证失败',
  'the header X-Subject-Token must name a token': '请求头 X-Subject-Token 必须为一个 Token',
  'auth.identity.password is missing: the method says password': '缺少 auth.identity.password：认证方式为 password',
  'only the methods password and token are offered, one at a time': '仅支持 password 和 token 两种认证方式，每次使用一种',
  'auth.identity.methods must be ["password"] or ["token"]': 'auth.identity.methods 只能为 ["password"] 或 ["token"]',
  'auth.identity.token.id is missing: the method says token': '缺少 auth.identity.token.id：认证方式为 token',
  'the method totp is not offered: users have no second factor here; sign in with ["password"] alone':
    '不支持 totp 认证方式：用户没有第二认证因子；请仅使用 ["password"] 登录',
  'the method assume_role is not offered: there are no agencies here; sign in as a user that has a role in the project':
    '不支持 assume_role 认证方式：没有委托；请以在项目中拥有角色的用户登录',
  'rights on queues are granted by PUT /v1.0/{project_id}/queues/user-authorization':
    '队列权限请通过 PUT /v1.0/{project_id}/queues/user-authorization 授予',
  'rights on {0} are not granted to users here: give them a role in the project': '{0} 的权限不能在此授予用户：请在项目中为其授予角色',
  'object is datasourceauth.{name}, databases.{database}, databases.{database}.tables.{table} or databases.{database}.tables.{table}.columns.{column}':
    'object 应为 datasourceauth.{name}、databases.{database}、databases.{database}.tables.{table} 或 databases.{database}.tables.{table}.columns.{column}',
  'privileges is empty: name at least one': 'privileges 为空：请至少填写一项权限',
  'privileges is empty: name at least one object': 'privileges 为空：请至少填写一个对象',
  'privilege {0} is unknown: it is one of {1}': '未知的权限 {0}：只能为 {1} 之一',
  'an administrator': '管理员',
  '{0}, who owns it, or an administrator': '其所有者 {0} 或管理员',
  "Permission denied for resource '{0}', User = '{1}', Action = '{2}': ask {3} to grant it":
    "没有资源 '{0}' 的权限，用户 = '{1}'，操作 = '{2}'：请联系{3}授权",
  'There is no user named {0}': '不存在名为 {0} 的用户',
  "{0} (Action = '{1}')": "{0}（操作 = '{1}'）",
  'allowed_addresses has at most {0} entries: send blocks like 10.71.0.0/24':
    'allowed_addresses 最多 {0} 个条目：请使用 10.71.0.0/24 形式的网段',
  'entry {0} of allowed_addresses is not an address inside a VPC: write it like 10.71.0.5, 10.71.0.5:5432 or 10.71.0.0/24':
    'allowed_addresses 的第 {0} 项不是 VPC 内的地址：请写成 10.71.0.5、10.71.0.5:5432 或 10.71.0.0/24',
  'auth-info {0} may be used at {1} alone, not at {2}: use another auth-info, or have its owner update allowed_addresses':
    '跨源认证 {0} 只能用于 {1}，不能用于 {2}：请使用其他跨源认证，或请其所有者更新 allowed_addresses',
  '"{0}" is no auth-info name: use 1 to 128 letters, digits and _, not digits alone, not starting with _':
    '"{0}" 不是合法的跨源认证名称：请使用 1 到 128 个字母、数字和 _，不能全为数字，不能以 _ 开头',
  'an auth-info of kind {0} needs {1}': '{0} 类型的跨源认证需要 {1}',
  'datasource_type "{0}" is unknown: send one of {1}': '未知的 datasource_type "{0}"：请使用 {1} 之一',
  '{0} has more than {1} characters': '{0} 超过 {1} 个字符',
  '{0} has a control character, such as a line break or NUL: send it without': '{0} 含有控制字符（例如换行或 NUL）：请去掉',
  'auth-info {0} exists already: choose another name, or update it': '跨源认证 {0} 已存在：请更换名称，或更新已有的跨源认证',
  'There is no datasource authentication named {0}': '不存在名为 {0} 的跨源认证',
  'there is no auth-info named {0}: create it, or correct the option passwdauth':
    '不存在名为 {0} 的跨源认证：请先创建，或修正选项 passwdauth',
  'auth-info {0} is of kind {1}: passwdauth needs one of kind passwd': '跨源认证 {0} 的类型为 {1}：passwdauth 需要 passwd 类型的跨源认证',
  'limit and offset are whole numbers from 0': 'limit 和 offset 应为不小于 0 的整数',
}
