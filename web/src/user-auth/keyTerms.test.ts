import { describe, expect, it } from 'vitest'
import type { ApiKey, LimitUse } from '@/api/types'
import { capsOf, formOf, scopes, termsOf, wrongFields, type KeyForm } from './keyTerms'

const key: ApiKey = {
  id: 7,
  name: 'laptop',
  hint: 'sf-abc',
  created_at: '2026-11-01T00:00:00Z',
  scopes: ['chat'],
  models: ['demo', 'gpt'],
  limits: { requests_per_minute: 5, credit_per_day: 1.5, credit_per_month: null },
  expires_at: null,
}
const form: KeyForm = { ...formOf(key), lastDay: '2026-12-31' }

describe('the terms of a key', () => {
  it('survive the form', () => {
    const terms = termsOf({ ...form, lastDay: '' })
    expect(terms).toEqual({
      name: 'laptop',
      scopes: ['chat'],
      models: ['demo', 'gpt'],
      limits: { requests_per_minute: 5, credit_per_day: 1.5, credit_per_month: null },
      expires_at: null,
    })
  })
  it('end with the last day, in local time', () => {
    const end = termsOf(form).expires_at!
    expect(new Date(end)).toEqual(new Date(2027, 0, 1))
    expect(formOf({ ...key, expires_at: end }).lastDay).toBe('2026-12-31')
  })
  it('take all surfaces for no restriction, but for changing something without asking', () => {
    expect(termsOf({ ...form, scopes: scopes.filter((scope) => scope !== 'mcp.apply') }).scopes).toEqual([])
    expect(termsOf({ ...form, scopes: [...scopes] }).scopes).toEqual([...scopes])
  })
  it('are checked field by field', () => {
    const now = new Date(2026, 10, 22)
    expect(wrongFields(form, now)).toEqual([])
    const broken = {
      ...form,
      name: ' ',
      requestsPerMinute: '0',
      creditPerDay: '-1',
      creditPerMonth: 'x',
      lastDay: '2026-11-21',
    }
    expect(wrongFields(broken, now)).toEqual(['name', 'requestsPerMinute', 'creditPerDay', 'creditPerMonth', 'lastDay'])
  })
  it('are shown with what is used', () => {
    const uses = [{ api_key_id: 7, period: 'day', credit_micros: 500_000, requests: 3 } as LimitUse]
    expect(capsOf(key, uses)).toEqual([
      { cap: 'minute', size: 5, used: 0 },
      { cap: 'day', size: 1_500_000, used: 500_000 },
    ])
  })
})
