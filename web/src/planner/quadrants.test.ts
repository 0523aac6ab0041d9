import { describe, expect, it } from 'vitest'
import type { Quadrant, QuickTask } from '@/api/types'
import { agendaOf, groupByQuadrant, replaceTask, readingNote } from './quadrants'

const task = (id: number, group: Quadrant, deadline?: Date): QuickTask => ({
  id,
  title: `task ${id}`,
  priority_group: group,
  estimated_sections: 1,
  deadline_at: deadline?.toISOString() ?? null,
  urgency_threshold_at: null,
  completed_at: null,
  created_at: '2026-11-01T00:00:00Z',
  updated_at: '2026-11-01T00:00:00Z',
  promoted_at: null,
  promotion_reason: null,
  repeat: null,
})

const ids = (tasks: QuickTask[]) => tasks.map(({ id }) => id)

describe('the quadrants', () => {
  it('put the nearest deadline first and no deadline last', () => {
    const groups = groupByQuadrant([task(1, 2), task(2, 2, new Date(2026, 10, 25)), task(3, 2, new Date(2026, 10, 23))])
    expect(ids(groups[2])).toEqual([3, 2, 1])
  })
  it('leave the other tasks as they are when one moves', () => {
    const before = [task(1, 1), task(2, 2)]
    expect(replaceTask(before, 2, { priority_group: 4 }).map((moved) => moved.priority_group)).toEqual([1, 4])
    expect(before[1]?.priority_group).toBe(2)
  })
})

describe('the agenda', () => {
  const now = new Date(2026, 10, 22, 18)
  it('splits today at the current time', () => {
    const agenda = agendaOf(
      [
        task(1, 1, new Date(2026, 10, 22, 9)),
        task(2, 1, new Date(2026, 10, 22, 23, 59)),
        task(3, 1, new Date(2026, 10, 21, 23)),
        task(4, 1, new Date(2026, 10, 23, 0)),
        task(5, 1, new Date(2026, 10, 30, 0)),
        task(6, 1),
      ],
      now,
    )
    expect(ids(agenda.earlierToday)).toEqual([1])
    expect(ids(agenda.laterToday)).toEqual([2])
    expect(ids(agenda.overdue)).toEqual([3])
    expect(ids(agenda.upcoming)).toEqual([4])
  })
})

describe('how a sentence was read', () => {
  it.each([
    ['rule', 'not_needed', null, ''],
    ['model', 'used', '2026-12-01T00:00:00Z', 'planner.readByModel'],
    ['rule', 'no_model', null, 'planner.dateUnread'],
    ['rule', 'insufficient_credit', '2026-12-01T00:00:00Z', 'planner.dateDoubtful'],
  ])('%s, %s', (read_by, second_opinion, deadline_at, note) =>
    expect(readingNote({ read_by, second_opinion, deadline_at })).toBe(note),
  )
})
