import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { asProblem } from '@/api/problem'
import { keys } from '@/queries'
import { show } from '@/ui/toasts'
import { useProblemText } from '@/ui/problemText'
import { classKeys } from '../task-classes/api'
import { adjustPlan, applyPlan, discardPlan, readPlan } from './planApi'
import { firstSlot } from './previewBoard'
import type { Plan, Slot } from './types'
import type { Changes } from './useChanges'

/** The plan whose id is in the address: it survives a reload, is adjusted, applied with Undo, or discarded. */
export function usePreview({ tell }: Pick<Changes, 'tell'>) {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const id = computed(() => (typeof route.query.preview === 'string' ? route.query.preview : ''))
  const query = useQuery({
    queryKey: computed(() => keys.planPreview(id.value)),
    queryFn: () => readPlan(id.value),
    enabled: () => !!id.value,
    staleTime: 60_000,
  })
  const plan = computed(() => (id.value ? query.data.value : undefined))
  const failed = computed(() => (id.value ? query.error.value : null))

  function open(made: Plan) {
    const week = firstSlot(made)?.week
    const params = week ? { n: String(week) } : route.params
    void router.push({ name: 'week', params, query: { preview: made.preview_id } })
  }

  const close = () => void router.replace({ name: 'week', params: route.params })
  const onError = (error: unknown) => {
    show(textOf(error), { tone: 'error' })
    if (asProblem(error).status === 409) void client.invalidateQueries({ queryKey: keys.planPreview(id.value) })
  }

  const adjusting = useMutation({
    scope: { id: 'preview' },
    mutationFn: ({ item_id, to }: { item_id: number; to: Slot | null }) => {
      const known = client.getQueryData<Plan>(keys.planPreview(id.value))
      return adjustPlan(id.value, item_id, to, known?.revision ?? 0)
    },
    onMutate({ item_id, to }) {
      const before = plan.value
      if (before) client.setQueryData(keys.planPreview(id.value), moved(before, item_id, to))
      return { before }
    },
    onSuccess(made) {
      client.setQueryData(keys.planPreview(made.preview_id), made)
      const rules = [
        ...new Set(made.warnings.map(({ rule, because }) => t(`week.caution.${rule}`, { because: because ?? '' }))),
      ]
      if (rules.length) show(t('week.planning.warned', { rules: rules.join(t('week.comma')) }))
    },
    onError(error, _sent, context) {
      if (context?.before) client.setQueryData(keys.planPreview(id.value), context.before)
      onError(error)
    },
  })

  const applying = useMutation({
    // After adjustments that are still on their way: what is applied is what is shown.
    scope: { id: 'preview' },
    mutationFn: () => applyPlan(id.value, plan.value?.revision ?? 0),
    onSuccess({ placed, moved, removed, change_id }) {
      close()
      tell(t('week.planning.applied', { n: placed + moved + removed }), change_id)
    },
    onError,
    async onSettled() {
      for (const queryKey of [keys.schedule, classKeys.all]) await client.invalidateQueries({ queryKey })
    },
  })

  function discard() {
    const gone = id.value
    close()
    client.removeQueries({ queryKey: keys.planPreview(gone) })
    // A preview that could not be deleted expires by itself.
    void discardPlan(gone).catch(() => undefined)
  }

  return {
    id,
    plan,
    query,
    failed,
    open,
    close,
    discard,
    apply: () => applying.mutate(),
    applying: applying.isPending,
    adjust: (item_id: number, to: Slot | null) => adjusting.mutate({ item_id, to }),
  }
}

/** The plan with one block elsewhere, until the server has scored it. */
export function moved(plan: Plan, item_id: number, to: Slot | null): Plan {
  const here = <T extends { item_id: number }>(one: T) => one.item_id === item_id
  return {
    ...plan,
    placements: plan.placements.filter((one) => to || !here(one)).map((one) => (here(one) ? { ...one, ...to } : one)),
    diff: plan.diff.map((one) => (here(one) ? { ...one, to } : one)),
  }
}

export type Preview = ReturnType<typeof usePreview>
