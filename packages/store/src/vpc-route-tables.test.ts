// What the migration of the VPC service makes of a database that is older than route tables and rules.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ProjectId, SecurityGroupId, VpcId } from '@tributary/rules'
import { expect, it } from 'vitest'
import { migrate, readMigrations } from './migrate.ts'
import { SqliteFile } from './sqlite.ts'
import { Store } from './store.ts'

const older = `
insert into domains (id, name, created_at) values ('d', 'd', 1);
insert into projects (id, domain_id, name, created_at) values ('p', 'd', 'p', 1);
insert into vpcs (id, project_id, name, cidr, description, created_at, updated_at) values ('v', 'p', 'sales', '10.71.0.0/16', '', 7, 8);
insert into security_groups (id, project_id, name, description, created_at, updated_at) values ('g', 'p', 'g', '', 7, 8);
`

it('an older VPC gets its default route table, an older group its four rules', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-vpc-'))
  try {
    const path = join(folder, 'old.db')
    const file = new SqliteFile(path)
    migrate(
      file,
      readMigrations().filter(({ number }) => number < 6),
    )
    file.run(older)
    file.close()
    await using store = await Store.open({ path, sealingKey: Buffer.alloc(32, 1) })
    const project = 'p' as ProjectId
    expect(await store.vpcs.find(project, 'v')).toMatchObject({ extendCidrs: [], routes: [], enhancedLocalRoute: false })
    const table = { id: 'rtb-v', name: 'rtb-sales', isDefault: true, routes: [], createdAt: 7 }
    expect(await store.vpcRouteTables.listOf('v' as VpcId)).toMatchObject([table])
    const rules = (await store.securityGroupRules.listOf(['g' as SecurityGroupId])).get('g' as SecurityGroupId) ?? []
    expect(rules.map(({ direction, ethertype, remoteGroupId, priority }) => [direction, ethertype, remoteGroupId, priority])).toEqual([
      ['egress', 'IPv4', undefined, 100],
      ['egress', 'IPv6', undefined, 100],
      ['ingress', 'IPv4', 'g', 100],
      ['ingress', 'IPv6', 'g', 100],
    ])
    await store.vpcs.remove('v' as VpcId)
    expect(await store.vpcRouteTables.list(project, { limit: 10 })).toEqual([])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
