// What stood on the command line after parsing: positional arguments and flags by name, each read as what it is.

/** A parsed flag. */
export type FlagValue = string | number | boolean | readonly string[] | undefined

/** Arguments and flags of one call. Flags are named as they are typed, without the dashes. */
export class Given {
  readonly args: readonly string[]
  readonly #flags: Readonly<Record<string, FlagValue>>

  constructor(args: readonly (string | undefined)[], flags: Readonly<Record<string, FlagValue>>) {
    this.args = args.filter((arg) => arg !== undefined)
    this.#flags = flags
  }

  /** The value as it was parsed. */
  value(name: string): FlagValue {
    return this.#flags[name]
  }

  /** A text flag; `undefined` where it was not given. */
  text(name: string): string | undefined {
    const value = this.#flags[name]
    return value === undefined ? undefined : String(value)
  }

  /** True where a switch was turned on. */
  isOn(name: string): boolean {
    return this.#flags[name] === true
  }

  /** A flag that may come several times; empty where it was not given. */
  list(name: string): readonly string[] {
    const value = this.#flags[name]
    return Array.isArray(value) ? (value as readonly string[]) : value === undefined ? [] : [String(value)]
  }

  /** A number flag; `undefined` where it was not given. */
  number(name: string): number | undefined {
    const value = this.#flags[name]
    return typeof value === 'number' ? value : undefined
  }
}
