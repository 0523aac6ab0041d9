import { describe, expect, it } from 'vitest'
import { compare, costOf, type Prices, type Usage } from './cost'

const none: Usage = { input: 0, output: 0, cached: 0, cacheWrite: 0, reasoning: 0, images: 0 }
const prices: Prices = {
  input_price_micros: 3_200_000,
  output_price_micros: 16_000_000,
  cached_price_micros: 800_000,
  cache_write_price_micros: 0,
  reasoning_price_micros: 0,
  image_price_micros: 0,
  request_price_micros: 0,
  credit_per_yuan: 100,
  free: false,
  tiers: [],
}
const tier = {
  from_input_tokens: 1_000,
  input_price_micros: 6_400_000,
  output_price_micros: 16_000_000,
  cached_price_micros: 0,
  cache_write_price_micros: 0,
  reasoning_price_micros: 0,
}

describe('the cost of a call', () => {
  it('is the sum of its parts times Credit per yuan', () =>
    expect(costOf({ ...none, input: 1_000, output: 500, cached: 2_000 }, prices)).toBe((3_200 + 8_000 + 1_600) * 100))
  it('is rounded up once', () => {
    expect(costOf({ ...none, input: 1 }, { ...prices, input_price_micros: 1 })).toBe(100)
    expect(costOf({ ...none, input: 1, output: 1 }, { ...prices, input_price_micros: 1, output_price_micros: 1 })).toBe(
      100,
    )
  })
  it('takes the input price for what is written to the cache and the output price for reasoning', () => {
    expect(costOf({ ...none, cacheWrite: 10 }, prices)).toBe(costOf({ ...none, input: 10 }, prices))
    expect(costOf({ ...none, reasoning: 10 }, prices)).toBe(costOf({ ...none, output: 10 }, prices))
  })
  it('takes the tier that the whole prompt reaches, cache included', () => {
    const tiered = { ...prices, tiers: [tier] }
    expect(costOf({ ...none, input: 999 }, tiered)).toBe(costOf({ ...none, input: 999 }, prices))
    expect(costOf({ ...none, input: 500, cached: 500 }, tiered)).toBe(1_000 * 6.4 * 100)
  })
  it('counts images and the request itself', () =>
    expect(costOf({ ...none, images: 2 }, { ...prices, image_price_micros: 5_000, request_price_micros: 1_000 })).toBe(
      1_100_000,
    ))
  it('of a free rule is nothing', () => expect(costOf({ ...none, input: 9 }, { ...prices, free: true })).toBe(0))
})

describe('a comparison', () => {
  it('shows a call of each tier of either side', () => {
    const rows = compare(prices, { ...prices, tiers: [tier] })
    const last = rows.at(-1)!
    expect([last.key, last.usage.input]).toEqual(['tier', 1_000])
    expect(last.after).toBeGreaterThan(last.before!)
    expect(last.afterPart).toBe(1)
  })
})
