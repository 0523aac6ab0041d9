import { describe, expect, it } from 'vitest'
import { bodyOf, differs, emptyForm, formOf, problemsOf, refusedFields } from './classForm'
import { draftOf, newDraft } from './items'
import type { TaskClass } from './types'

const today = new Date(2026, 10, 25, 23, 30)
const saved: TaskClass = {
  id: 7,
  name: '概率论',
  mode: 'auto',
  start_date: '2026-11-25',
  end_date: '2026-12-20',
  subject: 'quantitative',
  difficulty: 'high',
  intensity: 'low',
  strategy: 'rapid',
  hue: 3,
  source: null,
  version: 2,
  created_at: '',
  updated_at: '',
  progress: { items: 1, placed: 0, done: 0, sections: 2, placed_sections: 0 },
  allow_filler_courses: false,
  excluded_pairs: [6],
  excluded_days: [7],
  items: [
    {
      id: 1,
      position: 0,
      content: 'a',
      sections: 2,
      deadline_at: '2026-12-01T12:00:00Z',
      status: 'applied',
      done_at: null,
      placement: null,
    },
  ],
}

describe('the form of a class', () => {
  it('begins today by the local calendar and takes four weeks', () => {
    expect(emptyForm(today)).toMatchObject({ start_date: '2026-11-25', end_date: '2026-12-23', mode: 'auto' })
  })
  it('sends what it read: kept items by id, new ones without', () => {
    const body = bodyOf(formOf(saved), [newDraft({ content: ' b ', sections: 1 }), ...saved.items.map(draftOf)])
    expect(body).toMatchObject({ name: '概率论', excluded_pairs: [6], hue: 3, allow_filler_courses: false })
    expect(body.items).toEqual([
      { content: 'b', sections: 1, deadline_at: null },
      { id: 1, content: 'a', sections: 2, deadline_at: '2026-12-01T12:00:00.000Z' },
    ])
  })
  it('knows whether anything would change', () => {
    const items = saved.items.map(draftOf)
    expect(differs(formOf(saved), items, saved)).toBe(false)
    expect(differs({ ...formOf(saved), strategy: 'steady' }, items, saved)).toBe(true)
    expect(differs(formOf(saved), [], saved)).toBe(true)
    expect(differs(emptyForm(today), [], null)).toBe(false)
    expect(differs({ ...emptyForm(today), name: 'x' }, [], null)).toBe(true)
  })
  it('names what is missing at its field', () => {
    expect(problemsOf(emptyForm(today), [newDraft()])).toEqual({
      name: 'classes.nameRule',
      'items[0].content': 'classes.contentRule',
    })
    expect(problemsOf({ ...formOf(saved), end_date: '2026-11-01' }, [])).toEqual({ end_date: 'classes.endRule' })
    expect(problemsOf(formOf(saved), saved.items.map(draftOf))).toEqual({})
  })
  it('lets an imported plan keep its longer name', () => {
    const form = { ...formOf(saved), name: 'x'.repeat(80) }
    expect(problemsOf(form, [])).toEqual({ name: 'classes.nameRule' })
    expect(problemsOf(form, [], form.name)).toEqual({})
  })
  it("says the server's refusals in its own words", () => {
    const errors = { 'items[3].sections': ['must be'], excluded_days: ['must leave'], 'items[0].id': ['is no item'] }
    expect(refusedFields({ status: 400, code: 'invalid_argument', errors })).toEqual({
      'items[3].sections': 'classes.sectionsRule',
      excluded_days: 'classes.daysRule',
    })
  })
})
