import { describe, expect, it } from 'vitest'
import { groupDiff, groupReasons, previewBlocks } from './previewBoard'
import type { Block, ClassSummary, Plan, PlanDiff, PlanReason } from './types'

const at = (week: number, day: number, from: number) => ({ week, day, section_from: from, section_to: from })
const diff = (item_id: number, to: PlanDiff['to'], from: PlanDiff['from'] = null): PlanDiff => ({
  item_id,
  task_class_id: 1,
  title: `i${item_id}`,
  change: from ? (to ? 'moved' : 'removed') : 'placed',
  from,
  to,
})
const block = (id: number, slot: ReturnType<typeof at>): Block => ({
  kind: 'item',
  id: id + 100,
  item_id: id,
  title: `i${id}`,
  starts_at: '',
  ends_at: '',
  ...slot,
})
const placement = (item_id: number, slot: ReturnType<typeof at>) => ({
  item_id,
  task_class_id: 1,
  title: '',
  starts_at: '',
  ends_at: '',
  ...slot,
})

describe('the board of a preview', () => {
  const plan = {
    placements: [placement(1, at(6, 1, 1)), placement(2, at(6, 2, 1)), placement(3, at(7, 1, 1))],
    diff: [diff(2, at(6, 2, 1), at(6, 5, 5)), diff(3, at(7, 1, 1))],
  } as unknown as Plan
  const shown = previewBlocks(6, [block(1, at(6, 1, 1)), block(2, at(6, 5, 5))], plan, [
    { id: 1, name: 'Maths', hue: 4 } as ClassSummary,
  ])

  it('keeps what the plan leaves alone, fades what it takes away and dashes what it adds to this week', () => {
    expect(shown.map(({ item_id, look, day }) => [item_id, look, day])).toEqual([
      [1, 'real', 1],
      [2, 'leaving', 5],
      [2, 'suggested', 2],
    ])
  })
  it('gives suggestions the hue of their class', () =>
    expect(shown[2]).toMatchObject({ hue: 4, task_class_name: 'Maths' }))
  it('draws what leaves and what comes under different names', () =>
    expect(new Set(shown.map(({ key }) => key)).size).toBe(3))
})

describe('the list of changes', () => {
  it('is grouped by week in the order of time, with what loses its place last', () => {
    const groups = groupDiff([
      diff(2, at(7, 1, 1)),
      diff(1, null, at(6, 1, 1)),
      diff(3, at(6, 3, 1)),
      diff(4, at(6, 2, 9)),
    ])
    expect(groups.map(({ week, diffs }) => [week, diffs.map(({ item_id }) => item_id)])).toEqual([
      [6, [4, 3]],
      [7, [2]],
      [null, [1]],
    ])
  })
  it('says a reason once for a class', () => {
    const reason = (item_id: number, rule: PlanReason['rule']) => ({
      item_id,
      task_class_id: 1,
      title: `i${item_id}`,
      rule,
      missing_sections: 2,
      because: null,
    })
    expect(groupReasons([reason(1, 'full'), reason(2, 'excluded'), reason(3, 'full')])).toEqual([
      { task_class_id: 1, rule: 'full', titles: ['i1', 'i3'], missing: 4, because: '' },
      { task_class_id: 1, rule: 'excluded', titles: ['i2'], missing: 2, because: '' },
    ])
  })
})
