import { rowCredit } from '@/format/credit'
import type { Notice } from './api'

export interface Wording {
  key: string
  args: Record<string, string>
  /** Where its action leads. */
  to: 'store' | 'calls'
}

/** The words of a notification as a key of the messages; one of a kind that this page does not know says so. */
export function wordingOf({ kind, data }: Notice, locale: string): Wording {
  const credit = (micros: number | undefined) => rowCredit(micros ?? 0, locale)
  const limit = credit(data.threshold_micros)
  if (kind === 'credit.balance.low') {
    return { key: 'notices.low', args: { balance: credit(data.balance_micros), limit }, to: 'store' }
  }
  if (kind === 'credit.spend.reached') {
    const args = { spent: credit(data.spent_micros), limit, day: data.day ?? '' }
    return { key: 'notices.spent', args, to: 'calls' }
  }
  return { key: 'notices.other', args: { kind }, to: 'store' }
}

/** For the bell: more than 99 is not counted out. */
export const badge = (unread: number) => (unread > 99 ? '99+' : String(unread))
