import { microPlaces, scaled } from '../ui/decimals'
import type { Reason } from '../ui/reasons'
import { missingReason } from '../ui/useAction'

export interface BookingForm {
  amount: string
  reason: string
}

export type AmountRule = 'signed' | 'positive'

/** Undefined while it is not an amount that can be booked. */
export function amountOf(text: string, rule: AmountRule): number | undefined {
  const micros = scaled(text, microPlaces)
  return micros === undefined || micros === 0 || (rule === 'positive' && micros < 0) ? undefined : micros
}

/** By the server's names of the fields. */
export function problemsOf(form: BookingForm, rule: AmountRule, most?: number): Record<string, Reason | undefined> {
  return { amount_micros: amountProblem(form.amount, rule, most), reason: missingReason(form.reason) }
}

function amountProblem(text: string, rule: AmountRule, most?: number): Reason | undefined {
  const micros = scaled(text, microPlaces)
  if (micros === undefined) return { key: 'operator.reasons.noAmount' }
  if (micros === 0) return { key: 'operator.reasons.zero' }
  if (rule === 'positive' && micros < 0) return { key: 'operator.reasons.positive' }
  if (most !== undefined && micros > most)
    return { key: 'operator.reasons.atMostCost', args: { most: String(most / 10 ** microPlaces) } }
  return undefined
}
