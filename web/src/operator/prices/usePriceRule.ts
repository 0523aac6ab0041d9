import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { show } from '@/ui/toasts'
import { createPriceRule, listPriceRuleVersions, updatePriceRule } from '../api'
import { operatorKeys } from '../keys'
import type { PriceRule, SavedPriceRule } from '../types'
import { onlyJumps, type Reason } from '../ui/reasons'
import { useReasons } from '../ui/useReasons'
import { emptyRule, formOf, parse } from './ruleForm'
import { ruleChanges } from './ruleChanges'

/** A rule in the making: its versions, the form, and its saving. A refusal keeps everything that was typed. */
export function usePriceRule(id: Ref<string>) {
  const { t } = useI18n()
  const client = useQueryClient()
  const router = useRouter()
  const intent = intentKeys()
  const { fieldsOf, wholeOf, say } = useReasons()
  const isNew = computed(() => id.value === 'new')
  const form = reactive(emptyRule())
  /** The version that is edited. */
  const base = ref<PriceRule>()
  const saved = ref<SavedPriceRule>()
  const local = ref<Record<string, Reason>>({})

  const versions = useQuery({
    queryKey: computed(() => operatorKeys.priceRule(id.value)),
    queryFn: () => listPriceRuleVersions(id.value),
    enabled: computed(() => !isNew.value),
  })

  function edit(rule: PriceRule) {
    base.value = rule
    Object.assign(form, formOf(rule, new Date()))
  }

  const saving = useMutation({
    mutationFn(confirm: boolean) {
      const body = { ...parse(form).body, version: base.value?.version ?? null, confirm }
      return isNew.value ? createPriceRule(body, intent.keyFor(body)) : updatePriceRule(id.value, body)
    },
    async onSuccess(rule) {
      intent.done()
      show(t('operator.prices.saved', { id: rule.rule_id, version: rule.version }))
      saved.value = rule
      edit(rule)
      if (isNew.value) await router.replace({ name: 'operator-price', params: { id: String(rule.rule_id) } })
      await client.invalidateQueries({ queryKey: operatorKeys.priceRules })
    },
    onError: (error) => asProblem(error).code === 'conflict' && void versions.refetch(),
  })

  watch(
    versions.data,
    (list) => {
      const current = list?.[0]
      if (current && base.value?.rule_id !== current.rule_id) edit(current)
    },
    { immediate: true },
  )
  watch(id, (next) => {
    if (next !== String(base.value?.rule_id)) {
      base.value = undefined
      saved.value = undefined
      saving.reset()
      Object.assign(form, emptyRule())
    }
  })

  const parsed = computed(() => parse(form))
  const changes = computed(() => ruleChanges(base.value, parsed.value.body))
  const problem = computed(() => (saving.error.value ? asProblem(saving.error.value) : undefined))
  const reasons = computed<Record<string, string>>(() => ({
    ...fieldsOf(saving.error.value),
    ...Object.fromEntries(Object.entries(local.value).map(([field, reason]) => [field, say(reason)])),
  }))
  const mayInsist = computed(() => onlyJumps(problem.value?.errors))
  /** Somebody saved a version in between: theirs, once it has been read. */
  const theirs = computed(() =>
    problem.value?.code === 'conflict' && base.value
      ? versions.data.value?.find((rule) => rule.version > base.value!.version)
      : undefined,
  )
  const failure = computed(() =>
    mayInsist.value || theirs.value ? '' : wholeOf(saving.error.value, Object.keys(reasons.value), 'price'),
  )

  function save(confirm = false) {
    local.value = parsed.value.reasons
    if (!Object.keys(local.value).length && !saving.isPending.value) saving.mutate(confirm)
  }

  function takeTheirs(keepMine: boolean) {
    if (!theirs.value) return
    if (keepMine) base.value = theirs.value
    else edit(theirs.value)
    saving.reset()
  }

  /** An earlier version becomes what is typed; saving makes it the next one. */
  const takeVersion = (rule: PriceRule) => void Object.assign(form, formOf(rule, new Date()))

  watch(form, () => {
    local.value = {}
    if (mayInsist.value) saving.reset()
  })

  return {
    form,
    base,
    isNew,
    versions,
    parsed,
    changes,
    reasons,
    failure,
    mayInsist,
    theirs,
    saved,
    save,
    takeTheirs,
    takeVersion,
    saving: saving.isPending,
  }
}
