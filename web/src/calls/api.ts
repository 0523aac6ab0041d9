import { api, bodyOf } from '@/api/client'
import { queryOf, type CallFilter } from './filter'
import type { CallPage, CallSummary } from './types'

export type Period = CallSummary['period']
export const periods: readonly Period[] = ['24h', '7d', '30d']

export async function listCalls(filter: CallFilter, page: number, page_size: number): Promise<CallPage> {
  const query = { ...queryOf(filter), page, page_size }
  const found = await bodyOf(api.GET('/api/v1/calls', { params: { query } }))
  return { ...found, items: found.items.map((call) => ({ call })) }
}

/** Everybody's calls, for operators. */
export async function listAllCalls(filter: CallFilter, page: number, page_size: number): Promise<CallPage> {
  const query = { ...queryOf(filter), username: filter.user.trim(), page, page_size }
  const found = await bodyOf(api.GET('/api/v1/admin/calls', { params: { query } }))
  return { ...found, items: found.items.map(({ user_id, username, call }) => ({ userId: user_id, username, call })) }
}

/** Days begin where this browser's do. */
export const fetchCallSummary = (everybody: boolean, period: Period): Promise<CallSummary> => {
  const params = { query: { period, utc_offset_minutes: -new Date().getTimezoneOffset() } }
  return bodyOf(
    everybody ? api.GET('/api/v1/admin/calls/summary', { params }) : api.GET('/api/v1/calls/summary', { params }),
  )
}
