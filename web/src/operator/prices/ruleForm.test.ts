import { describe, expect, it } from 'vitest'
import type { PriceRule } from '../types'
import { emptyRule, formOf, matches, parse, phaseOf } from './ruleForm'

const now = new Date('2026-11-22T08:00:00Z')
const rule: PriceRule = {
  rule_id: 7,
  version: 3,
  scene: '*',
  provider_name: 'deepseek',
  model_name: 'v3',
  input_price_micros: 3_200_000,
  output_price_micros: 16_000_001,
  cached_price_micros: 800_000,
  reasoning_price_micros: 0,
  cache_write_price_micros: 0,
  image_price_micros: 0,
  request_price_micros: 1_000,
  tiers: [
    {
      from_input_tokens: 128_000,
      input_price_micros: 6_400_000,
      output_price_micros: 32_000_000,
      cached_price_micros: 0,
      reasoning_price_micros: 0,
      cache_write_price_micros: 0,
    },
  ],
  credit_per_yuan: 100,
  free: false,
  status: 'active',
  priority: 100,
  description: 'Night price',
  effective_from: '2026-01-01T00:00:00Z',
  effective_to: null,
}

describe('a price rule', () => {
  it('is edited in yuan and comes back as the same micro-yuan', () => {
    const form = formOf(rule, now)
    expect([form.input_price_micros, form.output_price_micros]).toEqual(['3.2', '16.000001'])
    const { body, reasons } = parse(form)
    expect(reasons).toEqual({})
    expect(body).toMatchObject({ output_price_micros: 16_000_001, request_price_micros: 1_000, tiers: rule.tiers })
    expect(body.scene).toBe('')
  })
  it('that begins later keeps its beginning, one in force begins anew when it is saved', () => {
    expect(formOf(rule, now).effective_from).toBeNull()
    expect(formOf({ ...rule, effective_from: '2027-01-01T00:00:00Z' }, now).effective_from).toBe(Date.UTC(2027, 0, 1))
  })
  it('names every field that is no number', () => {
    const form = { ...formOf(rule, now), input_price_micros: 'abc', priority: '1.5' }
    form.tiers[0]!.output_price_micros = '-1'
    expect(Object.keys(parse(form).reasons).sort()).toEqual([
      'input_price_micros',
      'priority',
      'tiers[0].output_price_micros',
    ])
  })
  it('needs its prices unless it is free', () => {
    expect(Object.keys(parse(emptyRule()).reasons)).toEqual(['input_price_micros', 'output_price_micros'])
    expect(parse({ ...emptyRule(), free: true }).reasons).toEqual({})
  })
  it('is found by model, number and description', () => {
    expect(matches(rule, 'DEEPSEEK v3', '')).toBe(true)
    expect(matches(rule, '#7', 'active')).toBe(true)
    expect(matches(rule, 'night', 'inactive')).toBe(false)
    expect(matches(rule, 'gpt', '')).toBe(false)
  })
  it('is in force between its dates', () => {
    expect(phaseOf(rule, now)).toBe('inForce')
    expect(phaseOf({ ...rule, effective_from: '2027-01-01T00:00:00Z' }, now)).toBe('later')
    expect(phaseOf({ ...rule, effective_to: now.toISOString() }, now)).toBe('over')
    expect(phaseOf({ ...rule, status: 'inactive' }, now)).toBe('off')
  })
})
