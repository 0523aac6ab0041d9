import { request } from '@/api/client'
import type { ClassBody, ClassPage, TaskClass, TaskItem } from './types'

/** A user has at most a hundred classes: one page holds them. */
const pageSize = 100

/** Beneath one root, so that whoever changes the schedule can have all of them read again. */
export const classKeys = {
  all: ['task-classes'] as const,
  list: ['task-classes', 'list'] as const,
  one: (id: number) => ['task-classes', 'one', id] as const,
}

export const listClasses = () => request<ClassPage>('GET', 'task-classes', { query: { page: 1, page_size: pageSize } })
export const readClass = (id: number) => request<TaskClass>('GET', `task-classes/${id}`)
export const createClass = (body: ClassBody, idempotencyKey: string) =>
  request<TaskClass>('POST', 'task-classes', { body, idempotencyKey })
/** The whole class; another version there is a conflict and nothing is overwritten. */
export const saveClass = (id: number, body: ClassBody, version: number) =>
  request<TaskClass>('PUT', `task-classes/${id}`, { body: { ...body, version } })
export const deleteClass = (id: number) => request<void>('DELETE', `task-classes/${id}`)
export const markItem = (classId: number, itemId: number, done: boolean) =>
  request<TaskItem>('POST', `task-classes/${classId}/items/${itemId}/${done ? 'done' : 'undo-done'}`)
