import { afterEach, describe, expect, it } from 'vitest'
import { dayNumber, localDate, localTime, momentOf, noteZone, startOfDay, zone } from './moments'

afterEach(() => (zone.value = undefined))

describe('a moment in two fields', () => {
  it('comes back as it was given', () => {
    const at = momentOf('2026-12-01', '23:59')
    expect([localDate(at), localTime(at)]).toEqual(['2026-12-01', '23:59'])
  })
  it('is none without a day, and none on a day that does not exist', () => {
    expect([momentOf('', '10:00'), momentOf('2026-13-40', '10:00')]).toEqual([null, null])
    expect([localDate(null), localTime(null)]).toEqual(['', ''])
  })
})

describe('the zone of the term', () => {
  it('says what day and time a moment is, wherever the browser is', () => {
    zone.value = 'Asia/Shanghai'
    const late = Date.parse('2026-11-30T16:30:00Z')
    expect([localDate(late), localTime(late)]).toEqual(['2026-12-01', '00:30'])
    expect(momentOf('2026-12-01', '00:30')).toBe(late)
    expect(startOfDay(late)).toBe(Date.parse('2026-11-30T16:00:00Z'))
    expect(startOfDay(late, 1)).toBe(Date.parse('2026-12-01T16:00:00Z'))
    zone.value = 'America/New_York'
    expect(localDate(late)).toBe('2026-11-30')
    expect(dayNumber(late) - dayNumber(late - 86_400_000)).toBe(1)
  })
  it('knows where a clock change is', () => {
    zone.value = 'America/New_York'
    expect(momentOf('2026-11-01', '12:00')).toBe(Date.parse('2026-11-01T17:00:00Z'))
    expect(momentOf('2026-10-31', '12:00')).toBe(Date.parse('2026-10-31T16:00:00Z'))
    // 02:30 is skipped on 8 March.
    expect(localTime(momentOf('2026-03-08', '02:30'))).toMatch(/^(01|03):30$/)
  })
  it('is that of a saved term alone', () => {
    noteZone({ id: 3, time_zone: 'Europe/Berlin' })
    expect(zone.value).toBe('Europe/Berlin')
    noteZone({ id: null, time_zone: 'Asia/Shanghai' })
    expect(zone.value).toBeUndefined()
  })
})
