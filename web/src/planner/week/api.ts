import { request } from '@/api/client'
import { oncePerIntent } from '@/api/idempotency'
import type { Change } from './moves'
import type { Carried } from './verdict'
import type { Changed, Slot, Term, Today, Week } from './types'

export const readTerm = () => request<Term>('GET', 'terms/current')
export const saveTerm = (body: Partial<Term>) => request<Term>('PUT', 'terms/current', { body })
export const readWeek = (n: number) => request<Week>('GET', `schedule/weeks/${n}`)
export const readToday = () => request<Today>('GET', 'schedule/today')

interface Told {
  /** The schedule's version as this page read it. */
  version?: number
  /** Items of a class may pass each other. */
  allow_reorder?: boolean
}

const begin = ({ week, day, section_from }: Slot) => ({ week, day, section_from })

const create = oncePerIntent((body: object, idempotencyKey) =>
  request<Changed>('POST', 'schedule/placements', { body, idempotencyKey }),
)

const place = ({ item_id, quick_task_id, sections }: Carried, to: Slot, told: Told) =>
  create({ item_id, quick_task_id, ...begin(to), sections, ...told })

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
