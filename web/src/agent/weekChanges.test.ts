import { describe, expect, it } from 'vitest'
import { changedWeeks, changesOf } from './weekChanges'

const place = (week: number, day: number, from: number) => ({
  date: `2026-11-2${day}`,
  week,
  day,
  section_from: from,
  section_to: from + 1,
})

describe('the picture of a change', () => {
  it('shows a move as what leaves and what comes, by week', () => {
    const changes = changesOf({
      type: 'week_changes',
      changes: [{ title: 'A', before: place(2, 1, 3), after: place(1, 4, 5) }],
    })
    expect(changedWeeks(changes)).toEqual([
      { week: 1, from: 5, to: 6, marks: [{ title: 'A', at: place(1, 4, 5), kind: 'comes' }] },
      { week: 2, from: 3, to: 4, marks: [{ title: 'A', at: place(2, 1, 3), kind: 'leaves' }] },
    ])
  })

  it('shows once what changes without moving', () => {
    const changes = changesOf({
      type: 'week_changes',
      changes: [{ title: 'A', before: place(1, 1, 3), after: place(1, 1, 3) }],
    })
    expect(changedWeeks(changes)[0]!.marks.map((mark) => mark.kind)).toEqual(['stays'])
  })

  it('takes nothing from another card, and no place that is none', () => {
    expect(changesOf({ type: 'task', changes: [] })).toEqual([])
    const odd = changesOf({ type: 'week_changes', changes: [{ title: 7, before: {}, after: null }] })
    expect(odd).toEqual([{ title: '', before: null, after: null }])
    expect(changedWeeks(odd)).toEqual([])
  })
})
