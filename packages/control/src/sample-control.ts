// A control over a real store for tests: one installation, one project, the memory driver, and a clock that tests move.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Driver, memoryDriver } from '@tributary/fabric'
import { type Caller, type Identity, inWords, type Role, type UserId } from '@tributary/rules'
import { Store } from '@tributary/store'
import { type Control, openControl } from './control.ts'
import type { ControlSettings } from './deps.ts'

/** What the samples' secrets are sealed with. */
export const sampleKey = Buffer.alloc(32, 9)

/** What the first start of a sample is told. */
export const sampleBootstrap = {
  domainName: 'acme',
  adminUser: 'root',
  adminPassword: 'correct horse',
  projectName: 'north',
  projectId: 'p-north',
  accessKey: 'AKSAMPLE',
  secretKey: 'canary-secret-key',
} as const

/** What a sample is opened with. */
export interface SampleOptions {
  readonly path?: string
  readonly driver?: Driver
  readonly settings?: Partial<ControlSettings>
  /** Without it nothing settles but what calls wake. */
  readonly isStarted?: boolean
}

/** A control with its store, and the owner as a caller inside the project. Disposing it closes both. */
export class SampleControl implements AsyncDisposable {
  readonly control: Control
  readonly store: Store
  readonly driver: Driver
  readonly #clock: { now: number }
  owner!: Identity
  caller!: Caller

  private constructor(control: Control, store: Store, driver: Driver, clock: { now: number }) {
    this.control = control
    this.store = store
    this.driver = driver
    this.#clock = clock
  }

  /** Opens a store, sets the installation up where that is still to do, and starts. */
  static async open({
    path = ':memory:',
    driver = memoryDriver(),
    settings = {},
    isStarted = true,
  }: SampleOptions = {}): Promise<SampleControl> {
    const store = await Store.open({ path, sealingKey: sampleKey })
    const clock = { now: Date.now() }
    const log = { info: () => {}, warn: () => {}, error: (fields: object, message: string) => console.error(message, fields) }
    const control = await openControl({
      store,
      driver,
      log,
      dataDir: join(tmpdir(), 'tributary-none'),
      forbidden: () => [{ host: '127.0.0.1', port: 8080 }],
      // Time moves with each look, so that what follows is also later.
      clock: () => ++clock.now,
      settings: { sweepMs: 3_600_000, ...settings },
    })
    const sample = new SampleControl(control, store, driver, clock)
    await control.bootstrap.ensure(sampleBootstrap)
    if (isStarted) {
      await control.start()
      await control.sweep()
    }
    sample.owner = (await control.accessKeys.find(sampleBootstrap.accessKey))?.identity as Identity
    sample.caller = await control.access.enter(sample.owner, sampleBootstrap.projectId, 'admin')
    return sample
  }

  get now(): number {
    return this.#clock.now
  }

  /** Moves the clock on. */
  advance(ms: number): void {
    this.#clock.now += ms
  }

  /** Declares one VPC and one subnet of it. */
  async declare(vpcId: string, vpcCidr: string, subnetId: string, subnetCidr: string): Promise<void> {
    await this.control.declarations.declare(this.owner, {
      projects: [],
      vpcs: [{ id: vpcId, projectId: this.caller.project, name: vpcId, cidr: vpcCidr }],
      subnets: [{ id: subnetId, vpcId, name: subnetId, cidr: subnetCidr }],
      securityGroups: [],
    })
  }

  /** Attaches `direct` for everything private. */
  async attach(vpcId: string): Promise<void> {
    await this.control.gateways.put(this.owner, this.caller.project, vpcId, { kind: 'direct', ranges: ['10.0.0.0/8'] })
  }

  /** Creates a dedicated queue. */
  async queue(name: string) {
    return this.control.queues.create(this.caller, { name, cu: 16, resourceMode: 1 })
  }

  /** Creates a connection to a subnet, bound to queues. */
  async connect(name: string, vpcId: string, subnetId: string, queues: readonly string[], hosts: { name?: string; ip?: string }[] = []) {
    return this.control.connections.create(this.caller, { name, vpcId, subnetId, queues, pools: [], hosts, tags: [] })
  }

  /** `queue STATE reason` of every peering of a connection. */
  async peerings(id: string): Promise<readonly string[]> {
    const found = await this.control.connections.peerings(this.caller, id)
    return found.map(({ queueName, state, errMsg }) => `${queueName} ${state} ${inWords(errMsg)}`.trim())
  }

  /** Writes a user with a role in the sample project and enters it. */
  async enterAs(name: string, role: Role | undefined): Promise<Identity> {
    const { user } = this.owner
    const id = `u-${name}` as UserId
    await this.store.users.insert({ ...user, id, name, isOwner: false, isDomainAdmin: false }, 'no password')
    if (role !== undefined) await this.store.roles.put(id, this.caller.project, role)
    return { ...this.owner, user: { ...user, id, name, isOwner: false, isDomainAdmin: false } }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.control[Symbol.asyncDispose]()
    await this.store[Symbol.asyncDispose]()
  }
}

/** A directory for a database on disk, gone when it is disposed. */
export async function sampleDirectory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'tributary-control-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
