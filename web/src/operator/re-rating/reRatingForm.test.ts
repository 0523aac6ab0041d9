import { describe, expect, it } from 'vitest'
import { bodyOf, emptyForm, problemsOf, progressOf } from './reRatingForm'

const now = new Date('2026-11-22T08:30:45.123Z')
const form = { ...emptyForm(now), reason: 'wrong unit' }
const wrong = (given: Partial<typeof form>) =>
  Object.entries(problemsOf({ ...form, ...given })).flatMap(([field, reason]) => (reason ? [field] : []))

describe('a period to price again', () => {
  it('is the day up to this minute, of every rule, unless said otherwise', () =>
    expect(bodyOf(form, true)).toMatchObject({
      from: '2026-11-21T08:30:00.000Z',
      to: '2026-11-22T08:30:00.000Z',
      price_rule_id: null,
      price_rule_version: null,
      dry_run: true,
    }))
  it('names what is wrong before it is sent', () => {
    expect(wrong({})).toEqual([])
    expect(wrong({ to: form.from })).toEqual(['to'])
    expect(wrong({ from: null, reason: 'x' })).toEqual(['from', 'reason'])
    expect(wrong({ price_rule_version: '2' })).toEqual(['price_rule_version'])
    expect(wrong({ price_rule_id: '1.5' })).toEqual(['price_rule_id'])
  })
  it('says how far it is only where that is known', () => {
    expect(progressOf(5, 10)).toBe(0.5)
    expect(progressOf(12, 10)).toBe(1)
    expect(progressOf(5, undefined)).toBeUndefined()
  })
})
