// What helps when a source refuses or is lost: the words that follow what it said.

import { say } from '@tributary/rules'

/** The socket ended, and nobody said why. */
export const lossAdvice = say`; the source, or what lies between, ended the session: run the job again, and ask the doctor if it goes on`

/** The source ended the session on purpose, or is going down, or coming up. */
export const endedAdvice = say`; the source ended the session: run the job again once it is up`

/** The login was refused. */
export const loginAdvice = say`; if the password has changed at the source, give the auth-info the new one`

/** A lock was waited for in vain. */
export const lockAdvice = say`; another session at the source holds a lock: run the job again once that one is through`

/** The source admits no more sessions. */
export const fullAdvice = say`; the source has no session to spare: run the job again later, or let it take more`
