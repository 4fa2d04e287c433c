// Projects: however many there are, a list names all of them.

import type { ProjectId } from '@tributary/rules'
import { projectPageSize } from '@tributary/store'
import { expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'

it('a list of projects that fills more than one read is whole, in order, for a user with roles as for an administrator', async () => {
  await using sample = await SampleControl.open()
  const { store, control, owner } = sample
  const names = Array.from({ length: projectPageSize + 1 }, (_, at) => `p_${String(at).padStart(5, '0')}`)
  const mine = await control.users.create(owner, { name: 'eve', password: 'Correct-horse-1' })
  await store.transaction(async (tx) => {
    for (const name of names) {
      const id = `id-${name}` as ProjectId
      await tx.projects.insert({ id, domainId: owner.domain.id, name, createdAt: 1 })
      await tx.roles.put(mine.id, id, 'reader')
    }
  })
  const all = await control.projects.list(owner, {})
  expect(all.map(({ name }) => name)).toEqual(['north', ...names])
  expect(await control.projects.listOfUser(owner, mine.id)).toHaveLength(names.length)
  expect(await control.projects.list(owner, { name: names.at(-1) })).toHaveLength(1)
})
