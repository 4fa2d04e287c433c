// Grants on queues through control: stored, shown, and asked for by every use case that acts on a queue.

import { describe, expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

async function withEditor() {
  const sample = await SampleControl.open()
  const editor = await sample.control.access.enter(await sample.enterAs('eve', 'editor'), sample.caller.project, 'editor')
  await sample.queue('q')
  const change = (action: string, ...privileges: readonly string[]) =>
    sample.control.queueGrants.change(sample.caller, { queueName: 'Q', userName: 'eve', action, privileges })
  return { sample, editor, change, [Symbol.asyncDispose]: () => sample[Symbol.asyncDispose]() }
}

describe('grants on queues', () => {
  it('a user is granted what to do on a queue, and held to it', async () => {
    await using opened = await withEditor()
    const { sample, editor, change } = opened
    const { control } = sample
    const attempts = {
      SCALE_QUEUE: () => control.queues.scale(editor, 'q', 16),
      RESTART: () => control.queues.restart(editor, 'q', { force: true }),
      GRANT_PRIVILEGE: () =>
        control.queueGrants.change(editor, { queueName: 'q', userName: 'eve', action: 'grant', privileges: ['RESTART'] }),
      DROP_QUEUE: () => control.queues.remove(editor, 'q'),
    }
    for (const [privilege, attempt] of Object.entries(attempts)) {
      await expect(attempt()).rejects.toMatchObject({ kind: 'forbidden', message: expect.stringContaining(privilege) })
      await change('update', privilege)
      await attempt()
    }
    await expect(control.queues.get(editor, 'q')).rejects.toMatchObject({ kind: 'notFound' })
  })

  it('are added, revoked and replaced', async () => {
    await using opened = await withEditor()
    const { sample, change } = opened
    const held = async () => (await sample.control.queueGrants.list(sample.caller, 'q')).grants
    await change('grant', 'SUBMIT_JOB', 'DROP_QUEUE')
    await change('grant', 'SHOW_PRIVILEGE', 'SUBMIT_JOB')
    expect(await held()).toEqual([{ userName: 'eve', privileges: ['SUBMIT_JOB', 'DROP_QUEUE', 'SHOW_PRIVILEGES'] }])
    await change('revoke', 'DROP_QUEUE')
    expect((await held())[0]?.privileges).toEqual(['SUBMIT_JOB', 'SHOW_PRIVILEGES'])
    await change('update', 'RESTART')
    expect((await held())[0]?.privileges).toEqual(['RESTART'])
    await change('update')
    expect(await held()).toEqual([])
    await expect(change('grant')).rejects.toMatchObject({ kind: 'invalid' })
    await expect(change('grant', 'EVERYTHING')).rejects.toMatchObject({ kind: 'invalid' })
  })

  it('are not needed on a queue of one’s own, nor on the system queue', async () => {
    await using opened = await withEditor()
    const { control } = opened.sample
    await control.queues.create(opened.editor, { name: 'mine', cu: 16, resourceMode: 1 })
    await control.queues.scale(opened.editor, 'mine', 16)
    await control.queues.remove(opened.editor, 'mine')
  })
})
