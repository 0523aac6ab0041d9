import { describe, expect, it } from 'vitest'
import { amountOf, problemsOf } from './booking'

describe('an amount to book', () => {
  it('is exact to the last of six decimals and signed', () => {
    expect(amountOf('+12.000001', 'signed')).toBe(12_000_001)
    expect(amountOf('-3', 'signed')).toBe(-3_000_000)
  })
  it('is nothing where it is 0, or negative for a refund', () => {
    expect(amountOf('0.0', 'signed')).toBeUndefined()
    expect(amountOf('-1', 'positive')).toBeUndefined()
  })
  it('needs a reason and stays within what a call cost', () => {
    const keys = (form: { amount: string; reason: string }) =>
      Object.fromEntries(Object.entries(problemsOf(form, 'positive', 5_000_000)).map(([f, r]) => [f, r?.key]))
    expect(keys({ amount: '5', reason: 'goodwill' })).toEqual({ amount_micros: undefined, reason: undefined })
    expect(keys({ amount: '5.000001', reason: ' x ' })).toEqual({
      amount_micros: 'operator.reasons.atMostCost',
      reason: 'operator.reasons.reasonMissing',
    })
    expect(keys({ amount: '1,5', reason: 'why' }).amount_micros).toBe('operator.reasons.noAmount')
  })
})
