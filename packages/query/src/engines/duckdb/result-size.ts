// Which results are small; the server decides by the same measure as its children, and loads nothing of theirs.

/** Files of one job that take no more bytes than this together are not synced: whoever takes them over keeps their bytes where they are on disk at once. */
export const smallResultBytes = 65_536
