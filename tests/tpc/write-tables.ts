// Writes the tables of TPC-H as Parquet, for Spark to read: `node tools/run.mjs tests/tpc/write-tables.ts FOLDER [SCALE]`.

import { mkdirSync } from 'node:fs'
import { DuckDBInstance } from '@duckdb/node-api'
import { recordedScale, writeTpch } from './tables.ts'

const [folder, scale] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder to write to')
mkdirSync(folder, { recursive: true })
const instance = await DuckDBInstance.create(':memory:')
const connection = await instance.connect()
await writeTpch(connection, folder, scale === undefined ? recordedScale : Number(scale))
connection.closeSync()
instance.closeSync()
