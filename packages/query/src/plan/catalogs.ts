// Catalogs in front of databases: the one that there is may be named, and is left out from there on.

import { catalogNames } from '@tributary/rules'

/** `dli.db.t` is `db.t`; other names stay as they are, and so does a catalog that there is not. */
export function withoutCatalog(parts: readonly string[]): readonly string[] {
  return parts.length === 3 && catalogNames.includes((parts[0] as string).toLowerCase()) ? parts.slice(1) : parts
}
