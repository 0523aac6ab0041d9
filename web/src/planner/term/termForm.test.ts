import { describe, expect, it } from 'vitest'
import {
  besideTerm,
  later,
  lastDay,
  mondayAfter,
  mondayOf,
  preset,
  problemsOf,
  withSection,
  type TermForm,
} from './termForm'

const form = (more: Partial<TermForm> = {}): TermForm => ({
  name: '大三上',
  first_monday: '2026-09-07',
  weeks: 20,
  time_zone: 'Asia/Shanghai',
  section_times: preset(),
  holidays: [],
  swap_days: [],
  study_on_holidays: false,
  ...more,
})

describe('the term form', () => {
  it('takes the preset as it is', () => {
    expect(preset()).toHaveLength(12)
    expect(preset()[11]).toEqual({ starts: '21:45', ends: '22:30' })
    expect(problemsOf(form())).toEqual({})
  })

  it('knows Mondays, last days and later times', () => {
    expect(mondayOf('2026-09-13')).toBe('2026-09-07')
    expect(mondayOf('2026-09-07')).toBe('2026-09-07')
    expect(lastDay(form())).toBe('2027-01-24')
    expect(later('23:30', 45)).toBe('23:59')
    expect(withSection([]).at(-1)).toEqual({ starts: '08:00', ends: '08:45' })
    expect(withSection(preset()).at(-1)).toEqual({ starts: '22:40', ends: '23:25' })
  })

  it('knows the Monday after it, and whether today lies beside it', () => {
    expect(mondayAfter(form())).toBe('2027-01-25')
    const on = (today: string, id: number | null = 1) =>
      besideTerm({ id, first_monday: '2026-09-07', weeks: 20, today })
    expect(['2026-09-06', '2026-09-07', '2027-01-24', '2027-01-25'].map((day) => on(day))).toEqual([
      'ahead',
      null,
      null,
      'over',
    ])
    expect(on('2027-01-25', null)).toBeNull()
  })

  it('names what cannot be saved', () => {
    expect(problemsOf(form({ name: ' ' })).name).toBeDefined()
    expect(problemsOf(form({ first_monday: '2026-09-08' })).first_monday).toBeDefined()
    expect(
      problemsOf(
        form({
          section_times: [
            { starts: '08:00', ends: '08:45' },
            { starts: '08:30', ends: '09:00' },
          ],
        }),
      ).section_times,
    ).toEqual({
      key: 'timetable.rule.sectionTime',
      n: 2,
    })
    expect(problemsOf(form({ holidays: [{ date: '2030-01-01', name: null }] })).holidays).toBeDefined()
    const day = { date: '2026-10-01', name: null }
    expect(problemsOf(form({ holidays: [day, day] })).holidays).toEqual({ key: 'timetable.rule.twice' })
    expect(
      problemsOf(form({ holidays: [day], swap_days: [{ date: '2026-10-01', follows: '2026-10-02' }] })).swap_days,
    ).toEqual({
      key: 'timetable.rule.swap',
    })
    expect(problemsOf(form({ holidays: [day], swap_days: [{ date: '2026-10-10', follows: '2026-10-01' }] }))).toEqual(
      {},
    )
  })
})
