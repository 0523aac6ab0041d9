import { count, exactCredit } from '@/format/credit'
import { dateTime } from '@/format/dates'

/** The facts of a call that are worth a row, in reading order. */
const fields = [
  'scene',
  'model',
  'model_name',
  'provider_name',
  'status',
  'created_at',
  'started_at',
  'finished_at',
  'input_tokens',
  'cached_tokens',
  'output_tokens',
  'reasoning_tokens',
  'credit_micros',
  'event_id',
]

export interface CallRow {
  field: string
  text: string
}

export function callRows(call: Record<string, unknown>, locale: string, sceneName: (code: string) => string): CallRow[] {
  function textOf(field: string, value: unknown): string {
    if (field === 'scene') return sceneName(String(value))
    if (field === 'credit_micros') return `${exactCredit(Number(value), locale)} Credit`
    if (field.endsWith('_at')) return dateTime(String(value), locale)
    return typeof value === 'number' ? count(value, locale) : String(value)
  }
  return fields
    .filter((field) => call[field] !== undefined && call[field] !== null && call[field] !== '')
    .map((field) => ({ field, text: textOf(field, call[field]) }))
}
