import { describe, expect, it } from 'vitest'
import { changesOf } from './booking'

describe('a line of the journal', () => {
  it('about a booking says who, how much and the balances', () => {
    const after = { transaction_id: 5, user_id: 2, amount_micros: 12, balance_after_micros: 112, kind: 'adjust' }
    expect(changesOf({ balance_micros: 100 }, after)).toEqual([
      { path: 'user_id', after: 2 },
      { path: 'amount_micros', after: 12 },
      { path: 'balance_micros', before: 100, after: 112 },
    ])
  })
  it('about something new leaves out what is empty', () =>
    expect(changesOf(null, { a: 1, b: '', c: null })).toEqual([{ path: 'a', before: undefined, after: 1 }]))
  it('about a change says what was, also where it was nothing', () =>
    expect(changesOf({ a: 1 }, { a: 1, b: 2 })).toEqual([{ path: 'b', before: null, after: 2 }]))
})
