// Exit code 0 when the server on this machine answers /livez, by HTTPS or HTTP: the health check of a container. Plain JavaScript.

import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'

const port = Number(process.env.TRIBUTARY_PORT || 8080)

/** Resolves with whether it answered 200. Whose certificate it shows does not matter: this asks whether it lives, on loopback. */
function answers(get) {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/livez', rejectUnauthorized: false, timeout: 2_000 }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
  })
}

process.exitCode = (await answers(getHttps)) || (await answers(getHttp)) ? 0 : 1
