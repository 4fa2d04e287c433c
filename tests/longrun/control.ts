// The control: a bare server and a bare disk, called by the same clock. What slows them down is the machine.

import type { FileHandle } from 'node:fs/promises'
import type { Stream } from './open-loop.ts'
import type { Control } from './record.ts'
import type { Wires } from './wires.ts'

// About what one commit of the server's store writes.
const writtenBytes = 8192

/** The streams of the control, as often as anything is called, so that even its slow end is known. @param file - on the disk of the data directory */
export function controlStreams(wires: Wires, file: FileHandle): readonly (Stream & { readonly name: keyof Control })[] {
  const page = Buffer.alloc(writtenBytes, 7)
  const answer = async (): Promise<void> => void (await wires.expect(200, { method: 'GET', path: '/' }))
  const sync = async (): Promise<void> => {
    await answer()
    await file.write(page, 0, page.length, 0)
    await file.datasync()
  }
  return [
    { name: 'answered', perSecond: 20, run: answer },
    { name: 'synced', perSecond: 5, run: sync },
  ]
}
