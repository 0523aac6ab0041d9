import { describe, expect, it } from 'vitest'
import { bodyOf, emptyReward, formOf, perDay, problemsOf } from './rewardForm'

const rule = {
  rule_id: 1,
  source: 'forum_like',
  name: 'Liked',
  amount: 3,
  daily_cap: 50,
  min_account_age_hours: 24,
  status: 'active',
  description: '',
}

describe('a reward rule', () => {
  it('comes back from its form as it was', () => {
    const { rule_id: _id, ...body } = rule
    expect(bodyOf(formOf(rule))).toEqual(body)
    expect(bodyOf(formOf({ ...rule, status: 'disabled' })).status).toBe('disabled')
  })
  it('counts whole rewards under its cap', () => {
    expect(perDay(formOf(rule))).toBe(16)
    expect(perDay({ ...formOf(rule), daily_cap: '' })).toBe(0)
  })
  it('takes whole Credits only', () => {
    expect(problemsOf({ ...emptyReward(), amount: '1.5' }).amount).toBeDefined()
    expect(problemsOf({ ...emptyReward(), min_account_age_hours: 'a day' }).min_account_age_hours).toBeDefined()
    expect(Object.values(problemsOf(emptyReward())).filter(Boolean)).toEqual([])
  })
})
