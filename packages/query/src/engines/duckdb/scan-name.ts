// How the SQL that DuckDB runs names the rows of a source.

/** The table function that delivers them, see scan-function.ts. */
export const scanFunctionName = 'tributary_scan'
