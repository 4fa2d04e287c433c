// The source of `relay`, a process of its own: what the first byte of a connection asks for, it does until the connection ends.

import { createServer, type Socket } from 'node:net'

// As much as the system takes at a time, from one buffer.
const block = Buffer.alloc(256 * 1024, 7)

/** `s` is answered with blocks for as long as they are taken, anything else with itself. */
function serve(socket: Socket): void {
  socket.on('error', () => {})
  socket.once('data', (first: Buffer) => {
    if (first[0] === 0x73) return stream(socket)
    socket.write(first)
    socket.pipe(socket)
  })
}

function stream(socket: Socket): void {
  const fill = (): void => {
    while (socket.writable && socket.write(block));
  }
  socket.on('drain', fill)
  fill()
}

// Standard input is a pipe from who started this: when it closes, on purpose or because that process died, this one ends.
process.stdin.resume().once('close', () => process.exit(0))
const server = createServer({ noDelay: true }, serve).listen(0, '127.0.0.1', () => {
  console.log(`listening on ${(server.address() as { readonly port: number }).port}`)
})
