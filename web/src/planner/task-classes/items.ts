import type { Line } from './lines'
import type { ItemPlace, TaskItem } from './types'

/** An item in the editor; `key` stays while it moves about, `id` is the server's. */
export interface Draft {
  key: number
  id?: number
  content: string
  sections: number
  /** Milliseconds, as the date field has them. */
  deadline: number | null
  done_at: string | null
  placement: ItemPlace | null
}

let nextKey = 1

export const draftOf = (item: TaskItem): Draft => ({
  key: nextKey++,
  id: item.id,
  content: item.content,
  sections: item.sections,
  deadline: item.deadline_at ? new Date(item.deadline_at).getTime() : null,
  done_at: item.done_at,
  placement: item.placement,
})

export const newDraft = (line: Line = { content: '', sections: 2 }): Draft => ({
  key: nextKey++,
  ...line,
  deadline: null,
  done_at: null,
  placement: null,
})

/** An item that was kept by an earlier visit. */
export const keyedAnew = (item: Draft): Draft => ({ ...item, key: nextKey++ })

/** The list with the item at `from` standing at `to`; outside the list it stops at its ends. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const at = Math.max(0, Math.min(list.length - 1, to))
  if (from === at || from < 0 || from >= list.length) return [...list]
  const rest = list.filter((_, i) => i !== from)
  return [...rest.slice(0, at), list[from]!, ...rest.slice(at)]
}

export const inserted = <T>(list: readonly T[], at: number, more: readonly T[]): T[] => [
  ...list.slice(0, at),
  ...more,
  ...list.slice(at),
]

/** Placed items that the list has in another order than a term's timetable: a re-plan is due. */
export function outOfOrder(list: readonly Pick<Draft, 'placement'>[]): boolean {
  const last = new Map<number, number>()
  return list.some(({ placement: p }) => {
    if (!p) return false
    const [before, at] = [last.get(p.term_id) ?? 0, (p.week * 7 + p.day) * 100 + p.section_from]
    last.set(p.term_id, at)
    return at < before
  })
}
