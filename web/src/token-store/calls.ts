import type { Call } from '@/api/types'
import { count, exactCredit } from '@/format/credit'
import { dateTime } from '@/format/dates'

/** The facts of a call that are worth a row, in reading order. */
const fields = [
  'scene',
  'model_name',
  'provider_name',
  'started_at',
  'finished_at',
  'input_tokens',
  'cached_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'credit_micros',
  'event_id',
]

export interface CallRow {
  field: string
  text: string
}

export function callRows(call: Call, locale: string, sceneName: (code: string) => string): CallRow[] {
  function textOf(field: string, value: unknown): string {
    if (field === 'scene') return sceneName(String(value))
    if (field === 'credit_micros') return `${exactCredit(Number(value), locale)} Credit`
    if (field.endsWith('_at')) return dateTime(String(value), locale)
    return typeof value === 'number' ? count(value, locale) : String(value)
  }
  const facts: Record<string, unknown> = { ...call, ...call.usage }
  return fields
    .filter((field) => facts[field] !== undefined && facts[field] !== null && facts[field] !== '')
    .map((field) => ({ field, text: textOf(field, facts[field]) }))
}
