import { describe, expect, it } from 'vitest'
import { describe as facts } from './transactions'
import { portions } from './usage'

describe('a transaction', () => {
  it('of a call tells its scene and model', () => {
    const item = { source: 'charge', event_id: 'e', metadata_json: '{"scene":"agent.chat","model":"demo"}' }
    expect(facts(item)).toEqual({ isCall: true, scene: 'agent.chat', model: 'demo' })
  })
  it('with damaged metadata still shows', () => {
    expect(facts({ source: 'order', event_id: 'e', metadata_json: '{' })).toMatchObject({ isCall: false })
  })
})

describe('the split of usage', () => {
  it('is in parts of the metric that is shown, largest first', () => {
    const shares = [
      { scene: 'a', credit_micros: 1, tokens: 30, calls: 1 },
      { scene: 'b', credit_micros: 3, tokens: 10, calls: 1 },
    ]
    expect(portions(shares, 'credit').map(({ name, percent }) => [name, percent])).toEqual([
      ['b', 75],
      ['a', 25],
    ])
    expect(portions(shares, 'token').map(({ name }) => name)).toEqual(['a', 'b'])
  })
  it('of nothing has no parts of a hundred', () => {
    expect(portions([{ scene: 'a', credit_micros: 0, tokens: 0, calls: 0 }], 'credit')[0]?.percent).toBe(0)
  })
})
