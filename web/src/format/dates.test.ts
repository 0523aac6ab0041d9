import { describe, expect, it } from 'vitest'
import { ago, daysAway, deadlineText, nearness } from './dates'

const now = new Date(2026, 10, 22, 18, 30)
const at = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString()

describe('a deadline', () => {
  it('of the near days is named', () => {
    expect(deadlineText(at(22, 20), 'zh-CN', now)).toBe('今天 20:00')
    expect(deadlineText(at(23, 9), 'en', now)).toBe('tomorrow 09:00')
  })
  it('further away is dated', () => expect(deadlineText(at(27, 18), 'en', now)).toBe('Fri, Nov 27 18:00'))
  it('counts calendar days and not spans of 24 hours', () => expect(daysAway(at(23, 0), now)).toBe(1))
  it('is overdue, soon or later', () => {
    expect(nearness(at(22, 18), now)).toBe('overdue')
    expect(nearness(at(23, 18), now)).toBe('soon')
    expect(nearness(at(23, 19), now)).toBe('later')
  })
})

describe('time that has passed', () => {
  it('is told in its coarsest unit', () => {
    expect(ago(at(20, 18), 'en', now)).toBe('2 days ago')
    expect(ago(at(22, 16), 'en', now)).toBe('2 hours ago')
  })
})
