// Functions that are casts by another name: int(x) is CAST(x AS INT).

import type { ColumnType } from '@tributary/rules'
import type { Bound } from '../bound.ts'
import { castTo } from '../casts.ts'
import type { Named, SparkFunction } from './function.ts'

function conversion(type: ColumnType): SparkFunction {
  return {
    arity: [1, 1],
    rewrite: ([value]) => castTo(value as Bound, type),
    title: ([value]) => (value as Bound).name,
  }
}

/** Functions that convert, by name. */
export const conversionFunctions: Named<SparkFunction> = {
  bigint: conversion({ kind: 'bigint' }),
  binary: conversion({ kind: 'binary' }),
  boolean: conversion({ kind: 'boolean' }),
  date: conversion({ kind: 'date' }),
  decimal: conversion({ kind: 'decimal', precision: 10, scale: 0 }),
  double: conversion({ kind: 'double' }),
  float: conversion({ kind: 'float' }),
  int: conversion({ kind: 'int' }),
  smallint: conversion({ kind: 'smallint' }),
  string: conversion({ kind: 'string' }),
  timestamp: conversion({ kind: 'timestamp' }),
  tinyint: conversion({ kind: 'tinyint' }),
}
