import { amount } from '@/format/amount'
import { microsPerCredit } from '@/format/credit'
import type { ApiKey, LimitUse } from '@/api/types'

export const scopes = [
  'chat',
  'responses',
  'embeddings',
  'messages',
  'calls',
  'mcp.read',
  'mcp.propose',
  'mcp.apply',
] as const

/** A key without words opens everything but this: changing something without asking has to be said. */
const said = 'mcp.apply'

/** A key's terms as typed; empty means no cap. */
export interface KeyForm {
  name: string
  scopes: string[]
  models: string
  requestsPerMinute: string
  creditPerDay: string
  creditPerMonth: string
  /** yyyy-mm-dd, in local time; the key works to the end of that day. */
  lastDay: string
}

export type KeyField = 'name' | 'requestsPerMinute' | 'creditPerDay' | 'creditPerMonth' | 'lastDay'

const typed = (value: number | null | undefined) => (value === null || value === undefined ? '' : String(value))
const two = (value: number) => String(value).padStart(2, '0')

function dayOf(iso: string | null | undefined): string {
  if (!iso) return ''
  // A millisecond before the end is within the last day.
  const at = new Date(new Date(iso).getTime() - 1)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

export const formOf = (key: ApiKey): KeyForm => ({
  name: key.name,
  scopes: [...key.scopes],
  models: key.models.join(', '),
  requestsPerMinute: typed(key.limits.requests_per_minute),
  creditPerDay: typed(key.limits.credit_per_day),
  creditPerMonth: typed(key.limits.credit_per_month),
  lastDay: dayOf(key.expires_at),
})

function endOf(lastDay: string): Date {
  const [year, month, day] = lastDay.split('-').map(Number)
  return new Date(year!, month! - 1, day! + 1)
}

/** The fields that cannot be kept as they are. */
export function wrongFields(form: KeyForm, now: Date): KeyField[] {
  const wrong: KeyField[] = []
  if (!form.name.trim()) wrong.push('name')
  if (form.requestsPerMinute && !/^[1-9]\d{0,5}$|^1000000$/.test(form.requestsPerMinute.trim()))
    wrong.push('requestsPerMinute')
  if (form.creditPerDay && amount(form.creditPerDay) === undefined) wrong.push('creditPerDay')
  if (form.creditPerMonth && amount(form.creditPerMonth) === undefined) wrong.push('creditPerMonth')
  if (form.lastDay && endOf(form.lastDay) <= now) wrong.push('lastDay')
  return wrong
}

export interface KeyTerms {
  name: string
  scopes: string[]
  models: string[]
  limits: { requests_per_minute: number | null; credit_per_day: number | null; credit_per_month: number | null }
  expires_at: string | null
}

export const termsOf = (form: KeyForm): KeyTerms => ({
  name: form.name.trim(),
  // All of them is the same as no restriction, and stays so when another surface comes.
  scopes: form.scopes.length === scopes.length - 1 && !form.scopes.includes(said) ? [] : form.scopes,
  models: form.models
    .split(/[,，\s]+/)
    .map((model) => model.trim())
    .filter(Boolean),
  limits: {
    requests_per_minute: form.requestsPerMinute ? Number(form.requestsPerMinute) : null,
    credit_per_day: form.creditPerDay ? amount(form.creditPerDay)! : null,
    credit_per_month: form.creditPerMonth ? amount(form.creditPerMonth)! : null,
  },
  expires_at: form.lastDay ? endOf(form.lastDay).toISOString() : null,
})

/** A cap with what is used of it. */
export interface CapUse {
  cap: 'minute' | 'day' | 'month'
  size: number
  used: number
}

/** The caps of a key that has any; Credit in micro-credits. What was never counted is 0. */
export function capsOf(key: ApiKey, uses: LimitUse[]): CapUse[] {
  const of = (period: string) => uses.find((use) => use.api_key_id === key.id && use.period === period)
  const { requests_per_minute: minute, credit_per_day: day, credit_per_month: month } = key.limits
  const caps: (CapUse | undefined)[] = [
    minute ? { cap: 'minute', size: minute, used: of('minute')?.requests ?? 0 } : undefined,
    typeof day === 'number'
      ? { cap: 'day', size: day * microsPerCredit, used: of('day')?.credit_micros ?? 0 }
      : undefined,
    typeof month === 'number'
      ? { cap: 'month', size: month * microsPerCredit, used: of('month')?.credit_micros ?? 0 }
      : undefined,
  ]
  return caps.filter((cap) => cap !== undefined)
}
