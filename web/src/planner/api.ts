import { zone } from '@/format/moments'
import { api, bodyOf, keyed } from '@/api/client'
import type { Schemas, TaskFields } from '@/api/types'

/** The server's largest page; a person with more open tasks than this sees the first ones and a note. */
export const taskPageSize = 100

export const listTasks = (completed: boolean, page_size = taskPageSize) =>
  bodyOf(api.GET('/api/v1/tasks', { params: { query: { completed, page: 1, page_size } } }))
export const createTask = (body: TaskFields, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/tasks', { params: { header: keyed(idempotencyKey) }, body }))
/** The answer tells how the sentence was read: by rules, or by a model where these were unsure. */
export const quickAddTask = (text: string, idempotencyKey: string) =>
  bodyOf(
    api.POST('/api/v1/tasks/quick-add', {
      params: { header: keyed(idempotencyKey) },
      // Days are those of the term; without one, those of whoever types.
      body: { text, time_zone: zone.value ?? Intl.DateTimeFormat().resolvedOptions().timeZone },
    }),
  )
/** What the line would become, read by rules alone: nothing is stored or paid for. */
export const readTask = (text: string, signal: AbortSignal) =>
  bodyOf(
    api.POST('/api/v1/tasks/quick-add/reading', {
      body: { text, time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone },
      signal,
    }),
  )
/** With `updated_at`, the version that was edited: a newer one there is a conflict and nothing is overwritten. */
export const patchTask = (id: number, body: Schemas['EditQuickTaskRequest']) =>
  bodyOf(api.PATCH('/api/v1/tasks/{id}', { params: { path: { id } }, body }))
/** Every task of the series from now on. */
export const patchSeries = (id: number, body: Schemas['EditSeriesRequest']) =>
  bodyOf(api.PATCH('/api/v1/tasks/{id}/series', { params: { path: { id } }, body }))
export const endSeries = (id: number) => bodyOf(api.DELETE('/api/v1/tasks/{id}/series', { params: { path: { id } } }))
export const deleteTask = (id: number) => bodyOf(api.DELETE('/api/v1/tasks/{id}', { params: { path: { id } } }))
export const completeTask = (id: number) =>
  bodyOf(api.POST('/api/v1/tasks/{id}/complete', { params: { path: { id } } }))
export const reopenTask = (id: number) =>
  bodyOf(api.POST('/api/v1/tasks/{id}/undo-complete', { params: { path: { id } } }))
