import type { Paged } from '@/api/types'
import type { DeadLetter } from '../types'

interface Pages {
  pages: Paged<DeadLetter>[]
  pageParams: unknown[]
}

/** The list as it is once this letter waits for its next try; the list that is given stays as it is. */
export function marked<P extends Pages>(list: P, letter: Pick<DeadLetter, 'module' | 'id'>, now: Date): P {
  const mark = (item: DeadLetter) =>
    item.module === letter.module && item.id === letter.id ? { ...item, requeued_at: now.toISOString() } : item
  return { ...list, pages: list.pages.map((page) => ({ ...page, items: page.items.map(mark) })) }
}
