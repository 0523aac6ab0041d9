import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { oncePerIntent } from '@/api/idempotency'
import { show } from '@/ui/toasts'
import { listRewardRules, updateRewardRule } from '../api'
import { operatorKeys } from '../keys'
import type { RewardRule } from '../types'
import { useReasons } from '../ui/useReasons'
import { bodyOf, formOf } from './rewardForm'

const turnTo = oncePerIntent(({ rule, active }: { rule: RewardRule; active: boolean }, key) =>
  updateRewardRule(rule.rule_id, bodyOf({ ...formOf(rule), active }), key),
)

/** The rules, and switching one on or off: shown at once, taken back on a refusal, with Undo. */
export function useRewards() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { wholeOf } = useReasons()
  const query = useQuery({ queryKey: operatorKeys.rewards, queryFn: listRewardRules })

  const switching = useMutation({
    mutationFn: turnTo,
    async onMutate({ rule, active }) {
      await client.cancelQueries({ queryKey: operatorKeys.rewards })
      const before = client.getQueryData<RewardRule[]>(operatorKeys.rewards)
      const status = active ? 'active' : 'disabled'
      client.setQueryData<RewardRule[]>(operatorKeys.rewards, (rules) =>
        rules?.map((item) => (item.rule_id === rule.rule_id ? { ...item, status } : item)),
      )
      return { before }
    },
    onError(error, _asked, context) {
      client.setQueryData(operatorKeys.rewards, context?.before)
      show(wholeOf(error, []), { tone: 'error' })
    },
    onSuccess(_rule, { rule, active }) {
      show(t(active ? 'operator.rewards.switchedOn' : 'operator.rewards.switchedOff', { name: rule.name }), {
        action: { label: t('common.undo'), run: () => switching.mutate({ rule, active: !active }) },
      })
    },
    onSettled: () => client.invalidateQueries({ queryKey: operatorKeys.all }),
  })

  return { query, turn: (rule: RewardRule, active: boolean) => switching.mutate({ rule, active }) }
}
