// Chinese for requests as such: their form, their bodies, a server that stops.

import type { Catalogue } from '@tributary/rules'

/** By the English template. */
export const http: Catalogue = {
  'this Idempotency-Key came with another body within the last 24 hours and made {0}: send a new key with a new body':
    '该 Idempotency-Key 在 24 小时内已与另一请求体一起使用并创建了 {0}：新的请求体请使用新的键',
  'Idempotency-Key is 1 to 255 visible ASCII characters without blanks: a UUID will do':
    'Idempotency-Key 应为 1 到 255 个可见的 ASCII 字符，不含空格：可使用 UUID',
  'the server is stopping: it finishes what it has and takes nothing new; try again when it is back':
    '服务正在停止：只完成已有的请求，不接受新请求；请在恢复后重试',
  'the server is stopping: it finishes what it has and takes nothing new': '服务正在停止：只完成已有的请求，不接受新请求',
  'the body is larger than {0} bytes: ask for less per call, for instance fewer hosts':
    '请求体超过 {0} 字节：请减少单次请求的内容，例如减少 hosts',
  'the request is not well-formed: check its path and its percent-encoding': '请求格式不正确：请检查路径及其百分号编码',
  '{0} {1} is published but not offered here; GET /tributary/v1/fidelity lists what is':
    '{0} {1} 已发布，但此处不提供；GET /tributary/v1/fidelity 列出了所提供的接口',
  'the request ended before its body did': '请求在请求体发送完之前结束',
  'the body is not JSON in UTF-8': '请求体不是 UTF-8 编码的 JSON',
  'the service failed; the log has the reason under this request’s X-Request-Id':
    '服务内部错误；原因见日志中该请求的 X-Request-Id 下的记录',
  'The API does not exist or has not been published in the environment': 'API 不存在或未在该环境中发布',
  'the request does not have the form that this call takes': '请求的格式不符合该接口的要求',
  ' ({0})': '（即 {0}）',
  '{0} is missing{1}': '缺少 {0}{1}',
  '{0} is not a member of this call: check its spelling or leave it out': '{0} 不是该接口的参数：请检查拼写或去掉',
  '{0} must be {1}{2}': '{0} 必须为{1}{2}',
  'an integer': '整数',
  'a number': '数值',
  'an array': '数组',
  'an object': '对象',
  'at least {0}': '不小于 {0} 的值',
  'at most {0}': '不大于 {0} 的值',
  'one of {0}': '{0} 之一',
  'of another form': '其他形式',
  'the request': '请求',
  'the server has {0} requests in hand and takes no more: try again in {1} s': '服务正在处理 {0} 个请求，已达上限：请在 {1} 秒后重试',
  'you have {0} requests in flight here, more than one caller may have: try again in {1} s':
    '您在此处有 {0} 个请求正在处理，超过单个调用方的上限：请在 {1} 秒后重试',
  'you send more than {0} requests a second: try again in {1} s': '您每秒发送的请求超过 {0} 个：请在 {1} 秒后重试',
  '{0} sign-ins from your address are in flight: try again in {1} s': '来自您的地址的 {0} 个登录正在处理：请在 {1} 秒后重试',
  'the server has {0} bytes of other requests in hand and no room for this one: try again in {1} s':
    '服务正在处理其他请求的 {0} 字节，无法再容纳该请求：请在 {1} 秒后重试',
  'path and query are longer than {0} characters: ask with fewer or shorter parameters': '路径和查询参数超过 {0} 个字符：请减少或缩短参数',
  'the server has {0} connections and can hold few more: close some, or try again later':
    '服务已有 {0} 个连接，接近上限：请关闭一些，或稍后重试',
}
