// What every start of the installed package goes through: find Node 24, run a program of lib/ on it. Plain JavaScript, Node >= 20.

import { join } from 'node:path'
import { environmentIn, findNode, leave, nodeFlags, repositoryRoot as root, run } from './launch.mjs'

/**
 * Runs one program: in place of this process where Node can do that (from 22.15 on), otherwise as its child, whose end becomes ours.
 * @param {string} script - as it is named in the repository, `packages/<room>/src/main.ts`; here the program is `lib/<room>.js`
 * @param {readonly string[]} args - handed on untouched
 */
export async function launch(script, args) {
  const node = findNode({ root })
  const file = join(root, 'lib', `${script.split('/')[1]}.js`)
  const words = [...nodeFlags(file), file, ...args]
  const env = environmentIn(root)
  if (process.execve === undefined) leave(await run(node, words, env))
  else process.execve(node, [node, ...words], env)
}
