import type { MemoryHours } from './api'

/** A Monday, so that weekdays can be named by their number. */
const monday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000

export const weekday = (day: number, locale: string, width: 'short' | 'long' = 'short') =>
  new Intl.DateTimeFormat(locale, { weekday: width, timeZone: 'UTC' }).format(monday + (day - 1) * dayMs)

export type Days =
  { kind: 'every' } | { kind: 'weekdays' } | { kind: 'weekend' } | { kind: 'some'; days: readonly number[] }

/** How the days are said. */
export function daysOf(days: readonly number[]): Days {
  const named = [...days].sort((a, b) => a - b).join('')
  if (named === '1234567') return { kind: 'every' }
  if (named === '12345') return { kind: 'weekdays' }
  if (named === '67') return { kind: 'weekend' }
  return { kind: 'some', days: [...days].sort((a, b) => a - b) }
}

export type Times =
  | { kind: 'all' }
  | { kind: 'after'; at: string }
  | { kind: 'before'; at: string }
  | { kind: 'between'; from: string; to: string }

/** How the times are said. */
export function timesOf({ from, to }: Pick<MemoryHours, 'from' | 'to'>): Times {
  if (from === '00:00' && to === '24:00') return { kind: 'all' }
  if (to === '24:00') return { kind: 'after', at: from }
  if (from === '00:00') return { kind: 'before', at: to }
  return { kind: 'between', from, to }
}
