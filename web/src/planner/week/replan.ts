import type { PlanRequest } from './planApi'
import type { Block, ClassSummary } from './types'

export interface Replan {
  missed: number
  conflicts: number
  request: PlanRequest
}

/** What a re-plan would be asked for: the classes of what was missed or is in conflict, moving as little as possible. */
export function replanOf(blocks: readonly Block[], classes: readonly ClassSummary[]): Replan | null {
  const auto = new Set(classes.filter((owner) => owner.mode === 'auto').map((owner) => owner.id))
  const mine = blocks.filter((block) => block.item_id && block.task_class_id && auto.has(block.task_class_id))
  const missed = mine.filter((block) => block.missed)
  const conflicts = mine.filter((block) => block.conflict && !block.missed && !block.passed)
  const wanting = [...missed, ...conflicts]
  if (!wanting.length) return null
  return {
    missed: missed.length,
    conflicts: conflicts.length,
    request: {
      task_class_ids: [...new Set(wanting.map((block) => block.task_class_id!))].slice(0, 6),
      replan: true,
      ...(missed.length && { missed_item_ids: missed.map((block) => block.item_id!) }),
    },
  }
}
