import { describe, expect, it } from 'vitest'
import { ruleChanges } from './ruleChanges'
import { emptyRule, parse } from './ruleForm'

const rule = parse({ ...emptyRule(), input_price_micros: '1', output_price_micros: '2' }).body
const tier = {
  from_input_tokens: 5,
  input_price_micros: 1,
  output_price_micros: 2,
  cached_price_micros: 0,
  cache_write_price_micros: 0,
  reasoning_price_micros: 0,
}

describe('two versions of a rule', () => {
  it('that say the same differ in nothing, however "any" and times are written', () => {
    const same = { ...rule, scene: '*', effective_to: '2027-01-01T00:00:00Z' }
    expect(ruleChanges({ ...rule, effective_to: '2027-01-01T00:00:00.000+00:00' }, same)).toEqual([])
  })
  it('differ field by field', () =>
    expect(ruleChanges(rule, { ...rule, input_price_micros: 3, free: true })).toEqual([
      { field: 'input_price_micros', before: 1_000_000, after: 3 },
      { field: 'free', before: false, after: true },
    ]))
  it('differ in every price of a tier that was added', () =>
    expect(ruleChanges(rule, { ...rule, tiers: [tier] }).map((change) => change.field)).toEqual([
      'tiers[0].from_input_tokens',
      'tiers[0].input_price_micros',
      'tiers[0].output_price_micros',
      'tiers[0].cached_price_micros',
      'tiers[0].cache_write_price_micros',
      'tiers[0].reasoning_price_micros',
    ]))
})
