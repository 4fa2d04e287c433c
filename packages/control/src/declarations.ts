// Declared networks: projects, VPCs, subnets and groups with the ids that existing code carries. All or nothing, and repeatable.

import {
  checkDeclaredId,
  checkOwner,
  checkSecurityGroupDraft,
  checkSecurityGroupRuleDraft,
  checkSubnetDraft,
  checkVpcDraft,
  type Identity,
  noNetworkPart,
  ownedBy,
  type Project,
  type ProjectId,
  type SecurityGroup,
  type SecurityGroupId,
  type SecurityGroupRuleId,
  ServiceError,
  type Subject,
  type Subnet,
  type SubnetId,
  type Vpc,
  type VpcId,
  say,
  type Text,
} from '@tributary/rules'
import type { Transaction } from '@tributary/store'
import type { Deps } from './deps.ts'
import { insertProject } from './projects.ts'
import { insertSecurityGroup } from './security-groups.ts'
import { type Ground, settleGround } from './settling.ts'
import { insertVpc } from './vpcs.ts'

/** Resources with given ids; a project belongs to the domain of whoever declares it. */
export interface NetworkDeclaration {
  readonly projects: readonly { readonly id: string; readonly name: string }[]
  readonly vpcs: readonly { readonly id: string; readonly projectId: string; readonly name: string; readonly cidr: string }[]
  readonly subnets: readonly {
    readonly id: string
    readonly vpcId: string
    readonly name: string
    readonly cidr: string
    readonly gatewayIp?: string | undefined
  }[]
  readonly securityGroups: readonly { readonly id: string; readonly projectId: string; readonly name: string }[]
}

/** Something that was not there before, and where: whatever waited for it is looked at again. */
type Appeared = { readonly projectId: ProjectId; readonly ground: Ground }

type Owner = Pick<Identity, 'user' | 'domain'>

interface Declaring {
  readonly deps: Deps
  readonly tx: Transaction
  readonly identity: Owner
  readonly now: number
}

/** The use cases of declarations. */
export function declarations(deps: Deps) {
  return {
    /** @throws {ServiceError} `forbidden`, `invalid`, `conflict` for an id that is used with other content, `notFound` for a project or VPC that is neither there nor declared */
    async declare(identity: Identity, declaration: NetworkDeclaration): Promise<void> {
      checkOwner(identity)
      await declareAll(deps, identity, declaration)
    },

    /** The same in the name of the installation's owner, for what its settings file declares; after the first start. @throws {ServiceError} as `declare` */
    async declareAtStart(declaration: NetworkDeclaration): Promise<void> {
      const owner = await deps.store.users.findOwner()
      if (owner === undefined) throw new Error('networks are declared after the installation has been set up')
      await declareAll(deps, owner, declaration)
    },
  }
}

async function declareAll(deps: Deps, identity: Owner, declaration: NetworkDeclaration): Promise<void> {
  const appeared = await deps.store.transaction(async (tx) => {
    const declaring: Declaring = { deps, tx, identity, now: deps.clock() }
    const found: (Appeared | undefined)[] = []
    for (const project of declaration.projects) await declareProject(declaring, project)
    for (const vpc of declaration.vpcs) found.push(await declareVpc(declaring, vpc))
    for (const subnet of declaration.subnets) found.push(await declareSubnet(declaring, subnet))
    for (const group of declaration.securityGroups) found.push(await declareSecurityGroup(declaring, group))
    return found.filter((one) => one !== undefined)
  })
  await Promise.all(appeared.map(({ projectId, ground }) => settleGround(deps, projectId, ground)))
}

async function declareProject({ deps, tx, identity, now }: Declaring, { id, name }: NetworkDeclaration['projects'][number]): Promise<void> {
  checkDeclaredId('project', id)
  if (!/^[\p{L}\p{N} _.-]{1,64}$/u.test(name))
    throw new ServiceError('invalid', say`the name of project ${id} has 1 to 64 letters, digits, blanks, _ . and -`)
  const { domain, user } = identity
  const existing = await tx.projects.find(id)
  if (existing !== undefined) return checkSame('project', id, [existing.name, existing.domainId], [name, domain.id])
  const namesake = await tx.projects.findByName(domain.id, name)
  if (namesake !== undefined) throw conflict('project', id, say`project ${namesake.id} has the name ${name} already`)
  const project: Project = { id: id as ProjectId, domainId: domain.id, name, createdAt: now }
  await insertProject(tx, deps.newId, project, ownedBy(user))
}

async function declareVpc({ deps, tx, now }: Declaring, declared: NetworkDeclaration['vpcs'][number]): Promise<Appeared | undefined> {
  const id = checkDeclaredId('vpc', declared.id) as VpcId
  const parts = checkVpcDraft(declared)
  const existing = await tx.vpcs.findAnywhere(id)
  if (existing !== undefined) {
    return checkSame('vpc', id, [existing.projectId, existing.name, existing.cidr], [declared.projectId, parts.name, parts.cidr])
  }
  const project = await getProject(tx, declared.projectId)
  const vpc: Vpc = { ...parts, id, projectId: project.id, createdAt: now, updatedAt: now }
  await insertVpc(deps, tx, vpc)
  return { projectId: project.id, ground: { vpcId: id } }
}

async function declareSubnet({ deps, tx, now }: Declaring, declared: NetworkDeclaration['subnets'][number]): Promise<Appeared | undefined> {
  const id = checkDeclaredId('subnet', declared.id) as SubnetId
  const vpc = await tx.vpcs.findAnywhere(declared.vpcId)
  if (vpc === undefined) throw noNetworkPart('vpc', declared.vpcId)
  const others = await tx.subnets.list(vpc.projectId, { vpcId: vpc.id, limit: 10_000 })
  const parts = checkSubnetDraft(
    declared,
    vpc,
    others.filter((other) => other.id !== id),
  )
  const existing = await tx.subnets.findAnywhere(id)
  if (existing !== undefined) {
    const content = ({ vpcId, name, cidr, gatewayIp }: Pick<Subnet, 'vpcId' | 'name' | 'cidr' | 'gatewayIp'>) => [
      vpcId,
      name,
      cidr,
      gatewayIp,
    ]
    return checkSame('subnet', id, content(existing), content({ ...parts, vpcId: vpc.id }))
  }
  const { projectId } = vpc
  await tx.subnets.insert({ ...parts, id, projectId, vpcId: vpc.id, neutronSubnetId: deps.newId(), createdAt: now, updatedAt: now })
  return { projectId, ground: { subnetId: id } }
}

/** A declared group stands for one that exists elsewhere with rules of its own, so it lets everybody in until it is told otherwise. */
const openRule = checkSecurityGroupRuleDraft({ direction: 'ingress', priority: 100, description: 'declared by the installation owner' })

async function declareSecurityGroup(
  { deps, tx, now }: Declaring,
  declared: NetworkDeclaration['securityGroups'][number],
): Promise<Appeared | undefined> {
  const id = checkDeclaredId('securityGroup', declared.id) as SecurityGroupId
  const parts = checkSecurityGroupDraft(declared)
  const existing = await tx.securityGroups.findAnywhere(id)
  if (existing !== undefined) return checkSame('securityGroup', id, [existing.projectId, existing.name], [declared.projectId, parts.name])
  const project = await getProject(tx, declared.projectId)
  const group: SecurityGroup = { ...parts, id, projectId: project.id, createdAt: now, updatedAt: now }
  await insertSecurityGroup(deps, tx, group)
  await tx.securityGroupRules.insert([
    { ...openRule, id: deps.newId() as SecurityGroupRuleId, projectId: project.id, securityGroupId: id, createdAt: now, updatedAt: now },
  ])
  return { projectId: project.id, ground: { securityGroupId: id } }
}

async function getProject(tx: Transaction, id: string): Promise<Project> {
  const found = await tx.projects.find(id)
  if (found === undefined) {
    throw new ServiceError('notFound', say`there is no project ${id.slice(0, 64)}: declare it too`, {
      subject: { kind: 'project', name: id.slice(0, 64) },
    })
  }
  return found
}

function checkSame(kind: Subject['kind'], id: string, existing: readonly string[], declared: readonly string[]): undefined {
  if (existing.every((value, index) => value === declared[index])) return
  throw conflict(kind, id, say`it is ${existing.join(', ')}, declared as ${declared.join(', ')}`)
}

function conflict(kind: Subject['kind'], id: string, why: Text): ServiceError {
  return new ServiceError('conflict', say`the id ${id} is used with other content: ${why}`, { subject: { kind, name: id } })
}
