import { describe, expect, it } from 'vitest'
import {
  clockIn,
  depthOf,
  gapsOf,
  meet,
  neighbourOf,
  overlap,
  rowsOf,
  rowTracks,
  sectionAt,
  sectionPx,
  stepSlot,
} from './grid'
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

const gaps = gapsOf(times, [])
const at = (from: number, to: number) => ({ section_from: from, section_to: to })

describe('the rows of the board', () => {
  it('have a gap at noon alone', () => expect(rowTracks(times, gaps).split(' ')[2]).toBe('12px'))
  it('count the gap for what stands after it', () => {
    expect(rowsOf(gaps, at(2, 2))).toEqual({ start: 2, end: 3 })
    expect(rowsOf(gaps, at(3, 4))).toEqual({ start: 4, end: 6 })
  })
  it('take a block over noon across the gap', () => expect(rowsOf(gaps, at(2, 3))).toEqual({ start: 2, end: 5 }))
})

describe('an event between two sections', () => {
  it('makes the pause tall enough and lies in it', () => {
    const filled = gapsOf(times, [at(3, 2)])
    expect(rowTracks(times, filled)).toBe('var(--section) var(--section) 24px var(--section) var(--section)')
    expect(rowsOf(filled, at(3, 2))).toEqual({ start: 3, end: 4 })
    expect(rowsOf(filled, at(3, 3))).toEqual({ start: 4, end: 5 })
  })
  it('has a row of its own before the first section and after the last', () => {
    const filled = gapsOf(times, [at(1, 0), at(5, 4)])
    expect(rowTracks(times, filled).split(' ')).toHaveLength(7)
    expect(rowsOf(filled, at(1, 0))).toEqual({ start: 1, end: 2 })
    expect(rowsOf(filled, at(1, 1))).toEqual({ start: 2, end: 3 })
    expect(rowsOf(filled, at(5, 4))).toEqual({ start: 7, end: 8 })
    expect(sectionAt(times, filled, 24 + 1)).toBe(1)
    expect(sectionAt(times, filled, 9_999)).toBe(4)
    expect(depthOf(times, filled, 1400)).toBe(24 + 4 * sectionPx + 12)
  })
  it('is in the way of nothing', () => {
    expect(meet(slot(1, 2, 3, 2), slot(1, 2, 2, 3))).toBe(false)
    expect(meet(slot(1, 2, 3, 2), slot(1, 2, 3))).toBe(false)
    expect(meet(slot(1, 2, 3, 2), slot(1, 2, 3, 2))).toBe(false)
  })
  it('shares its row with another in the same pause and with what goes on over it', () => {
    expect(overlap(slot(1, 2, 3, 2), slot(1, 2, 2, 3))).toBe(true)
    expect(overlap(slot(1, 2, 3, 2), slot(1, 2, 3, 2))).toBe(true)
    expect(overlap(slot(1, 2, 3, 2), slot(1, 2, 3))).toBe(false)
    expect(overlap(slot(1, 2, 3, 2), slot(1, 2, 2))).toBe(false)
    expect(overlap(slot(1, 2, 3, 2), slot(1, 3, 3, 2))).toBe(false)
  })
})

describe('the now-line', () => {
  it('lies before the first section in the morning', () => expect(depthOf(times, gaps, 400)).toBe(0))
  it('lies within a section by its minutes', () =>
    expect(depthOf(times, gaps, 14 * 60 + 15)).toBe(2 * sectionPx + 12 + sectionPx / 3))
  it('waits at the end of the morning during noon', () => expect(depthOf(times, gaps, 720)).toBe(2 * sectionPx))
  it('lies at the end at night', () => expect(depthOf(times, gaps, 1400)).toBe(4 * sectionPx + 12))
  it('knows the time of the term, not of the browser', () => {
    expect(clockIn('Asia/Shanghai', new Date('2026-11-22T20:30:00Z'))).toEqual({ date: '2026-11-23', minutes: 270 })
  })
})

describe('a pointer', () => {
  it('is over the section that it lies in', () => expect(sectionAt(times, gaps, sectionPx + 1)).toBe(2))
  it('in a gap is over the section after it', () => expect(sectionAt(times, gaps, 2 * sectionPx + 3)).toBe(3))
  it('below the board is over the last one', () => expect(sectionAt(times, gaps, 9_999)).toBe(4))
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
