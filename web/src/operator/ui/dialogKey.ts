import { newKey } from '@/api/idempotency'
import { asProblem } from '@/api/problem'

/**
 * One key for everything that an open dialog sends, so that a double click or a repeat after a lost answer acts once.
 * A refusal is an answer: nothing was booked, and what is sent next is a new intent.
 */
export function dialogKey() {
  let key = newKey()
  return {
    get: () => key,
    renew() {
      key = newKey()
    },
    refused(error: unknown) {
      const { status, code } = asProblem(error)
      if (status >= 400 && status < 500 && code !== 'in_flight' && code !== 'key_reused') key = newKey()
    },
  }
}
