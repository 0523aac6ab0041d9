import { request } from '@/api/client'
import type { Paged, QuickTask, TaskFields } from '@/api/types'

/** The server's largest page; a person with more open tasks than this sees the first ones and a note. */
export const taskPageSize = 100

export const listTasks = (completed: boolean, pageSize = taskPageSize) =>
  request<Paged<QuickTask>>('GET', 'tasks', { query: { completed, page: 1, page_size: pageSize } })
export const createTask = (body: TaskFields, idempotencyKey: string) =>
  request<QuickTask>('POST', 'tasks', { body, idempotencyKey })

/** How the sentence was read: by rules, or by a model where these were unsure. */
export interface AddedTask extends QuickTask {
  read_by: 'rule' | 'model'
  second_opinion: 'not_needed' | 'off' | 'no_model' | 'used' | 'no_better' | 'insufficient_credit' | 'failed'
  credit_micros: number
}

export const quickAddTask = (text: string, idempotencyKey: string) =>
  request<AddedTask>('POST', 'tasks/quick-add', {
    body: { text, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
    idempotencyKey,
  })
/** With `updated_at`, the version that was edited: a newer one there is a conflict and nothing is overwritten. */
export const patchTask = (id: number, body: Partial<TaskFields> & { updated_at?: string }) =>
  request<QuickTask>('PATCH', `tasks/${id}`, { body })
export const deleteTask = (id: number) => request<void>('DELETE', `tasks/${id}`)
export const completeTask = (id: number) => request<QuickTask>('POST', `tasks/${id}/complete`)
export const reopenTask = (id: number) => request<QuickTask>('POST', `tasks/${id}/undo-complete`)
