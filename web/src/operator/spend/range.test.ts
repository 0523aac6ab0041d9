import { describe, expect, it } from 'vitest'
import { dayOf, lastDays, offsetMinutes } from './range'

describe('a range of days', () => {
  const now = new Date(2026, 10, 3, 0, 30)
  it('ends today and has as many days as asked for, over the end of a month', () => {
    expect(lastDays(7, now)).toEqual({ from: '2026-10-28', to: '2026-11-03' })
    expect(dayOf(now)).toBe('2026-11-03')
  })
  it('is off by whole hours', () => expect(offsetMinutes({ getTimezoneOffset: () => -330 } as Date)).toBe(360))
})
