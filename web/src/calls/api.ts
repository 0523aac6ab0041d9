import { request } from '@/api/client'
import type { components } from '@/api/schema'
import { queryOf, type CallFilter } from './filter'
import type { Call, CallPage, CallSummary } from './types'

type Record = components['schemas']['CallRecord']
type Page<T> = Omit<CallPage, 'items'> & { items: T[] }

export type Period = '24h' | '7d' | '30d'
export const periods: readonly Period[] = ['24h', '7d', '30d']

export async function listCalls(filter: CallFilter, page: number, size: number): Promise<CallPage> {
  const found = await request<Page<Call>>('GET', 'calls', { query: { ...queryOf(filter), page, page_size: size } })
  return { ...found, items: found.items.map((call) => ({ call })) }
}

/** Everybody's calls, for operators. */
export async function listAllCalls(filter: CallFilter, page: number, size: number): Promise<CallPage> {
  const query = { ...queryOf(filter), username: filter.user.trim(), page, page_size: size }
  const found = await request<Page<Record>>('GET', 'admin/calls', { query })
  return { ...found, items: found.items.map(({ user_id, username, call }) => ({ userId: user_id, username, call })) }
}

/** Days begin where this browser's do. */
export const fetchCallSummary = (everybody: boolean, period: Period) =>
  request<CallSummary>('GET', everybody ? 'admin/calls/summary' : 'calls/summary', {
    query: { period, utc_offset_minutes: -new Date().getTimezoneOffset() },
  })
