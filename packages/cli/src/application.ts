// The parser of the command line, built from the verbs: words, flags, arguments, help, and proposals for completion.

import {
  type Application,
  type ApplicationText,
  buildApplication,
  buildCommand,
  buildRouteMap,
  type Command,
  type CommandContext,
  numberParser,
  type RouteMap,
  text_en,
} from '@stricli/core'
import { type FlagValue, Given } from './given.ts'
import { type Noun, nounHelp, overview, verbHelp } from './help.ts'
import { type Flag, flagsOf, nounOf, type Positional, type Verb } from './verb.ts'

/** What the parser hands a verb's arguments to. */
export interface Context extends CommandContext {
  readonly perform: (verb: Verb, given: Given) => Promise<void>
}

type Routes = Record<string, Command<Context> | RouteMap<Context>>

/** Builds the application. @param nouns - in the order of the overview; a noun without verbs is left out */
export function applicationOf(nouns: readonly Noun[], verbs: readonly Verb[]): Application<Context> {
  const own = verbs.filter((verb) => nounOf(verb) === '')
  const routes: Routes = Object.fromEntries(own.map((verb) => [verb.words, commandOf(verb)]))
  for (const noun of nouns) {
    const group = verbs.filter((verb) => nounOf(verb) === noun.name)
    if (group.length > 0) routes[noun.name] = nounRoute(noun, group)
  }
  const root = { ...buildRouteMap({ routes, docs: { brief: 'tributary' } }), formatHelp: () => overview(nouns, own) }
  return buildApplication(root, {
    name: 'tributary',
    scanner: { caseStyle: 'original', allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    localization: { text: texts },
  })
}

/** What is wrong with a command line, in our words. */
const texts: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections }) =>
    `tributary: "${input}" is not a command${corrections.length === 0 ? '' : `; is it ${corrections.join(' or ').replaceAll('`', '')}?`}`,
  exceptionWhileParsingArguments: (exc) => `tributary: ${exc instanceof Error ? exc.message : String(exc)}`,
}

function nounRoute(noun: Noun, verbs: readonly Verb[]): RouteMap<Context> {
  const routes = Object.fromEntries(verbs.map((verb) => [verb.words.slice(noun.name.length + 1), commandOf(verb)]))
  return { ...buildRouteMap({ routes, docs: { brief: noun.brief } }), formatHelp: () => nounHelp(noun, verbs) }
}

function commandOf(verb: Verb): Command<Context> {
  const flags = flagsOf(verb)
  const built = buildCommand<Record<string, FlagValue>, string[], Context>({
    docs: { brief: verb.brief },
    // Flags are data here; the library can only type those it sees as literals.
    parameters: {
      flags: Object.fromEntries(flags.map((flag) => [flag.name, parameterOf(flag)])),
      aliases: Object.fromEntries(flags.flatMap(({ letter, name }) => (letter === undefined ? [] : [[letter, name]]))),
      positional: positionalsOf(verb.positionals),
    } as unknown as never,
    func(this: Context, values, ...args) {
      return this.perform(verb, new Given(args, values))
    },
  })
  return { ...built, formatHelp: () => verbHelp(verb) }
}

/** No flag is demanded by the parser: a missing one is reported by the verb, which knows when it is needed. */
function parameterOf({ kind, brief, values }: Flag): unknown {
  if (kind === 'switch') return { kind: 'boolean', optional: true, withNegated: false, brief }
  if (values !== undefined) return { kind: 'enum', values, optional: true, brief }
  const several = kind === 'list' || kind === 'pairs'
  return {
    kind: 'parsed',
    parse: kind === 'number' ? numberParser : String,
    optional: true,
    brief,
    ...(several ? { variadic: ',' } : {}),
  }
}

function positionalsOf(positionals: readonly Positional[]): unknown {
  const parameters = positionals.map(({ name, brief, isOptional }) => ({
    parse: String,
    brief,
    placeholder: name.toUpperCase(),
    ...(isOptional === true ? { optional: true } : {}),
  }))
  if (positionals.at(-1)?.isRepeated !== true) return { kind: 'tuple', parameters }
  // The library knows repeated arguments only where all are alike; those before the last are counted.
  const isLastOptional = positionals.at(-1)?.isOptional === true
  return { kind: 'array', minimum: positionals.length - (isLastOptional ? 1 : 0), parameter: parameters[0] }
}
