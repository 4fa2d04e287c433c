// The log: JSON lines on standard error, constant sentences with named fields, secrets cut out.

import { type DestinationStream, destination, type Logger, pino } from 'pino'

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
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretFields, censor: '***' },
    },
    to,
  )
}

/** Written in the background, many lines at a time under load; what is left when the process ends is written then, whatever ends it short of a kill. */
function standardError(): DestinationStream {
  const stream = destination({ fd: 2, sync: false })
  // A log that nobody reads any more must not end the server.
  stream.on('error', () => {})
  process.once('exit', () => stream.flushSync())
  return stream
}
