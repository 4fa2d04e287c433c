// Runs the stock terraform with a given provider binary in a directory of its own: nothing is installed, nothing is downloaded, nothing is left.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** What terraform is started with. */
export interface TerraformOptions {
  /** The provider's binary, by any file name. */
  readonly provider: string
  /** Variables of the configuration that its value files leave open. They pass through the environment, so secrets belong here. */
  readonly variables: Readonly<Record<string, unknown>>
  readonly env: Readonly<Record<string, string>>
  /** Where terraform and the provider write everything they say and send. */
  readonly logPath?: string | undefined
  readonly say: (line: string) => void
}

/** A working directory with the configuration in it. Disposing it removes it. */
export interface Terraform extends AsyncDisposable {
  /** Makes it so. @throws {Error} with terraform's errors when it fails */
  apply(...args: readonly string[]): Promise<void>
  /** Plans and applies nothing. @returns whether there is something to do, and the plan */
  plan(...args: readonly string[]): Promise<{ isEmpty: boolean; text: string }>
  destroy(...args: readonly string[]): Promise<void>
  /** Gives a variable another value for all that follows. */
  set(name: string, value: unknown): void
  /** The outputs of the configuration by name. */
  outputs(): Promise<Readonly<Record<string, unknown>>>
}

const configuration = fileURLToPath(new URL('configuration', import.meta.url))
// One line of progress: what was done, or which slow resource is still on its way after a whole minute.
const progress = /: (Creation|Modifications|Destruction|Read) complete after|: (Creation|Modifications) errored|: Still .*\d+m0s elapsed/

/** The version of the terraform on PATH, such as `1.11.4`; `undefined` when there is none. */
export function findTerraform(): string | undefined {
  const { stdout, status } = spawnSync('terraform', ['version', '-json'], { env: baseEnv(), encoding: 'utf8' })
  return status === 0 ? String((JSON.parse(stdout) as Record<string, unknown>)['terraform_version']) : undefined
}

/** Copies the configuration to a temporary directory and points terraform at the provider. */
export async function openTerraform(options: TerraformOptions): Promise<Terraform> {
  const home = await mkdtemp(join(tmpdir(), 'tributary-terraform-'))
  const directory = join(home, 'configuration')
  await cp(configuration, directory, { recursive: true })
  const env: Record<string, string> = { ...baseEnv(), ...options.env, ...(await settle(home, options)) }
  const set = (name: string, value: unknown): void => {
    env[`TF_VAR_${name}`] = typeof value === 'string' ? value : JSON.stringify(value)
  }
  for (const [name, value] of Object.entries(options.variables)) set(name, value)
  const run = (args: readonly string[], isQuiet = false) => runTerraform(directory, env, args, isQuiet ? () => {} : options.say)
  const must = async (args: readonly string[]): Promise<void> => {
    const { code, text } = await run(args)
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} ended with ${code}:\n${errorsIn(text)}`)
  }
  return {
    set,
    apply: (...args) => must(['apply', '-auto-approve', '-input=false', '-no-color', ...args]),
    destroy: (...args) => must(['destroy', '-auto-approve', '-input=false', '-no-color', ...args]),
    async plan(...args) {
      const { code, text } = await run(['plan', '-detailed-exitcode', '-input=false', '-no-color', ...args], true)
      if (code !== 0 && code !== 2) throw new Error(`terraform plan ended with ${code}:\n${errorsIn(text)}`)
      return { isEmpty: code === 0, text: text.slice(Math.max(0, text.indexOf('Terraform will perform'))) }
    },
    async outputs() {
      const { text } = await run(['output', '-json'], true)
      const written = JSON.parse(text.slice(text.indexOf('{'))) as Record<string, { value: unknown }>
      return Object.fromEntries(Object.entries(written).map(([name, { value }]) => [name, value]))
    },
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  }
}

/** The errors alone: the plan above them is long. */
function errorsIn(text: string): string {
  return text.slice(Math.max(0, text.search(/^Error: /m)))
}

/** Writes what points terraform at the provider; @returns the environment that points it there. */
async function settle(home: string, { provider, logPath }: TerraformOptions): Promise<Record<string, string>> {
  const plugins = join(home, 'plugins')
  const settings = join(home, 'settings.tfrc')
  await mkdir(plugins)
  await symlink(provider, join(plugins, 'terraform-provider-huaweicloud'))
  await writeFile(
    settings,
    `provider_installation {\n  dev_overrides {\n    "huaweicloud/huaweicloud" = ${JSON.stringify(plugins)}\n  }\n}\n`,
  )
  return {
    HOME: home,
    TF_CLI_CONFIG_FILE: settings,
    TF_DATA_DIR: join(home, 'data'),
    ...(logPath === undefined ? {} : { TF_LOG: 'DEBUG', TF_LOG_PATH: logPath }),
  }
}

/** Only what terraform needs of our environment: credentials for other clouds stay out of it. */
function baseEnv(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_INPUT: '0' }
}

async function runTerraform(
  directory: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  say: (line: string) => void,
): Promise<{ code: number | null; text: string }> {
  const child = spawn('terraform', args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: string[] = []
  const closed = once(child, 'close')
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (progress.test(line)) say(`   ${line}`)
    })
  const [code] = (await closed) as [number | null]
  return { code, text: lines.join('\n') }
}
