import { describe, expect, it } from 'vitest'
import { describe as facts } from './transactions'
import { portions } from './usage'

describe('a transaction', () => {
  it('of a call tells its scene and model', () => {
    const item = {
      source: 'charge',
      event_id: 'e',
      status: 'applied',
      metadata_json: '{"scene":"agent.chat","model":"demo"}',
    }
    expect(facts(item)).toEqual({ isCall: true, scene: 'agent.chat', model: 'demo' })
  })
  it('that corrects a call is no call: only a refund leads to the one that it gives back', () => {
    const item = { event_id: 'e', status: 'applied', metadata_json: '{"scene":"agent.chat"}' }
    expect(facts({ ...item, source: 'refund' }).isCall).toBe(true)
    expect(facts({ ...item, source: 'rerate' }).isCall).toBe(false)
  })
  it('of a reward that was not given says why', () => {
    const item = { source: 'forum_like', event_id: 'e', metadata_json: '{"skipped":"daily_cap"}' }
    expect(facts({ ...item, status: 'skipped' }).skipped).toBe('daily_cap')
    expect(facts({ ...item, status: 'skipped', metadata_json: '' }).skipped).toBe('other')
    expect(facts({ ...item, status: 'applied' }).skipped).toBeUndefined()
  })
  it('with damaged metadata still shows', () => {
    expect(facts({ source: 'order', event_id: 'e', status: 'applied', metadata_json: '{' })).toMatchObject({
      isCall: false,
    })
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
