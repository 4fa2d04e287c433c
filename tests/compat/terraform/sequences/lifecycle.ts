// The life of one resource as Terraform leads it: apply, plan, change in place, plan, import, destroy, and a look at what is left.

import { type Attributes, conform, plan, type Schema } from './plan.ts'
import type { Provider } from './provider.ts'

/** A resource type of the provider: what it calls to bring a configuration about, and what it puts into the state. */
export interface Resource {
  readonly schema: Schema
  /** @returns the id */
  create(provider: Provider, configuration: Attributes): Promise<string>
  /** @returns what it sets anew; `undefined` when the resource is gone */
  read(provider: Provider, state: Attributes): Promise<Attributes | undefined>
  /** Absent where every change makes the resource anew. */
  readonly update?: (provider: Provider, before: Attributes, after: Attributes) => Promise<void>
  remove(provider: Provider, state: Attributes): Promise<void>
  /** What an import knows before it reads. */
  importState(id: string): Attributes
}

/** A resource that was applied. */
export class Applied {
  readonly #provider: Provider
  readonly #resource: Resource
  #state: Attributes

  private constructor(provider: Provider, resource: Resource, state: Attributes) {
    this.#provider = provider
    this.#resource = resource
    this.#state = state
  }

  /** Creates the resource and reads it. @throws {Error} when it is not there then */
  static async create(provider: Provider, resource: Resource, configuration: Attributes): Promise<Applied> {
    conform(resource.schema, configuration)
    const id = await resource.create(provider, configuration)
    const applied = new Applied(provider, resource, { ...configuration, id })
    await applied.#read()
    return applied
  }

  /** What Terraform would keep. */
  get state(): Attributes {
    return this.#state
  }

  /** Reads anew, then tells what differs from a configuration. */
  async plan(configuration: Attributes): Promise<readonly string[]> {
    await this.#read()
    return plan(this.#resource.schema, configuration, this.#state)
  }

  /** Changes the resource in place and reads it. @returns the names of what had differed before */
  async update(configuration: Attributes): Promise<readonly string[]> {
    const changes = await this.plan(configuration)
    if (this.#resource.update === undefined || changes.length === 0) throw new Error(`nothing to change in place: ${changes.join(', ')}`)
    const before = this.#state
    const after = this.#merge(configuration)
    await this.#resource.update(this.#provider, before, after)
    this.#state = after
    await this.#read()
    return changes
  }

  /** Imports the resource beside this state. @returns what a plan with the configuration shows then: what no read brings back */
  async import(id: string, configuration: Attributes): Promise<readonly string[]> {
    const start = this.#resource.importState(id)
    const imported = await this.#resource.read(this.#provider, start)
    if (imported === undefined) throw new Error(`${id} cannot be imported`)
    const state = { ...start, ...imported }
    if (this.#state['id'] !== undefined && state['id'] !== this.#state['id'])
      throw new Error(`${id} was imported as ${String(state['id'])}`)
    return plan(this.#resource.schema, configuration, state)
  }

  /** Deletes the resource. @returns whether a read finds it gone */
  async destroy(): Promise<boolean> {
    await this.#resource.remove(this.#provider, this.#state)
    return (await this.#resource.read(this.#provider, this.#state)) === undefined
  }

  /** The configuration, and what the service has settled where it says nothing. */
  #merge(configuration: Attributes): Attributes {
    const { schema } = this.#resource
    const settled = Object.entries(this.#state).filter(([name]) => name === 'id' || schema[name]?.isComputed === true)
    return { ...Object.fromEntries(settled), ...configuration }
  }

  async #read(): Promise<void> {
    const found = await this.#resource.read(this.#provider, this.#state)
    if (found === undefined) throw new Error(`${String(this.#state['id'])} is gone`)
    conform(this.#resource.schema, found)
    this.#state = { ...this.#state, ...found }
  }
}
