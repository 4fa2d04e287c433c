// Functions of Spark 3.3.1 that are not on offer, by why. Whatever stands here is refused by name, like any name that is no function at all.

/** Reasons, and the functions that each keeps out. */
const reasons: readonly (readonly [reason: string, names: string])[] = [
  [
    'answers differently each time, so nothing can be compared',
    'monotonically_increasing_id rand randn random shuffle spark_partition_id uuid',
  ],
  [
    'reaches out of the query: files, classes, the session',
    'current_catalog current_user input_file_block_length input_file_block_start input_file_name java_method reflect version',
  ],
  ['ends a query on purpose', 'assert_true raise_error'],
  ["an approximation whose bytes are Spark's own", 'count_min_sketch histogram_numeric'],
  ['a key would stand in SQL that is kept', 'aes_decrypt aes_encrypt'],
  ['intervals of months and days together are not offered', 'make_interval'],
  [
    'values in other formats than JSON are not offered',
    'from_csv schema_of_csv to_csv xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number xpath_short xpath_string',
  ],
  ['columns that only the values name are not offered', 'schema_of_json'],
  [
    'not compared with Spark yet',
    'make_dt_interval make_ym_interval range sentences session_window to_binary to_number try_to_binary try_to_number window',
  ],
]

/** Why each absent function is absent, by name in lower case. */
export const absentFunctions: Readonly<Record<string, string>> = Object.fromEntries(
  reasons.flatMap(([reason, names]) => names.split(' ').map((name) => [name, reason] as const)),
)
