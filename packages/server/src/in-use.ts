// The failure that another start can wait out.

/** Another process has the data directory or the address. Exit code 3. */
export class InUseError extends Error {
  override readonly name = 'InUseError'
}
