// Where routes are hung up: an operation of the contract and the function that answers it.

import type { BodyOf, Operation, ParamsOf, QueryOf, ResultOf } from '@tributary/contract'
import type { Caller, Identity, Soon } from '@tributary/rules'
import type { Words } from './messages/language.ts'

/** One call, checked and authorised, as a route sees it. `Short`: what its body may have been read as instead, see {@link Door}. */
export interface Call<O extends Operation, Short = never> {
  readonly params: ParamsOf<O>
  readonly query: QueryOf<O>
  readonly body: BodyOf<O> | Short
  /** 32 hex characters, also in `X-Request-Id`. */
  readonly requestId: string
  /** Where the caller reached us, `http://host:port`. */
  readonly baseUrl: string
  /** The address that the call came from. */
  readonly address: string
  /** Who calls. @throws {Error} for operations that need nobody */
  readonly identity: Identity
  /** Who calls, inside the project of the path. @throws {Error} for operations that need no role */
  readonly caller: Caller
  /** Puts a text into the language of the caller. */
  readonly words: Words
  /** A request header, lower-case name. */
  readonly header: (name: string) => string | undefined
  /** Adds a header to the answer. */
  readonly setHeader: (name: string, value: string) => void
}

/** An answer that is JSON text already, sent as it is: numbers beyond what JavaScript holds stay exact. */
export class JsonText {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** Wire in, one use case, wire out. Nothing is returned where the operation has no body. */
export type Handler<O extends Operation, Short = never> = (call: Call<O, Short>) => Soon<Answered<O>>

/** A shorter way to read the bodies of a call that may be large. @returns `undefined` for those that must be parsed and checked by the contract after all */
export type ShortReader<Short> = (sent: Buffer) => Short | undefined

type Answered<O extends Operation> = O['response'] extends { readonly schema: unknown }
  ? ResultOf<O> | JsonText
  : ResultOf<O> | JsonText | undefined

/** Takes one route per operation. */
export interface Door {
  on<O extends Operation, Short = never>(operation: O, handle: Handler<O, Short>, readShort?: ShortReader<Short>): void
}
