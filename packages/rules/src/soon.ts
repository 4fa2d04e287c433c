// Values that may be there already: hot paths go on with them at once, and wait only where there is something to wait for.

/** A value, or the promise of it. `await` takes both; whoever makes one may also throw at once, so nobody chains on it. */
export type Soon<Value> = Value | Promise<Value>

/** Goes on with a value as soon as it is there: at once where it is, which spares a promise and a turn for each step. */
export function whenThere<Value, Result>(soon: Soon<Value>, next: (value: Value) => Soon<Result>): Soon<Result> {
  return soon instanceof Promise ? whenResolved(soon, next) : next(soon)
}

async function whenResolved<Value, Result>(promise: Promise<Value>, next: (value: Value) => Soon<Result>): Promise<Result> {
  return next(await promise)
}

/** Several values in their order, as soon as all are there. */
export function allThere<Values extends readonly unknown[]>(
  soons: { readonly [Index in keyof Values]: Soon<Values[Index]> },
): Soon<Values> {
  return soons.some((soon) => soon instanceof Promise)
    ? (Promise.all(soons) as Promise<unknown> as Promise<Values>)
    : (soons as unknown as Values)
}
