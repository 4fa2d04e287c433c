// VPCs and subnets: a list without a limit is all there is, because the clients that ask for it so ask no more.

import type { SubnetId, VpcId } from '@tributary/rules'
import { expect, it } from 'vitest'
import { SampleControl } from './sample-control.ts'
import type { MarkerListing } from './vpcs.ts'

const many = 2_001

it('lists of VPCs and subnets are whole without a limit, and pages with one', async () => {
  await using sample = await SampleControl.open()
  const { control, store, caller } = sample
  const times = { projectId: caller.project, createdAt: 1, updatedAt: 1 }
  await store.transaction(async (tx) => {
    for (let at = 0; at < many; at += 1) {
      const [vpcId, name] = [`vpc-${at}` as VpcId, `v${at}`]
      const cidr = '10.71.0.0/16'
      await tx.vpcs.insert({ ...times, id: vpcId, name, cidr, extendCidrs: [], description: '', routes: [], enhancedLocalRoute: false })
      const [id, neutronSubnetId] = [`subnet-${at}` as SubnetId, `neutron-${at}`]
      const inside = { cidr: '10.71.0.0/24', gatewayIp: '10.71.0.1', dnsList: [], dhcpEnable: true, dhcpOptions: [], availabilityZone: '' }
      await tx.subnets.insert({ ...times, ...inside, id, vpcId, neutronSubnetId, name, description: '' })
    }
  })
  for (const noun of ['vpcs', 'subnets'] as const) {
    const list = (who: typeof caller, listing: MarkerListing) => control[noun].list(who, listing)
    expect(await list(caller, {})).toHaveLength(many)
    const page = await list(caller, { limit: 2000 })
    expect(page).toHaveLength(2000)
    expect(await list(caller, { limit: 2000, marker: page.at(-1)?.id })).toHaveLength(many - 2000)
    await expect(list(caller, { limit: 2001 })).rejects.toMatchObject({ kind: 'invalid' })
  }
})
