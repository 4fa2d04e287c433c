// Where jobs are on the wire.

import { Type } from 'typebox'
import { inProject } from './envelope.ts'

/** The jobs of a project. */
export const jobsPath = '/v1.0/{project_id}/jobs'

/** The parameters of a path that names one job. */
export const jobParams = Type.Object({ ...inProject, job_id: Type.String() })
