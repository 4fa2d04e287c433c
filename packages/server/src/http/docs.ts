// The pages under `/docs`: a small server of their own, loaded when somebody first asks for them.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** The page speaks of this service alone: the bar of the library that draws it says nothing a reader needs. */
const theme = { title: 'Tributary API', css: [{ filename: 'tributary.css', content: '.swagger-ui .topbar { display: none }' }] }

/** Hangs up the pages, drawn from the same document as `/openapi.json`. @param version - of this service */
export function addDocs(app: FastifyInstance, version: string): void {
  let opened: Promise<FastifyInstance> | undefined
  const show = async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    opened ??= openPages(version)
    const pages = await opened
    reply.hijack()
    reply.raw.setHeader('x-request-id', request.id)
    pages.routing(request.raw, reply.raw)
  }
  for (const url of ['/docs', '/docs/*']) app.get(url, show)
  app.addHook('onClose', async () => {
    await (await opened)?.close()
  })
}

/** Most servers are never asked, and what draws the pages is a tenth of a start. */
async function openPages(version: string): Promise<FastifyInstance> {
  const [{ fastify }, { default: swagger }, { default: swaggerUi }, { openApiDocument }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
    import('@tributary/contract'),
  ])
  const pages = fastify({
    logger: false,
    exposeHeadRoutes: true,
    routerOptions: { ignoreDuplicateSlashes: true, ignoreTrailingSlash: true },
  })
  await pages.register(swagger, { mode: 'static', specification: { document: openApiDocument(version) as never } })
  await pages.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: true,
    theme,
    uiConfig: { docExpansion: 'none', deepLinking: true },
  })
  await pages.ready()
  return pages
}
