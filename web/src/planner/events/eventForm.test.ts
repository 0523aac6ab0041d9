import { describe, expect, it } from 'vitest'
import { emptyForm, fieldsOf, formOf, problemsOf, repeatOf } from './eventForm'

const times = [
  { starts: '08:00', ends: '08:45' },
  { starts: '08:55', ends: '09:40' },
  { starts: '14:00', ends: '14:45' },
]
const term = { first_monday: '2026-11-23', weeks: 4 }
const filled = { ...emptyForm({ date: '2026-11-25', section: 2 }, times), title: ' 社团 ' }

describe('the form of a personal event', () => {
  it('begins with two sections from the chosen cell on', () => {
    expect(filled).toMatchObject({ date: '2026-11-25', from: 2, to: 3, starts: '08:55', ends: '14:45' })
    expect(emptyForm({ date: '2026-11-25', section: 3 }, times).to).toBe(3)
  })

  it('names what is wrong at its field', () => {
    expect(problemsOf(filled, term)).toEqual({})
    expect(problemsOf({ ...filled, title: ' ' }, term)).toEqual({ title: 'title' })
    expect(problemsOf({ ...filled, date: '2026-12-21' }, term)).toEqual({ date: 'date' })
    expect(problemsOf({ ...filled, date: '2026-12-20' }, term)).toEqual({})
    expect(problemsOf({ ...filled, repeat: 'weekly', until: '2026-11-24' }, term)).toEqual({ until: 'until' })
    expect(problemsOf({ ...filled, to: 1 }, term)).toEqual({ to: 'to' })
    expect(problemsOf({ ...filled, by: 'hours', starts: '12:00', ends: '12:00' }, term)).toEqual({
      ends: 'hours',
    })
    expect(problemsOf({ ...filled, by: 'hours', starts: '10:00', ends: '12:00' }, term)).toEqual({})
  })

  it('sends sections or hours, and dates only where they change', () => {
    expect(fieldsOf({ ...filled, until: '2026-12-01' })).toEqual({
      title: '社团',
      place: '',
      date: '2026-11-25',
      repeat: 'once',
      until: null,
      section_from: 2,
      section_to: 3,
      replace_conflicts: false,
    })
    expect(fieldsOf({ ...filled, by: 'hours', keep: true, starts: '08:00', ends: '09:00' })).toEqual({
      title: '社团',
      place: '',
      starts: '08:00',
      ends: '09:00',
      replace_conflicts: false,
    })
  })

  it('shows an event as it repeats, without the weeks that were cancelled', () => {
    expect([[3], [1, 2, 4], [1, 3, 7], []].map(repeatOf)).toEqual(['once', 'weekly', 'biweekly', 'once'])
    const event = {
      id: 1,
      title: '社团',
      place: '',
      note: null,
      day: 3,
      section_from: 1,
      section_to: 2,
      starts: '08:00',
      ends: '09:40',
      own_times: false,
      weeks: [1, 2],
      dates: ['2026-11-25', '2026-12-02'],
    }
    expect(formOf(event)).toMatchObject({
      repeat: 'weekly',
      date: '2026-11-25',
      until: '2026-12-02',
      keep: true,
      by: 'sections',
    })
  })
})
