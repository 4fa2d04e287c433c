// Where a planner thread is, in memory that it shares with its main thread: whether it can be ended at once.

/** One that is retired never enters DuckDB again. */
export const plannerPlaces = { outside: 0, inDuckdb: 1, retired: 2 } as const
