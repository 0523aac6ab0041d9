import { api, bodyOf, keyed } from '@/api/client'
import { oncePerIntent } from '@/api/idempotency'
import { noteZone } from '@/format/moments'
import type { Schemas } from '@/api/types'
import type { Change } from './moves'
import type { Carried } from './verdict'
import type { Changed, Slot } from './types'

export const readWeek = (n: number) => bodyOf(api.GET('/api/v1/schedule/weeks/{n}', { params: { path: { n } } }))

export async function readToday() {
  const today = await bodyOf(api.GET('/api/v1/schedule/today'))
  noteZone(today.term)
  return today
}

/** The schedule's version as this page read it, and whether items of a class may pass each other. */
type Told = Pick<Schemas['PlaceBlockRequest'], 'version' | 'allow_reorder'>

const begin = ({ week, day, section_from }: Slot) => ({ week, day, section_from })

const create = oncePerIntent((body: Schemas['PlaceBlockRequest'], idempotencyKey) =>
  bodyOf(api.POST('/api/v1/schedule/placements', { params: { header: keyed(idempotencyKey) }, body })),
)

const place = ({ item_id, quick_task_id, sections }: Carried, to: Slot, told: Told) =>
  create({ item_id, quick_task_id, ...begin(to), sections, ...told })

export function send(change: Change, told: Told): Promise<Changed> {
  const patch = (id: number, body: Schemas['MoveBlockRequest']) =>
    bodyOf(api.PATCH('/api/v1/schedule/placements/{id}', { params: { path: { id } }, body: { ...body, ...told } }))
  switch (change.kind) {
    case 'move':
      return patch(change.block.id, begin(change.to))
    case 'place':
      return place(change.what, change.to, told)
    case 'swap':
      return bodyOf(api.POST('/api/v1/schedule/swap', { body: { a: change.a.id, b: change.b.id, ...told } }))
    case 'unplace': {
      const params = { path: { id: change.block.id }, query: { version: told.version ?? undefined } }
      return bodyOf(api.DELETE('/api/v1/schedule/placements/{id}', { params }))
    }
    case 'lock':
      return patch(change.block.id, { locked: change.locked })
    case 'miss':
      return patch(change.block.id, { missed: change.missed })
  }
}

/** The change that is meant, or whichever is the last one of the schedule as the page read it. */
type Step = { change_id: number } | { version?: number }
export const undoChange = (step: Step) => bodyOf(api.POST('/api/v1/schedule/undo', { body: step }))
export const redoChange = (step: Step) => bodyOf(api.POST('/api/v1/schedule/redo', { body: step }))
export const readChanges = () => bodyOf(api.GET('/api/v1/schedule/changes'))
