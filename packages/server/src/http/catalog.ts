// The catalog of services that tokens carry: every service answers at the same address.

import type { ProjectId } from '@tributary/rules'

const services = [
  { name: 'dli', path: '/v1.0' },
  { name: 'vpc', path: '/v1' },
  { name: 'iam', path: '/v3' },
] as const

interface CatalogEntry {
  id: string
  name: string
  type: string
  endpoints: { id: string; interface: string; region: string; region_id: string; url: string }[]
}

/**
 * Lists the services for a caller.
 * @param baseUrl - where the caller reached us
 * @param region - the project's name, as published catalogs have it; `*` without a project
 */
export function catalogOf(baseUrl: string, project: ProjectId | undefined, region = '*'): CatalogEntry[] {
  return services.map(({ name, path }) => {
    const url = name === 'iam' || project === undefined ? baseUrl + path : `${baseUrl}${path}/${project}`
    return { id: name, name, type: name, endpoints: [{ id: `${name}-public`, interface: 'public', region, region_id: region, url }] }
  })
}
