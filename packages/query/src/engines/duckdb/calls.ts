// Questions and answers over a channel that only carries messages: worker ports and the IPC pipe alike.

import type { MessagePort, Transferable } from 'node:worker_threads'
import { errorOf, type Failure, failureOf } from './failure.ts'

/** What is said back to a question, once. */
export type Answer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly error: Failure }

/** Sends a message; what is listed in `transfer` changes hands. */
export type Post = (message: object, transfer?: readonly Transferable[]) => void

/** The asking side: numbers its questions and hands each answer to whoever asked. */
export class Caller {
  readonly #post: Post
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #lastId = 0
  #ended: unknown

  constructor(post: Post) {
    this.#post = post
  }

  /** @throws {ServiceError} what the other side threw, or what {@link end} was given */
  call(question: object, transfer?: readonly Transferable[]): Promise<unknown> {
    return this.ask(question, transfer).answered
  }

  /** Like {@link call}, for whoever needs the question's number. */
  ask(question: object, transfer?: readonly Transferable[]): { readonly id: number; readonly answered: Promise<unknown> } {
    this.#lastId += 1
    const id = this.#lastId
    const asked = Promise.withResolvers<unknown>()
    if (this.#ended === undefined) {
      this.#waiting.set(id, asked)
      this.#post({ ...question, id }, transfer)
    } else asked.reject(this.#ended)
    return { id, answered: asked.promise }
  }

  /** @returns false when the message is no answer */
  receive(message: object): boolean {
    if (!('ok' in message)) return false
    const answer = message as Answer
    const asked = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.ok) asked?.resolve(answer.value)
    else asked?.reject(errorOf(answer.error))
    return true
  }

  /** The other side is gone: every question, asked or still to come, fails with `reason`. */
  end(reason: unknown): void {
    this.#ended ??= reason
    for (const asked of this.#waiting.values()) asked.reject(reason)
    this.#waiting.clear()
  }
}

/** The answering side: does the work and says what came of it. */
export async function answer(id: number, post: Post, work: () => Promise<unknown>): Promise<void> {
  let said: Answer
  try {
    said = { id, ok: true, value: await work() }
  } catch (error) {
    said = { id, ok: false, error: failureOf(error) }
  }
  post(said)
}

/** Answers every question that comes through a port, and says that it is ready to. What a thread is asked is for it and who started it to agree on. */
export function answerAll(port: MessagePort, handle: (question: never) => Promise<unknown>): void {
  const post: Post = (message) => port.postMessage(message)
  port.on('message', (question: { readonly id: number }) => void answer(question.id, post, () => handle(question as never)))
  port.postMessage({ kind: 'ready' })
}
