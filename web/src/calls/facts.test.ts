import { describe, expect, it } from 'vitest'
import { allTokens, duration, resultOf, stepsOf, toneOf } from './facts'
import { anyCall, queryOf } from './filter'
import type { Call } from './types'

const call = {
  state: 'finished',
  outcome: 'completed',
  started_at: '2026-11-22T08:00:00.000Z',
  sent_at: '2026-11-22T08:00:00.100Z',
  first_token_at: null,
  finished_at: '2026-11-22T08:00:01.000Z',
} as Call

describe('the steps of a call', () => {
  it('are those that happened, with the time since its begin', () => {
    expect(stepsOf(call).map(({ name, after, percent }) => [name, after, percent])).toEqual([
      ['started', 0, 0],
      ['sent', 100, 10],
      ['finished', 1000, 100],
    ])
  })
  it('need no whole time', () => expect(stepsOf({ ...call, sent_at: null, finished_at: null })[0]!.percent).toBe(0))
})

describe('the result of a call', () => {
  it('is its outcome', () => expect([resultOf(call), toneOf(call)]).toEqual(['completed', 'good']))
  it('is its state while it runs', () => {
    const running = { ...call, state: 'sent', outcome: 'provider_failed' } as Call
    expect([resultOf(running), toneOf(running)]).toEqual(['sent', 'plain'])
  })
  it('warns where nobody knows', () => expect(toneOf({ ...call, state: 'settled', outcome: 'unknown' })).toBe('warn'))
})

describe('tokens', () => {
  it('of all buckets are summed once', () => {
    const usage = { input_tokens: 1, output_tokens: 2, cached_tokens: 4, cache_write_tokens: 8, reasoning_tokens: 16 }
    expect(allTokens(usage)).toBe(31)
    expect(allTokens(null)).toBe(0)
  })
})

describe('a duration', () => {
  it('is told in the unit that fits', () => {
    expect(duration(850.4, 'en')).toBe('850 ms')
    expect(duration(1_420, 'en')).toBe('1.42 sec')
    expect(duration(125_000, 'en')).toBe('2 min 5 sec')
    expect(duration(null, 'en')).toBe('–')
  })
})

describe('the filter', () => {
  it('sends a state or an outcome', () => {
    expect(queryOf({ ...anyCall, result: 'state:sent' })).toMatchObject({ state: 'sent', outcome: '' })
    expect(queryOf({ ...anyCall, result: 'timed_out' })).toMatchObject({ state: '', outcome: 'timed_out' })
  })
  it('covers whole days of the reader, both included', () => {
    const query = queryOf({ ...anyCall, from: '2026-11-30', to: '2026-11-30' })
    expect(query.from).toBe(new Date(2026, 10, 30).toISOString())
    expect(query.to).toBe(new Date(2026, 11, 1).toISOString())
  })
  it('leaves out what is no day', () => expect(queryOf({ ...anyCall, from: 'x' }).from).toBe(''))
})
