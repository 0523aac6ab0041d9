import { jsonDiff, type JsonChange } from './jsonDiff'

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * What a line says that a person wants to read: of a booking whom it concerns, how much, and the balance before and
 * after; of anything else every field that differs.
 */
export function changesOf(before: unknown, after: unknown): JsonChange[] {
  if (isFields(after) && typeof after.amount_micros === 'number' && typeof after.balance_after_micros === 'number') {
    const balance = after.balance_after_micros
    return [
      { path: 'user_id', after: after.user_id },
      { path: 'amount_micros', after: after.amount_micros },
      { path: 'balance_micros', before: balance - after.amount_micros, after: balance },
    ]
  }
  const created = before === null || before === undefined
  return jsonDiff(before, after)
    .filter((change) => !created || (change.after !== '' && change.after !== null))
    .map((change) => ({ ...change, before: created ? undefined : (change.before ?? null) }))
}
