// What an engine does for a job, as Spark would tell it: one job of its own, with a task for each scan and one for the whole.

import type { Job } from '@tributary/rules'

/** The members `sub_job_id` and `sub_jobs` of a job's progress; a job that no engine has taken up has none. */
export function subJobs(job: Job) {
  const { id, tasks = 0, finishedTasks = 0 } = job
  if (tasks === 0) return { sub_jobs: [] }
  const isOver = job.state === 'FINISHED' || job.state === 'FAILED' || job.state === 'CANCELLED'
  const completed = job.state === 'FINISHED' ? tasks : Math.min(finishedTasks, tasks - 1)
  const failed = isOver && job.state !== 'FINISHED' ? 1 : 0
  const counts = { num_tasks: tasks, num_active_tasks: isOver ? 0 : tasks - completed, num_completed_tasks: completed }
  const subJob = {
    id: 0,
    name: job.type,
    description: job.statement,
    submission_time: sparkTime(job.startedAt),
    ...(isOver && job.endedAt !== undefined ? { completion_time: sparkTime(job.endedAt) } : {}),
    stage_ids: [0],
    job_group: id,
    status: isOver ? (failed === 0 ? 'SUCCEEDED' : 'FAILED') : 'RUNNING',
    ...counts,
    num_skipped_tasks: 0,
    num_failed_tasks: failed,
    num_killed_tasks: isOver ? tasks - completed - failed : 0,
    num_completed_indices: completed,
    num_active_stages: isOver ? 0 : 1,
    num_completed_stages: isOver && failed === 0 ? 1 : 0,
    num_skipped_stages: 0,
    num_failed_stages: failed,
    killed_tasks_summary: {},
  }
  return { sub_job_id: 0, sub_jobs: [subJob] }
}

/** `Mon Jul 27 17:24:03 UTC 2020`. @param at - ms since the epoch */
function sparkTime(at: number): string {
  const [weekday = '', day = '', month = '', year = '', time = ''] = new Date(at).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day} ${time} UTC ${year}`
}
