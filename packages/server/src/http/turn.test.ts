// What happens at the end of a turn: works first, in their order, then everything that is ready; what comes later has its own turn.

import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sendInTurn, workInTurn } from './turn.ts'

it('works on all that has come in, then sends all that is ready', async () => {
  const done: string[] = []
  for (const name of ['a', 'b', 'c']) {
    workInTurn(() => {
      done.push(`work ${name}`)
      sendInTurn(() => done.push(`send ${name}`))
    })
  }
  expect(done).toEqual([])
  await nextTurn()
  expect(done).toEqual(['work a', 'work b', 'work c', 'send a', 'send b', 'send c'])
})

it('leaves what is begun by an answer, or ready only later, to a turn of its own', async () => {
  const done: string[] = []
  workInTurn(() => {
    workInTurn(() => done.push('work of a work'))
    void Promise.resolve().then(() => sendInTurn(() => done.push('send of a promise')))
    sendInTurn(() => {
      done.push('send')
      workInTurn(() => done.push('work of a send'))
    })
  })
  await nextTurn()
  expect(done).toEqual(['send'])
  await nextTurn()
  expect(done).toEqual(['send', 'work of a work', 'work of a send', 'send of a promise'])
})
