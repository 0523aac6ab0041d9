import { describe, expect, it } from 'vitest'
import { endOfDay, fromLocal, toLocal } from './deadline'

describe('a deadline in its field', () => {
  it('leads back to the same minute', () => {
    for (const ms of [0, new Date(2026, 11, 1, 23, 59).getTime(), new Date(2027, 6, 15, 3, 5).getTime()])
      expect(fromLocal(toLocal(ms))).toBe(ms)
  })
  it('is nothing where nothing stands', () => {
    expect(toLocal(null)).toBe('')
    expect(fromLocal('')).toBeNull()
    expect(fromLocal('2026-13-01T99:00')).toBeNull()
  })
  it('begins at the end of the day', () => {
    expect(toLocal(endOfDay(new Date(2026, 10, 25, 8)))).toBe('2026-11-25T23:59')
  })
})
