// The few lines a script needs to speak to the API: a token, then JSON in and out, each call printed with its time.

/** What a call answered. */
export type Answer = Readonly<Record<string, unknown>>

/** A member of an answer as text; empty when it is not there. */
export function textOf(answer: Answer, member: string): string {
  const value = answer[member]
  return typeof value === 'string' ? value : ''
}

/** A running server and who may sign in there. */
export interface SignInPlace {
  readonly endpoint: string
  readonly account: Readonly<Record<'domainName' | 'adminUser' | 'adminPassword' | 'projectId', string>>
}

/** Speaks to one server inside one project. */
export class Api {
  readonly #endpoint: string
  readonly #token: string
  readonly #print: (line: string) => void

  private constructor(endpoint: string, token: string, print: (line: string) => void) {
    this.#endpoint = endpoint
    this.#token = token
    this.#print = print
  }

  /** Asks for a token with the name and password of a server's administrator, scoped to the project. @param print - hears of each call */
  static async signIn({ endpoint, account }: SignInPlace, print: (line: string) => void = () => {}): Promise<Api> {
    const user = { name: account.adminUser, password: account.adminPassword, domain: { name: account.domainName } }
    const identity = { methods: ['password'], password: { user } }
    const scope = { project: { id: account.projectId } }
    const started = performance.now()
    const response = await fetch(`${endpoint}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ auth: { identity, scope } }),
    })
    if (response.status !== 201) throw new Error(`signing in answered ${response.status}: ${await response.text()}`)
    print(callLine('POST', '/v3/auth/tokens', response.status, started))
    return new Api(endpoint, response.headers.get('x-subject-token') ?? '', print)
  }

  get(path: string): Promise<Answer> {
    return this.#expect('GET', path)
  }

  post(path: string, body: unknown): Promise<Answer> {
    return this.#expect('POST', path, body)
  }

  put(path: string, body: unknown): Promise<Answer> {
    return this.#expect('PUT', path, body)
  }

  /** Sends a call whose failure is part of the story. */
  async attempt(method: string, path: string, body?: unknown): Promise<{ status: number; answer: Answer }> {
    const started = performance.now()
    const response = await fetch(`${this.#endpoint}${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-auth-token': this.#token },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as Answer
    if (!path.endsWith('/status')) this.#print(callLine(method, path, response.status, started))
    return { status: response.status, answer }
  }

  async #expect(method: string, path: string, body?: unknown): Promise<Answer> {
    const { status, answer } = await this.attempt(method, path, body)
    if (status >= 400) throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(answer)}`)
    return answer
  }
}

function callLine(method: string, path: string, status: number, started: number): string {
  return `   ${method.padEnd(5)} ${path}  ${status}  ${(performance.now() - started).toFixed(0)} ms`
}
