// What lies behind the routes: the use cases, and what the installation says of itself.

import type { Control } from '@tributary/control'

/** What the installation says of itself at `/tributary/v1/info`. */
export interface About {
  readonly version: string
  readonly timing: 'instant' | 'cloud'
  readonly drivers: readonly string[]
  readonly engines: readonly string[]
}

/** What routes may use. */
export interface Behind {
  readonly control: Control
  readonly about: About
  /** The Prometheus text. */
  readonly printMetrics: () => Promise<string>
  /** True from the moment on in which the server stops accepting. */
  readonly isDraining: () => boolean
}
