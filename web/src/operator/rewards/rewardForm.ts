import { scaled } from '../ui/decimals'
import type { RewardRule, SaveRewardRule } from '../types'
import type { Reason } from '../ui/reasons'

export interface RewardForm {
  source: string
  name: string
  amount: string
  daily_cap: string
  min_account_age_hours: string
  active: boolean
  description: string
}

export const emptyReward = (): RewardForm => ({
  source: '',
  name: '',
  amount: '1',
  daily_cap: '0',
  min_account_age_hours: '0',
  active: true,
  description: '',
})

export const formOf = (rule: RewardRule): RewardForm => ({
  source: rule.source,
  name: rule.name,
  amount: String(rule.amount),
  daily_cap: String(rule.daily_cap),
  min_account_age_hours: String(rule.min_account_age_hours),
  active: rule.status === 'active',
  description: rule.description,
})

export function bodyOf(form: RewardForm): SaveRewardRule {
  return {
    source: form.source.trim(),
    name: form.name.trim(),
    amount: scaled(form.amount, 0) ?? 0,
    daily_cap: scaled(form.daily_cap || '0', 0) ?? 0,
    min_account_age_hours: scaled(form.min_account_age_hours || '0', 0) ?? 0,
    status: form.active ? 'active' : 'disabled',
    description: form.description.trim(),
  }
}

/** Whole Credits alone: what cannot be read is said before anything is sent. */
export function problemsOf(form: RewardForm): Record<string, Reason | undefined> {
  const whole = (text: string): Reason | undefined =>
    scaled(text, 0) === undefined ? { key: 'operator.reasons.noCount' } : undefined
  return {
    amount: whole(form.amount),
    daily_cap: whole(form.daily_cap || '0'),
    min_account_age_hours: whole(form.min_account_age_hours || '0'),
  }
}

/** How many rewards a day fit under the cap; 0: no limit. */
export function perDay(form: RewardForm): number {
  const [amount, cap] = [scaled(form.amount, 0) ?? 0, scaled(form.daily_cap || '0', 0) ?? 0]
  return amount > 0 && cap > 0 ? Math.floor(cap / amount) : 0
}
