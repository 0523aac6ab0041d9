import { request } from '@/api/client'
import { newKey } from '@/api/idempotency'
import type { Paged } from '@/api/types'
import type { Change } from './moves'
import type { Carried } from './verdict'
import type { Changed, ClassItem, ClassSummary, Slot, TaskClass, Term, Today, Week } from './types'

export const readTerm = () => request<Term>('GET', 'terms/current')
export const saveTerm = (body: Partial<Term>) => request<Term>('PUT', 'terms/current', { body })
export const readWeek = (n: number) => request<Week>('GET', `schedule/weeks/${n}`)
export const readToday = () => request<Today>('GET', 'schedule/today')

export const listClasses = () =>
  request<Paged<ClassSummary>>('GET', 'task-classes', { query: { page: 1, page_size: 100 } })
export const readClass = (id: number) => request<TaskClass>('GET', `task-classes/${id}`)
export const saveClass = (body: TaskClass) => request<TaskClass>('PUT', `task-classes/${body.id}`, { body })
export const setItemDone = (classId: number, itemId: number, done: boolean) =>
  request<ClassItem>('POST', `task-classes/${classId}/items/${itemId}/${done ? 'done' : 'undo-done'}`)

interface Told {
  /** The schedule's version as this page read it. */
  version?: number
  /** Items of a class may pass each other. */
  allow_reorder?: boolean
}

const begin = ({ week, day, section_from }: Slot) => ({ week, day, section_from })

function place({ item_id, quick_task_id, sections }: Carried, to: Slot, told: Told) {
  const body = { item_id, quick_task_id, ...begin(to), sections, ...told }
  return request<Changed>('POST', 'schedule/placements', { body, idempotencyKey: newKey() })
}

export function send(change: Change, told: Told): Promise<Changed> {
  const patch = (id: number, body: object) =>
    request<Changed>('PATCH', `schedule/placements/${id}`, { body: { ...body, ...told } })
  switch (change.kind) {
    case 'move':
      return patch(change.block.id, begin(change.to))
    case 'place':
      return place(change.what, change.to, told)
    case 'swap':
      return request<Changed>('POST', 'schedule/swap', { body: { a: change.a.id, b: change.b.id, ...told } })
    case 'unplace':
      return request<Changed>('DELETE', `schedule/placements/${change.block.id}`, { query: { version: told.version } })
    case 'lock':
      return patch(change.block.id, { locked: change.locked })
    case 'miss':
      return patch(change.block.id, { missed: change.missed })
  }
}

export interface Undone extends Changed {
  kind: string
}

export const undoChange = (version?: number) => request<Undone>('POST', 'schedule/undo', { body: { version } })
