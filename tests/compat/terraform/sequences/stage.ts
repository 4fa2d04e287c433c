// What every file of sequences runs against: a real server, and the provider signed in to it.

import { startTributary, type TributaryServer } from '../../../servers/tributary.ts'
import { Provider } from './provider.ts'

/** Both. Disposing it ends both. */
export interface Stage extends AsyncDisposable {
  readonly server: TributaryServer
  readonly provider: Provider
}

/** Starts a server with the sample account. */
export async function openStage(): Promise<Stage> {
  const server = await startTributary()
  const provider = new Provider(server)
  return {
    server,
    provider,
    async [Symbol.asyncDispose]() {
      provider[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    },
  }
}
