import { describe, expect, it } from 'vitest'
import { mondayOf, problemsOf } from '../term/termForm'
import { daysOffIn } from './holidays'
import { firstMonday, hours, seasonOf } from './setup'

describe('the first Monday', () => {
  it('lies as many weeks back as have gone by', () => {
    expect(firstMonday('2026-11-30', 1)).toBe('2026-11-30')
    expect(firstMonday('2026-12-06', 13)).toBe('2026-09-07')
    expect(firstMonday('2026-03-01', 1)).toBe('2026-02-23')
  })
  it('names the term', () => {
    expect(seasonOf('2026-09-07')).toEqual({ season: 'autumn', year: '2026' })
    expect(seasonOf('2027-02-22')).toEqual({ season: 'spring', year: '2027' })
    expect(seasonOf('2026-12-28')).toEqual({ season: 'spring', year: '2027' })
    expect(seasonOf('2026-07-06').season).toBe('summer')
  })
})

describe('what is proposed', () => {
  it.each(['2026-02-23', '2026-09-07', '2027-03-01'])('can be saved as the term of %s', (first_monday) => {
    for (const section_times of Object.values(hours)) {
      const form = {
        name: 'x',
        first_monday,
        weeks: 20,
        time_zone: 'Asia/Shanghai',
        section_times,
        study_on_holidays: false,
      }
      const last = new Date(Date.parse(first_monday) + (20 * 7 - 1) * 86_400_000).toISOString().slice(0, 10)
      expect(problemsOf({ ...form, ...daysOffIn(first_monday, last) })).toEqual({})
    }
  })
  it('has working weekends for the days that they make up for', () => {
    const { holidays, swap_days } = daysOffIn('2026-09-07', '2027-01-24')
    const off = new Set(holidays.map(({ date }) => date))
    expect(off.size).toBe(holidays.length)
    expect(swap_days.map(({ date }) => date)).toEqual(['2026-09-20', '2026-10-10'])
    for (const { date, follows } of swap_days) {
      expect([0, 6]).toContain(new Date(date).getUTCDay())
      expect([off.has(date), off.has(follows)]).toEqual([false, true])
      expect(mondayOf(follows)).not.toBe(follows)
    }
  })
})
