import { meet } from './grid'
import { isStudy, keyOf } from './pieces'
import { swappedSlot, type Carried } from './verdict'
import type { Block, Changed, Slot, Week } from './types'

/** What one gesture does to the schedule. */
export type Change =
  | { kind: 'move'; block: Block; to: Slot }
  | { kind: 'place'; what: Carried; to: Slot }
  | { kind: 'swap'; a: Block; b: Block }
  | { kind: 'unplace'; block: Block }
  | { kind: 'lock'; block: Block; locked: boolean }
  | { kind: 'miss'; block: Block; missed: boolean }

let nextTemporary = -1

export const isSame = (a: Block, b: Block) => keyOf(a) === keyOf(b)

/** The filler course of the week that a slot lies in. */
function fillerAt(blocks: readonly Block[], slot: Slot): number | null {
  return blocks.find((block) => block.kind === 'course' && block.embeddable && meet(block, slot))?.id ?? null
}

function put(week: Week, block: Block, to: Slot): Week {
  const others = week.blocks.filter((other) => !isSame(other, block))
  if (to.week !== week.week) return { ...week, blocks: others }
  return {
    ...week,
    blocks: [...others, { ...block, ...to, embedded_in: fillerAt(others, to), conflict: false, missed: false }],
  }
}

function blockOf(what: Carried, to: Slot): Block {
  return {
    kind: what.quick_task_id ? 'task' : 'item',
    id: nextTemporary--,
    title: what.title,
    starts_at: '',
    ends_at: '',
    item_id: what.item_id,
    quick_task_id: what.quick_task_id,
    task_class_id: what.task_class_id,
    task_class_name: what.task_class_name,
    hue: what.hue,
    ...to,
  }
}

const patched = (week: Week, block: Block, change: Partial<Block>): Week => ({
  ...week,
  blocks: week.blocks.map((other) => (isSame(other, block) ? { ...other, ...change } : other)),
})

/** The week as it will be once the server agrees. */
export function expected(week: Week, change: Change): Week {
  switch (change.kind) {
    case 'move':
      return put(week, change.block, change.to)
    case 'place':
      return put(week, blockOf(change.what, change.to), change.to)
    case 'swap': {
      const { a, b } = change
      return put(put(week, a, swappedSlot(a, b)), b, swappedSlot(b, a))
    }
    case 'unplace':
      return { ...week, blocks: week.blocks.filter((other) => !isSame(other, change.block)) }
    case 'lock':
      return patched(week, change.block, { locked: change.locked })
    case 'miss':
      return patched(week, change.block, { missed: change.missed, done: !change.missed })
  }
}

/** The change with the numbers that the server has given its blocks since: a gesture need not wait for the last answer. */
export function numbered(change: Change, blocks: readonly Block[]): Change {
  const now = (block: Block) =>
    block.id > 0 ? block : (blocks.find((other) => other.id > 0 && isSame(other, block)) ?? block)
  if (change.kind === 'place') return change
  if (change.kind === 'swap') return { ...change, a: now(change.a), b: now(change.b) }
  return { ...change, block: now(change.block) }
}

/** The week with what the server says it did; what was only expected goes. */
export function confirmed(week: Week, changed: Changed): Week {
  const gone = new Set(changed.removed)
  const kept = week.blocks.filter(
    (block) =>
      !isStudy(block) ||
      (block.id > 0 && !gone.has(block.id) && !changed.placed.some((placed) => placed.id === block.id)),
  )
  return {
    ...week,
    version: changed.version,
    blocks: [...kept, ...changed.placed.filter((block) => block.week === week.week)],
  }
}
