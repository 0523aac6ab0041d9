import { useMutation, useQuery, useQueryClient, type InfiniteData } from '@tanstack/vue-query'
import { computed, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import type { Paged } from '@/api/types'
import { count } from '@/format/credit'
import { show } from '@/ui/toasts'
import { listDeadLetters, listOutboxes, requeueAllDeadLetters, requeueDeadLetter } from '../api'
import { operatorKeys } from '../keys'
import type { DeadLetter } from '../types'
import { usePages } from '@/ui/pages'
import { useUrlFilter } from '@/ui/urlFilter'
import { useReasons } from '../ui/useReasons'
import { marked } from './marked'

/** While letters wait for their next try, their outcome is looked for this often, and not for longer than this. */
const lookMs = 2_000
const lookMost = 30

/** The dead letters, and handing them to their consumers again: shown at once, taken back on a refusal. */
export function useDeadLetters() {
  const { t, locale } = useI18n()
  const client = useQueryClient()
  const { wholeOf } = useReasons()
  const filter = useUrlFilter({ module: '', consumer: '' })
  const key = computed(() => [...operatorKeys.deadLetters, { ...filter }])
  const { query, items, total } = usePages(
    key,
    (page, size) => listDeadLetters({ ...filter }, page, size),
    (letter) => `${letter.module}/${letter.id}`,
  )
  const outboxes = useQuery({ queryKey: operatorKeys.outbox, queryFn: listOutboxes })
  const modules = computed(() => (outboxes.data.value ?? []).map((row) => row.module))
  const refresh = () => client.invalidateQueries({ queryKey: operatorKeys.all })

  const one = useMutation({
    mutationFn: (letter: DeadLetter) => requeueDeadLetter(letter.module, letter.id),
    async onMutate(letter) {
      const at = key.value
      await client.cancelQueries({ queryKey: at })
      const before = client.getQueryData<InfiniteData<Paged<DeadLetter>>>(at)
      client.setQueryData(at, before && marked(before, letter, new Date()))
      return { at, before }
    },
    onError(error, _letter, context) {
      if (context) client.setQueryData(context.at, context.before)
      show(wholeOf(error, [], 'deadLetter'), { tone: 'error' })
    },
    onSuccess: (_detail, letter) => show(t('operator.deadLetters.requeued', { name: letter.name })),
    onSettled: refresh,
  })
  const all = useMutation({
    mutationFn: () => requeueAllDeadLetters(filter.consumer),
    onSuccess: (answer) =>
      show(t('operator.deadLetters.requeuedN', { n: count(answer.marked, locale.value) }, answer.marked)),
    onSettled: refresh,
  })

  let looks = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(items, (letters, _before, onCleanup) => {
    onCleanup(() => clearTimeout(timer))
    if (!letters.some((letter) => letter.requeued_at)) looks = 0
    else if (looks++ < lookMost) timer = setTimeout(() => void refresh(), lookMs)
  })

  return {
    filter,
    query,
    items,
    total,
    modules,
    requeue: one.mutate,
    requeueAll: () => all.mutateAsync().catch(() => undefined),
    working: all.isPending,
    failure: computed(() => wholeOf(all.error.value, [])),
  }
}
