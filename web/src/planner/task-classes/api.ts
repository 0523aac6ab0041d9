import { api, bodyOf, keyed } from '@/api/client'
import type { ClassBody } from './types'

/** A user has at most a hundred classes: one page holds them. */
const page_size = 100

/** Beneath one root, so that whoever changes the schedule can have all of them read again. */
export const classKeys = {
  all: ['task-classes'] as const,
  list: ['task-classes', 'list'] as const,
  one: (id: number) => ['task-classes', 'one', id] as const,
}

export const listClasses = () => bodyOf(api.GET('/api/v1/task-classes', { params: { query: { page: 1, page_size } } }))
export const readClass = (id: number) => bodyOf(api.GET('/api/v1/task-classes/{id}', { params: { path: { id } } }))
export const createClass = (body: ClassBody, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/task-classes', { params: { header: keyed(idempotencyKey) }, body }))
/** The whole class; another version there is a conflict and nothing is overwritten. */
export const saveClass = (id: number, body: ClassBody, version: number) =>
  bodyOf(api.PUT('/api/v1/task-classes/{id}', { params: { path: { id } }, body: { ...body, version } }))
export const deleteClass = (id: number) => bodyOf(api.DELETE('/api/v1/task-classes/{id}', { params: { path: { id } } }))
export const markItem = (id: number, itemId: number, done: boolean) => {
  const params = { path: { id, itemId } }
  return bodyOf(
    done
      ? api.POST('/api/v1/task-classes/{id}/items/{itemId}/done', { params })
      : api.POST('/api/v1/task-classes/{id}/items/{itemId}/undo-done', { params }),
  )
}
