import type { Call, CallNumbers } from './types'

export const buckets = ['input', 'cached', 'cache_write', 'output', 'reasoning'] as const
export type Bucket = (typeof buckets)[number]

type Tokens = Pick<
  CallNumbers,
  'input_tokens' | 'output_tokens' | 'cached_tokens' | 'cache_write_tokens' | 'reasoning_tokens'
>

export const tokensOf = (of: Tokens | null, bucket: Bucket) => (of ? of[`${bucket}_tokens`] : 0)

export const allTokens = (of: Tokens | null) => buckets.reduce((sum, bucket) => sum + tokensOf(of, bucket), 0)

export type Tone = 'plain' | 'good' | 'warn' | 'bad'

export const isRunning = (call: Call) => ['started', 'sent', 'suspense'].includes(call.state)

/** The word for how a call stands: its outcome, or its state as long as it has none. */
export const resultOf = (call: Call) => (isRunning(call) || !call.outcome ? call.state : call.outcome)

export function toneOf(call: Call): Tone {
  const result = resultOf(call)
  if (result === 'completed') return 'good'
  if (result === 'provider_failed' || result === 'timed_out') return 'bad'
  return isRunning(call) && result !== 'suspense' ? 'plain' : 'warn'
}

export interface Step {
  name: 'started' | 'sent' | 'firstToken' | 'finished'
  at: string
  /** Milliseconds since the call began. */
  after: number
  /** Part of the whole time at which it lies, in percent; 0 where there is no whole. */
  percent: number
}

/** What happened to a call, in time; what has not happened is left out. */
export function stepsOf(call: Call): Step[] {
  const moments: [Step['name'], string | null][] = [
    ['started', call.started_at],
    ['sent', call.sent_at],
    ['firstToken', call.first_token_at],
    ['finished', call.finished_at],
  ]
  const begin = call.started_at ? Date.parse(call.started_at) : 0
  const known = moments.flatMap(([name, at]) => (at ? [{ name, at, after: Math.max(0, Date.parse(at) - begin) }] : []))
  const whole = Math.max(0, ...known.map((step) => step.after))
  return known.map((step) => ({ ...step, percent: whole ? (100 * step.after) / whole : 0 }))
}

/** "850 ms", "1.4 s", "2 min 5 s" in the reader's language. */
export function duration(ms: number | null | undefined, locale: string): string {
  if (ms === null || ms === undefined) return '–'
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value)
  if (ms < 1_000) return unit(Math.round(ms), 'millisecond')
  if (ms < 60_000) return unit(ms / 1_000, 'second', ms < 10_000 ? 2 : 1)
  const seconds = Math.round(ms / 1_000)
  return `${unit(Math.floor(seconds / 60), 'minute')} ${unit(seconds % 60, 'second')}`
}
