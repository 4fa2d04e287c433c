// A Containerfile without a container: parsed, then its steps done one after the other in folders that stand for the file systems of its stages.

import { globSync, mkdirSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { type Copy, DockerfileParser, type From, type Instruction } from 'dockerfile-ast'
import type { Machine } from './package-stage.ts'

/** What the last stage comes to: how its process is started, and what was done to get there. */
export interface Built {
  /** The folder that stands for `/`. */
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  readonly user: number
  readonly workdir: string
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly healthcheck: readonly string[]
  /** `EXPOSE`, `VOLUME`, `STOPSIGNAL` as they stand. */
  readonly said: Readonly<Record<string, string>>
  /** How often each instruction was seen. */
  readonly seen: Readonly<Record<string, number>>
}

type Stage = { -readonly [Key in keyof Omit<Built, 'seen'>]: Built[Key] } & { name: string; base: string }

/** @param context - the folder that COPY copies from. @throws {Error} for a step that fails, and for an instruction that it does not know */
export async function buildImage(text: string, context: string, machine: Machine): Promise<Built> {
  const stages: Stage[] = []
  const seen: Record<string, number> = {}
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const keyword = instruction.getKeyword()
    seen[keyword] = (seen[keyword] ?? 0) + 1
    if (keyword === 'FROM') stages.push(stageOf(instruction as From, join(machine.folder, `stage-${stages.length}`)))
    else await step(instruction, { stage: last(stages), stages, context, machine })
  }
  return { ...last(stages), seen }
}

/** A path of the image, or a text that names some, in the folder that stands for it. */
export function inside(root: string, text: string): string {
  return text.replaceAll(/(?<=^|[\s=])\/(?=(opt|var|usr)\/)/g, `${root}/`)
}

interface Ground {
  readonly stage: Stage
  readonly stages: readonly Stage[]
  readonly context: string
  readonly machine: Machine
}

function last(stages: readonly Stage[]): Stage {
  const stage = stages.at(-1)
  if (stage === undefined) throw new Error('a Containerfile begins with FROM')
  return stage
}

function stageOf(from: From, root: string): Stage {
  for (const folder of ['usr/local/bin', 'var/lib', 'opt']) mkdirSync(join(root, folder), { recursive: true })
  const process = { env: {}, user: 0, workdir: '/', entrypoint: [], command: [], healthcheck: [], said: {} }
  return { ...process, root, name: from.getBuildStage() ?? '', base: from.getImage() ?? '' }
}

async function step(instruction: Instruction, ground: Ground): Promise<void> {
  const { stage, machine } = ground
  const words = instruction.getArguments().map((argument) => argument.getValue())
  const text = instruction.getRawArgumentsContent() ?? ''
  switch (instruction.getKeyword()) {
    case 'RUN':
      return run(text, stage, machine)
    case 'COPY':
      return copy(instruction as Copy, ground)
    case 'WORKDIR':
      stage.workdir = text
      mkdirSync(join(stage.root, text), { recursive: true })
      return
    case 'ENV':
      stage.env = { ...stage.env, ...Object.fromEntries(words.map((word) => word.split(/=(.*)/s, 2) as [string, string])) }
      return
    case 'USER':
      stage.user = Number(text.split(':')[0])
      return
    case 'ENTRYPOINT':
      stage.entrypoint = JSON.parse(text) as readonly string[]
      return
    case 'CMD':
      stage.command = JSON.parse(text) as readonly string[]
      return
    case 'HEALTHCHECK':
      stage.healthcheck = JSON.parse(text.slice(text.indexOf('['))) as readonly string[]
      return
    case 'VOLUME':
    case 'EXPOSE':
    case 'STOPSIGNAL':
      stage.said = { ...stage.said, [instruction.getKeyword()]: text }
      return
    default:
      throw new Error(`line ${instruction.getRange().start.line + 1}: nobody knows how to do ${instruction.getKeyword()}`)
  }
}

async function run(command: string, { root, workdir, env }: Stage, machine: Machine): Promise<void> {
  const here = { PATH: `${machine.env['PATH'] ?? ''}:/usr/bin:/bin`, ...env }
  const { code, stderr } = await machine.run('/bin/sh', ['-ec', inside(root, command)], { cwd: join(root, workdir), env: here })
  if (code !== 0) throw new Error(`RUN ${command} ended with ${code}:\n${stderr}`)
}

async function copy(instruction: Copy, { stage, stages, context }: Ground): Promise<void> {
  const words = instruction.getArguments().map((argument) => argument.getValue())
  const [to = ''] = words.splice(-1)
  const from = instruction
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue()
  const source = from === undefined ? context : stages.find(({ name }) => name === from)?.root
  if (source === undefined) throw new Error(`there is no stage ${from}`)
  const found = words.flatMap((word) => globSync(isAbsolute(word) ? word.slice(1) : word, { cwd: source }))
  if (found.length === 0) throw new Error(`COPY ${words.join(' ')} finds nothing`)
  for (const path of found) {
    const target = to.endsWith('/') ? join(stage.root, to, basename(path)) : join(stage.root, to)
    await cp(join(source, path), target, { recursive: true, verbatimSymlinks: true })
  }
}
