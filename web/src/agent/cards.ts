import type { Card } from './entries'

export interface CardTask {
  id: number
  title: string
  priority_group?: number
  deadline_at?: string
}

function isTask(value: unknown): value is CardTask {
  return !!value && typeof value === 'object' && 'title' in value && typeof value.title === 'string' && 'id' in value
}

/** The tasks of a card, whether it is one task, holds one, or lists several. */
export function tasksOf(card: Card): CardTask[] {
  const lists = [card.tasks, card.items].filter(Array.isArray)
  const candidates: unknown[] = lists.length ? lists.flat() : [card.task ?? card]
  return candidates.filter(isTask)
}
