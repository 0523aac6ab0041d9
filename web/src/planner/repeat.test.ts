import { describe, expect, it } from 'vitest'
import { en, zhCN } from './messages'
import { repeatText, ruleOf, type RepeatRule } from './repeat'

const say = (messages: typeof en) => (key: string, values: Record<string, unknown>) =>
  key
    .split('.')
    .reduce<unknown>((of, name) => (of as Record<string, unknown>)[name], messages)!
    .toString()
    .replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
const rule = (one: Partial<RepeatRule>): RepeatRule => ({
  unit: 'week',
  every: 1,
  days: null,
  day_of_month: null,
  until: null,
  ...one,
})

describe('what repeats', () => {
  it('is said in both languages', () => {
    expect(repeatText(rule({ days: [3, 5] }), 'zh-CN', say(zhCN))).toBe('每周三、周五')
    expect(repeatText(rule({ days: [5], every: 2, until: '2026-12-20' }), 'zh-CN', say(zhCN))).toBe(
      '每 2 周的周五，到 2026-12-20',
    )
    expect(repeatText(rule({ unit: 'month', day_of_month: 31 }), 'zh-CN', say(zhCN))).toBe('每月最后一天')
    expect(repeatText(rule({ days: [3, 5] }), 'en', say(en))).toBe('every Wed, Fri')
    expect(repeatText(rule({ unit: 'day', every: 3 }), 'en', say(en))).toBe('every 3 days')
    expect(repeatText(rule({ unit: 'month', day_of_month: 5 }), 'en', say(en))).toBe('every month on day 5')
  })

  it('begins on the day of the deadline', () => {
    expect(ruleOf('never', '2026-12-06')).toBeNull()
    expect(ruleOf('biweekly', '2026-12-06')).toMatchObject({ unit: 'week', every: 2, days: [7] })
    expect(ruleOf('month', '2026-12-06')).toMatchObject({ unit: 'month', day_of_month: 6 })
  })
})
