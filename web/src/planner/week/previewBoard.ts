import { boardBlock, type BoardBlock } from './pieces'
import type { Block, ClassSummary, Plan, PlanDiff, PlanPlacement, PlanReason, Slot } from './types'

function suggestion(placement: PlanPlacement, owner: ClassSummary | undefined): Block {
  return {
    ...placement,
    kind: 'item',
    id: -placement.item_id,
    task_class_name: owner?.name,
    hue: owner?.hue,
  }
}

const bySlot = (a: Slot, b: Slot) => a.week - b.week || a.day - b.day || a.section_from - b.section_from

/** What a week would look like: what stays as it is, what is suggested dashed, what would leave faded. */
export function previewBlocks(
  week: number,
  real: readonly Block[],
  plan: Plan,
  classes: readonly ClassSummary[],
): BoardBlock[] {
  const changed = new Map(plan.diff.map((diff) => [diff.item_id, diff]))
  const stays = real.map((block) => boardBlock(block, block.item_id && changed.has(block.item_id) ? 'leaving' : 'real'))
  const comes = plan.placements
    .filter((placement) => placement.week === week && changed.has(placement.item_id))
    .map((placement) => {
      const owner = classes.find((candidate) => candidate.id === placement.task_class_id)
      return boardBlock(suggestion(placement, owner), 'suggested')
    })
  return [...stays, ...comes]
}

/** The blocks that stand in the way of an adjustment: those of the preview without what would leave. */
export const occupying = (blocks: readonly BoardBlock[]): BoardBlock[] =>
  blocks.filter((block) => block.look !== 'leaving')

export interface DiffGroup {
  week: number | null
  diffs: PlanDiff[]
}

/** Changes by the week that they lead to, in the order of time; what loses its place comes last. */
export function groupDiff(diffs: readonly PlanDiff[]): DiffGroup[] {
  const groups = new Map<number | null, PlanDiff[]>()
  for (const diff of diffs) {
    const week = diff.to?.week ?? null
    groups.set(week, [...(groups.get(week) ?? []), diff])
  }
  const inTime = (a: PlanDiff, b: PlanDiff) => (a.to && b.to ? bySlot(a.to, b.to) : 0)
  return [...groups]
    .sort(([a], [b]) => (a ?? Infinity) - (b ?? Infinity))
    .map(([week, list]) => ({ week, diffs: list.sort(inTime) }))
}

export interface ReasonGroup {
  task_class_id: number
  rule: string
  titles: string[]
  missing: number
  /** What the user has said, where that is the rule. */
  because: string
}

/** What could not be placed, once for each class and rule. */
export function groupReasons(reasons: readonly PlanReason[]): ReasonGroup[] {
  const groups = new Map<string, ReasonGroup>()
  for (const { task_class_id, rule, title, missing_sections, because } of reasons) {
    const key = `${task_class_id} ${rule}`
    const group = groups.get(key) ?? { task_class_id, rule, titles: [], missing: 0, because: because ?? '' }
    groups.set(key, { ...group, titles: [...group.titles, title], missing: group.missing + missing_sections })
  }
  return [...groups.values()].sort((a, b) => b.missing - a.missing)
}

/** Where to look first: the earliest place that the plan fills. */
export const firstSlot = (plan: Plan): Slot | null => groupDiff(plan.diff)[0]?.diffs[0]?.to ?? null
