import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { api, bodyOf } from '@/api/client'
import type { Card, FieldChange, Schemas } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'

/** A change that another assistant proposed, or made where its key may. */
export type Proposal = Omit<Schemas['ProposalView'], 'diff' | 'card' | 'result'> & {
  diff: FieldChange[]
  card: Card | null
  result: { detail?: string } | null
}

const list = (page: number, state?: 'pending') =>
  bodyOf(api.GET('/api/v1/agent/proposals', { params: { query: { page, page_size: 20, state } } }))
const accept = (id: string) => bodyOf(api.POST('/api/v1/agent/proposals/{id}/accept', { params: { path: { id } } }))
const reject = (id: string) => bodyOf(api.POST('/api/v1/agent/proposals/{id}/reject', { params: { path: { id } } }))

/** How many wait for a word. */
export function useWaitingProposals() {
  const { data } = useQuery({
    queryKey: keys.waitingProposals,
    queryFn: async () => (await list(1, 'pending')).page.total,
  })
  return computed(() => data.value ?? 0)
}

export function useProposals() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const query = useInfiniteQuery({
    queryKey: keys.proposals,
    queryFn: ({ pageParam }) => list(pageParam),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page.has_more ? last.page.page + 1 : undefined),
  })
  const answering = useMutation({
    mutationFn: ({ id, action }: { id: string; action: 'accept' | 'reject' }) =>
      action === 'accept' ? accept(id) : reject(id),
    onSuccess: (_made, { action }) => show(t(action === 'accept' ? 'proposals.made' : 'proposals.dropped')),
    onError: (error) => show(textOf(error), { tone: 'error' }),
    // What it changed, and what it did not.
    onSettled: () =>
      Promise.all(
        [keys.allProposals, keys.schedule, keys.allTasks, keys.allNotices].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  })
  const items = computed(() => (query.data.value?.pages.flatMap((page) => page.items) ?? []) as unknown as Proposal[])
  return {
    query,
    items,
    waiting: computed(() => items.value.filter((item) => item.state === 'pending')),
    answered: computed(() => items.value.filter((item) => item.state !== 'pending')),
    answer: answering.mutate,
    busy: answering.isPending,
  }
}
