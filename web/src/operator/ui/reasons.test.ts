import { describe, expect, it } from 'vitest'
import { onlyJumps, reasonOf } from './reasons'

const jump = 'was 3200000, is 3200: more than 20 times lower'

describe('a reason of the server', () => {
  it('names prices as the field shows them', () =>
    expect(reasonOf('input_price_micros', jump)).toEqual({
      key: 'operator.reasons.lower',
      args: { was: '3.2', is: '0.0032', factor: '20' },
    }))
  it('keeps the unit of the field', () => {
    const text = 'must be between 0 and 100000000'
    expect(reasonOf('price_cent', text)?.args?.most).toBe('1000000')
    expect(reasonOf('amount', text)?.args?.most).toBe('100000000')
  })
  it('knows a tier from any other number', () =>
    expect(reasonOf('tiers[1].from_input_tokens', 'must be between 5 and 9: tiers ascend')?.key).toBe(
      'operator.reasons.tierRange',
    ))
  it('that is new stays as it is', () => expect(reasonOf('x', 'must be blue')).toBeUndefined())
})

describe('a wrong unit', () => {
  it('may be insisted on when nothing else is wrong', () => {
    expect(onlyJumps({ a: [jump] })).toBe(true)
    expect(onlyJumps({ a: [jump], b: ['must not be 0'] })).toBe(false)
    expect(onlyJumps(undefined)).toBe(false)
  })
})
