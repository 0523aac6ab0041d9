import type { Schemas } from '@/api/types'

export type RepeatRule = Schemas['RepeatRule']

/** What the dialog offers; anything else is written in the quick line. */
export type RepeatChoice = 'never' | 'day' | 'week' | 'biweekly' | 'month'
export const repeatChoices: RepeatChoice[] = ['never', 'day', 'week', 'biweekly', 'month']

const monday = Date.UTC(2024, 0, 1)
const dayMs = 86_400_000
/** A month that is shorter has it on its last day. */
const lastDay = 31

/** The rule that begins on a day, 2026-12-04 as the term's zone has it. */
export function ruleOf(choice: RepeatChoice, day: string): RepeatRule | null {
  const date = new Date(`${day}T00:00:00Z`)
  if (choice === 'never') return null
  if (choice === 'day') return { unit: 'day', every: 1, days: null, day_of_month: null, until: null }
  if (choice === 'month') return { unit: 'month', every: 1, days: null, day_of_month: date.getUTCDate(), until: null }
  return {
    unit: 'week',
    every: choice === 'week' ? 1 : 2,
    days: [date.getUTCDay() || 7],
    day_of_month: null,
    until: null,
  }
}

type Say = (key: string, values: Record<string, unknown>) => string

/** On which days something repeats, in words. */
export function repeatText(rule: RepeatRule, locale: string, t: Say): string {
  const n = rule.every ?? 1
  const format = new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' })
  const days = (rule.days ?? [])
    .map((day) => format.format(monday + (day - 1) * dayMs))
    .join(t('planner.repeat.and', {}))
  const day =
    rule.day_of_month === lastDay
      ? t('planner.repeat.lastDay', {})
      : t('planner.repeat.dayOf', { day: rule.day_of_month })
  const text = t(`planner.repeat.${rule.unit}${n > 1 ? 's' : ''}`, { n, days, day })
  return rule.until ? t('planner.repeat.until', { text, date: rule.until }) : text
}
