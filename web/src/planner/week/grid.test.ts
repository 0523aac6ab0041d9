import { describe, expect, it } from 'vitest'
import { clockIn, depthOf, gapsBefore, neighbourOf, rowsOf, sectionAt, sectionPx, stepSlot } from './grid'
import type { Block, SectionTime } from './types'

const times: SectionTime[] = [
  { starts: '08:00', ends: '08:45' },
  { starts: '08:55', ends: '09:40' },
  { starts: '14:00', ends: '14:45' },
  { starts: '14:55', ends: '15:40' },
]
const shape = { weeks: 3, sections: 4 }
const slot = (week: number, day: number, from: number, to = from) => ({ week, day, section_from: from, section_to: to })
const block = (day: number, from: number): Block => ({
  kind: 'item',
  id: day * 10 + from,
  title: '',
  starts_at: '',
  ends_at: '',
  ...slot(1, day, from),
})

describe('the rows of the board', () => {
  it('have a gap at noon alone', () => expect(gapsBefore(times)).toEqual([3]))
  it('count the gap for what stands after it', () => {
    expect(rowsOf(times, 2, 2)).toEqual({ start: 2, end: 3 })
    expect(rowsOf(times, 3, 4)).toEqual({ start: 4, end: 6 })
  })
  it('take a block over noon across the gap', () => expect(rowsOf(times, 2, 3)).toEqual({ start: 2, end: 5 }))
})

describe('the now-line', () => {
  it('lies before the first section in the morning', () =>
    expect(depthOf(times, 400)).toEqual({ sections: 0, gaps: 0 }))
  it('lies within a section by its minutes', () =>
    expect(depthOf(times, 14 * 60 + 15)).toEqual({ sections: 2 + 1 / 3, gaps: 1 }))
  it('waits at the end of the morning during noon', () => expect(depthOf(times, 720)).toEqual({ sections: 2, gaps: 0 }))
  it('lies at the end at night', () => expect(depthOf(times, 1400)).toEqual({ sections: 4, gaps: 1 }))
  it('knows the time of the term, not of the browser', () => {
    expect(clockIn('Asia/Shanghai', new Date('2026-11-22T20:30:00Z'))).toEqual({ date: '2026-11-23', minutes: 270 })
  })
})

describe('a pointer', () => {
  it('is over the section that it lies in', () => expect(sectionAt(times, sectionPx + 1)).toBe(2))
  it('in a gap is over the section after it', () => expect(sectionAt(times, 2 * sectionPx + 3)).toBe(3))
  it('below the board is over the last one', () => expect(sectionAt(times, 9_999)).toBe(4))
})

describe('an arrow key', () => {
  it('moves a section and keeps the length', () =>
    expect(stepSlot(slot(1, 2, 1, 2), 'ArrowDown', shape)).toEqual(slot(1, 2, 2, 3)))
  it('stops at the end of the day', () => expect(stepSlot(slot(1, 2, 3, 4), 'ArrowDown', shape)).toBeNull())
  it('leaves Sunday for the Monday after', () =>
    expect(stepSlot(slot(1, 7, 1), 'ArrowRight', shape)).toEqual(slot(2, 1, 1)))
  it('stops at the ends of the term', () => {
    expect(stepSlot(slot(1, 1, 1), 'ArrowLeft', shape)).toBeNull()
    expect(stepSlot(slot(3, 7, 1), 'ArrowRight', shape)).toBeNull()
  })
  it('leads to the block at about the same time of the next day that has one', () => {
    const [a, b, c] = [block(1, 3), block(3, 1), block(3, 4)]
    expect(neighbourOf([a, b, c], a, 'ArrowRight')).toBe(c)
    expect(neighbourOf([a, b, c], b, 'ArrowDown')).toBe(c)
    expect(neighbourOf([a, b, c], a, 'ArrowLeft')).toBeNull()
  })
})
