// The version of this service, from its package.

import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly version: string }

/** Like `1.2.3`. */
export const version = manifest.version
