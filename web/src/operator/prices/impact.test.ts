import { describe, expect, it } from 'vitest'
import { impactsOf } from './impact'

const price = (version: number) => ({ rule_id: 1, version, cost_micro_yuan: version, credit_micros: version })
const change = (model: string, scene: string, used = false, before = 1) => ({
  scene,
  provider_name: 'p',
  model_name: model,
  used,
  before: price(before),
  after: price(3),
})

describe('what a rule would change', () => {
  it('is one line for the purposes of a model that change alike', () =>
    expect(impactsOf([change('m', 'a'), change('m', 'b', true), change('m', 'c', false, 2)])).toMatchObject([
      { model: 'm', scenes: ['a', 'b'], used: true },
      { model: 'm', scenes: ['c'], used: false },
    ]))
  it('begins with what is in use', () =>
    expect(impactsOf([change('a', 's'), change('b', 's', true)]).map((line) => line.model)).toEqual(['b', 'a']))
})
