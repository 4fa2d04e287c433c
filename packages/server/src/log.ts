// The log: JSON lines on standard error, constant sentences with named fields, secrets cut out.

import { type DestinationStream, destination, type Logger, pino, symbols } from 'pino'

// Fields that could carry a secret, wherever they sit. Messages and bodies are never logged in the first place.
const secretFields = [
  'password',
  'secretKey',
  'secret_key',
  'token',
  'authorization',
  'sealingKey',
  '*.password',
  '*.secretKey',
  '*.secret_key',
  '*.token',
  '*.authorization',
]

/** Opens the log. @param level - of pino, or `silent` */
export function openLog(level: string, to: DestinationStream = standardError()): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${now()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretFields, censor: '***' },
    },
    to,
  )
}

/** What is told of every request; none of it can be a secret. */
export interface AnsweredRequest {
  /** Of the server's own making, like `operation`: neither needs escaping. */
  readonly requestId: string
  readonly operation: string
  /** From the path, as the caller wrote it. */
  readonly project: string | undefined
  readonly status: number
  readonly ms: number
}

/**
 * Writes the one line that is written at every request, in the form of all others and between them. The logger takes ten times as long for it, most of
 * that in looking for secrets.
 */
export function requestLog(log: Logger): (answered: AnsweredRequest) => void {
  const stream = (log as unknown as Readonly<Record<symbol, DestinationStream>>)[symbols.streamSym] as DestinationStream
  return ({ requestId, operation, project, status, ms }) => {
    if (!log.isLevelEnabled('info')) return
    const scope = project === undefined ? '' : `,"project":${plain.test(project) ? `"${project}"` : JSON.stringify(project)}`
    stream.write(
      `{"level":"info","time":"${now()}","requestId":"${requestId}","operation":"${operation}"${scope},"status":${status},"ms":${Math.round(ms * 10) / 10},"msg":"request answered"}\n`,
    )
  }
}

// What needs no escaping, which ids never do.
const plain = /^[\w-]*$/

let nowMs = 0
let nowText = ''

/** The time as it is written, spelt out once a millisecond. */
function now(): string {
  const ms = Date.now()
  if (ms !== nowMs) {
    nowMs = ms
    nowText = new Date(ms).toISOString()
  }
  return nowText
}

// Lines wait this long for others, so that many go out in one write.
const waitMs = 100
const mostWaiting = 64 * 1024
// A UTF-16 unit is at most three bytes of UTF-8.
const mostBytesPerUnit = 3

/**
 * Written in the background, many lines at a time; what is left when the process ends is written then, whatever ends it short of a kill. Lines wait as
 * bytes: a text that grows is a tree of its parts, which every collection of short-lived objects would copy.
 */
function standardError(): DestinationStream {
  const stream = destination({ fd: 2, sync: false })
  // A log that nobody reads any more must not end the server.
  stream.on('error', () => {})
  const waiting = Buffer.allocUnsafeSlow(mostWaiting)
  let used = 0
  let timer: NodeJS.Timeout | undefined
  const send = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (used > 0) stream.write(waiting.toString('utf8', 0, used))
    used = 0
  }
  process.once('exit', () => {
    send()
    stream.flushSync()
  })
  return {
    write(line) {
      const mostBytes = line.length * mostBytesPerUnit
      if (mostBytes > mostWaiting - used) send()
      if (mostBytes > mostWaiting) {
        stream.write(line)
        return
      }
      used += waiting.write(line, used)
      timer ??= setTimeout(send, waitMs).unref()
    },
  }
}
