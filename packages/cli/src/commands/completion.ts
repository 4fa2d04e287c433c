// Completion for shells: short scripts that ask this program what could come next.

import { Failure } from '../failure.ts'
import type { Verb } from '../verb.ts'

// Each hands over the words typed so far, the unfinished one last, and offers what is printed, one proposal a line.
const scripts = {
  bash: `# tributary completion for bash
_tributary() {
  local IFS=$'\\n'
  COMPREPLY=($(tributary --propose "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tributary tributary
`,
  zsh: `#compdef tributary
# tributary completion for zsh
_tributary() {
  local -a proposals
  proposals=(\${(f)"$(tributary --propose "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#proposals} )); then compadd -- $proposals; else _files; fi
}
compdef _tributary tributary
`,
  fish: `# tributary completion for fish
function __tributary_propose
  set -l words (commandline -opc) (commandline -ct)
  tributary --propose $words[2..-1] 2>/dev/null
end
complete -c tributary -a '(__tributary_propose)'
`,
} as const

const completion: Verb = {
  words: 'completion',
  brief: 'Print a script that completes commands and flags in a shell',
  operations: [],
  positionals: [{ name: 'shell', brief: Object.keys(scripts).join(', ') }],
  flags: [],
  isLocal: true,
  examples: [
    { line: 'eval "$(tributary completion bash)"', brief: 'In ~/.bashrc:' },
    { line: 'tributary completion zsh > _tributary', brief: 'Into a folder of fpath:' },
    { line: 'tributary completion fish > tributary.fish', brief: 'Into ~/.config/fish/completions:' },
  ],
  async run({ terminal, given }) {
    const [shell = ''] = given.args
    const script = Object.hasOwn(scripts, shell) ? scripts[shell as keyof typeof scripts] : undefined
    if (script === undefined)
      throw new Failure('usage', `there is no completion for "${shell}", but for ${Object.keys(scripts).join(', ')}`)
    terminal.out(script)
  },
}

/** `completion`. */
export const completionVerbs: readonly Verb[] = [completion]
