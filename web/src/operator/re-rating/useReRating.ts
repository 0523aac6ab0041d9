import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { oncePerIntent } from '@/api/idempotency'
import { show } from '@/ui/toasts'
import { listReRatings, startReRating } from '../api'
import { operatorKeys } from '../keys'
import type { ReRating } from '../types'
import { usePages } from '@/ui/pages'
import { useAction } from '../ui/useAction'
import { useReasons } from '../ui/useReasons'
import { bodyOf, emptyForm, problemsOf } from './reRatingForm'

const fields = ['from', 'to', 'reason', 'price_rule_id', 'price_rule_version', 'scene', 'provider_name', 'model_name']
const pollMs = 1_500
const rehearse = oncePerIntent(startReRating)

/** Trying a period first, then running exactly what was tried. */
export function useReRating() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { fieldsOf, wholeOf, say } = useReasons()
  const form = reactive(emptyForm(new Date()))
  const local = ref<Record<string, string>>({})
  /** What the form said when it was tried. */
  const triedBody = ref('')
  /** Charges that each run of this visit will look at. */
  const expected = reactive(new Map<number, number>())

  const trial = useMutation({
    mutationFn: () => rehearse(bodyOf(form, true)),
    onMutate: () => (triedBody.value = JSON.stringify(bodyOf(form, true))),
  })
  const tried = computed<ReRating | undefined>(() =>
    triedBody.value === JSON.stringify(bodyOf(form, true)) ? trial.data.value : undefined,
  )
  const { query, items, total } = usePages(operatorKeys.reRatings, listReRatings, (run) => run.id)
  const running = computed(() => items.value.some((run) => run.status === 'running'))

  const confirming = ref(false)
  const action = useAction({
    what: 'reRating',
    shown: [],
    check: () => ({}),
    run: (key) => startReRating(bodyOf(form, false), key),
    done(run) {
      if (tried.value) expected.set(run.id, tried.value.seen)
      trial.reset()
      triedBody.value = ''
      confirming.value = false
      show(t('operator.reRating.started', { id: run.id }))
    },
  })

  function tryIt() {
    const found = Object.entries(problemsOf(form)).flatMap(([field, reason]) => (reason ? [[field, say(reason)]] : []))
    local.value = Object.fromEntries(found)
    if (!found.length && !trial.isPending.value) trial.mutate()
  }

  function ask() {
    action.start()
    confirming.value = true
  }

  watch(form, () => (local.value = {}))
  watch(
    [running, items],
    (_now, _before, onCleanup) => {
      if (!running.value) return
      const timer = setTimeout(() => void client.invalidateQueries({ queryKey: operatorKeys.all }), pollMs)
      onCleanup(() => clearTimeout(timer))
    },
    { immediate: true },
  )

  return {
    form,
    reasons: computed<Record<string, string>>(() => ({ ...fieldsOf(trial.error.value), ...local.value })),
    failure: computed(() => wholeOf(trial.error.value, fields, 'reRating')),
    trying: trial.isPending,
    tryIt,
    tried,
    running,
    confirming,
    ask,
    action,
    expected,
    runs: { query, items, total },
  }
}
