import { describe, expect, it } from 'vitest'
import type { Notice } from './api'
import { badge, wordingOf } from './wording'

const notice = (kind: string, data: Notice['data']): Notice => ({
  id: 1,
  kind,
  data,
  created_at: '',
  read_at: null,
  deliveries: [],
})

describe('what a notification says', () => {
  it('names balance and threshold', () =>
    expect(
      wordingOf(notice('credit.balance.low', { balance_micros: 4_500_000, threshold_micros: 20_000_000 }), 'en'),
    ).toEqual({ key: 'notices.low', args: { balance: '4.50', limit: '20.00' }, to: '/store', action: 'toStore' }))
  it('names the day and what it spent', () =>
    expect(
      wordingOf(
        notice('credit.spend.reached', { spent_micros: 1, threshold_micros: 1_000_000, day: '2026-11-22' }),
        'en',
      ).args,
    ).toEqual({ spent: '<0.01', limit: '1.00', day: '2026-11-22' }))
  it.each([
    [1, '0.000001'],
    [99_999_990, '99.99999'],
  ])('quotes a limit of %i micros as it was set', (threshold_micros, limit) =>
    expect(wordingOf(notice('credit.balance.low', { balance_micros: 0, threshold_micros }), 'en').args.limit).toBe(
      limit,
    ),
  )
  it('does not hide what it does not know', () =>
    expect(wordingOf(notice('something.new', {}), 'en').key).toBe('notices.other'))
  it('leads to the post that was liked', () =>
    expect(wordingOf(notice('forum.post.liked', { post_id: 7 }), 'en').to).toBe('/plaza/7'))
  it('lists the next day', () =>
    expect(
      wordingOf(
        notice('schedule.outlook', {
          day: '2026-11-26',
          items: [{ what: 'block', title: '高数', at: '2026-11-26T02:00:00Z' }],
        }),
        'en',
      ).lines?.[0],
    ).toMatch(/^\d\d:\d\d 高数$/))
  it('counts to 99 on the bell', () => expect([badge(1), badge(99), badge(100)]).toEqual(['1', '99', '99+']))
})
