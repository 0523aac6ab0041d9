import { describe, expect, it } from 'vitest'
import { oneClick, relaxed } from './relax'
import type { Relaxation, TaskClass } from './types'

const owner = {
  end_date: '2026-12-28',
  excluded_days: [6, 7],
  excluded_pairs: [5, 6],
  allow_filler_courses: false,
} as unknown as TaskClass
const of = (kind: Relaxation['kind'], more: Partial<Relaxation> = {}): Relaxation => ({
  kind,
  task_class_id: 1,
  sections_gained: 2,
  day: null,
  pair: null,
  section_from: null,
  section_to: null,
  ...more,
})

describe('a relaxation', () => {
  it('allows one day and leaves the others out', () =>
    expect(relaxed(owner, of('allow_day', { day: 7 }))?.excluded_days).toEqual([6]))
  it('allows a pair of sections', () =>
    expect(relaxed(owner, of('allow_pair', { pair: 5 }))?.excluded_pairs).toEqual([6]))
  it('allows filler courses', () => expect(relaxed(owner, of('allow_filler'))?.allow_filler_courses).toBe(true))
  it('ends a week later, over the turn of the year', () =>
    expect(relaxed(owner, of('extend_week'))?.end_date).toBe('2027-01-04'))
  it('never takes deadlines away by one click', () => {
    expect(oneClick(of('drop_deadlines'))).toBe(false)
    expect(relaxed(owner, of('drop_deadlines'))).toBeNull()
  })
})
