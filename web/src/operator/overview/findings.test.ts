import { expect, it } from 'vitest'
import { checkKey, foundLines } from './findings'

it('a difference names its account and sequence once', () => {
  const differences = [
    {
      check: 'held is the sum of the open holds',
      detail: 'account 5, held: 3, should be 4',
      pending: false,
      account_id: 5,
      seq: 0,
    },
    {
      check: 'an entry',
      detail: 'account -2, sequence 9, posted: 1, should be 2',
      pending: false,
      account_id: -2,
      seq: 9,
    },
    { check: 'could not be checked', detail: 'Timeout: x', pending: false },
  ]
  const report = {
    ok: false,
    checked_at: '2026-11-22T00:00:00Z',
    checks: [{ name: 'ledger', differences, pending: [], more: false, elapsed_milliseconds: 1 }],
  }
  expect(foundLines(report as never)).toEqual([
    { check: 'held is the sum of the open holds', account: 5, seq: 0, detail: 'held: 3, should be 4' },
    { check: 'an entry', account: -2, seq: 9, detail: 'posted: 1, should be 2' },
    { check: 'could not be checked', account: 0, seq: 0, detail: 'Timeout: x' },
  ])
})

it('a check is named by its words', () => expect(checkKey('held is the sum')).toBe('held_is_the_sum'))
