import type { PriceRule, PriceTier } from '../types'

/** What a call used, as the ledger counts it: input without what came from or went into the cache. */
export interface Usage {
  input: number
  output: number
  cached: number
  cacheWrite: number
  reasoning: number
  images: number
}

export type Prices = Pick<
  PriceRule,
  | 'input_price_micros'
  | 'output_price_micros'
  | 'cached_price_micros'
  | 'cache_write_price_micros'
  | 'reasoning_price_micros'
  | 'image_price_micros'
  | 'request_price_micros'
  | 'credit_per_yuan'
  | 'free'
> & { tiers: PriceTier[] }

const perUnit = 1_000_000n

/** The level that holds for the whole prompt: the highest tier that it reaches. */
function levelOf(prompt: number, prices: Prices) {
  return prices.tiers.findLast((tier) => tier.from_input_tokens <= prompt) ?? prices
}

/**
 * Micro-credits of a call, as the ledger prices it: a cached, cache-write or reasoning price of 0 is the input or
 * output price of the same level, and everything is rounded up once. For a preview only: the ledger's own number counts.
 */
export function costOf(usage: Usage, prices: Prices): number {
  if (prices.free) return 0
  const level = levelOf(usage.input + usage.cached + usage.cacheWrite, prices)
  const lines: [number, number][] = [
    [usage.input, level.input_price_micros],
    [usage.output, level.output_price_micros],
    [usage.cached, level.cached_price_micros || level.input_price_micros],
    [usage.cacheWrite, level.cache_write_price_micros || level.input_price_micros],
    [usage.reasoning, level.reasoning_price_micros || level.output_price_micros],
  ]
  const tokens = lines.reduce((sum, [count, price]) => sum + BigInt(count) * BigInt(price), 0n)
  const each = BigInt(usage.images) * BigInt(prices.image_price_micros) + BigInt(prices.request_price_micros)
  const millionths = tokens + each * perUnit
  return Number(((millionths + perUnit - 1n) / perUnit) * BigInt(prices.credit_per_yuan))
}

export interface Example {
  key: string
  usage: Usage
}

const usage = (part: Partial<Usage>): Usage => ({
  input: 0,
  output: 0,
  cached: 0,
  cacheWrite: 0,
  reasoning: 0,
  images: 0,
  ...part,
})

/** Calls that make a price felt; one of each tier, since only such a prompt shows it. */
export function examplesFor(...all: (Prices | undefined)[]): Example[] {
  const tiers = all.flatMap((prices) => prices?.tiers ?? []).map((tier) => tier.from_input_tokens)
  const examples: Example[] = [
    { key: 'short', usage: usage({ input: 1_000, output: 500 }) },
    { key: 'cached', usage: usage({ input: 4_000, cached: 16_000, output: 1_000 }) },
    { key: 'thinking', usage: usage({ input: 8_000, output: 1_000, reasoning: 6_000 }) },
  ]
  if (all.some((prices) => prices?.image_price_micros))
    examples.push({ key: 'image', usage: usage({ input: 1_000, output: 500, images: 1 }) })
  const long = [...new Set(tiers)].filter((from) => from > 0).sort((a, b) => a - b)
  return [...examples, ...long.map((from) => ({ key: 'tier', usage: usage({ input: from, output: 1_000 }) }))]
}

export interface Comparison extends Example {
  before?: number
  after: number
  /** For bars: shares of the dearer of the two, or of the dearest row where there is nothing to compare with. */
  beforePart: number
  afterPart: number
}

export function compare(before: Prices | undefined, after: Prices): Comparison[] {
  const rows = examplesFor(before, after).map((example) => ({
    ...example,
    before: before && costOf(example.usage, before),
    after: costOf(example.usage, after),
  }))
  const dearest = Math.max(1, ...rows.map((row) => row.after))
  return rows.map((row) => {
    const most = row.before === undefined ? dearest : Math.max(row.before, row.after, 1)
    return { ...row, beforePart: (row.before ?? 0) / most, afterPart: row.after / most }
  })
}
