import { useInfiniteQuery } from '@tanstack/vue-query'
import { computed, reactive } from 'vue'
import { keys } from '@/queries'
import { listTransactions } from './api'

/** The reasons that the ledger knows, in the order of the filter. */
export const sources = [
  'charge',
  'order',
  'welcome',
  'forum_like',
  'forum_import',
  'adjust',
  'refund',
  'rerate',
] as const

export function useTransactions() {
  const filter = reactive({ source: '', direction: '' })
  const query = useInfiniteQuery({
    queryKey: computed(() => keys.transactions({ ...filter })),
    queryFn: ({ pageParam }) => listTransactions(pageParam, { ...filter }),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page.has_more ? last.page.page + 1 : undefined),
  })
  // A transaction that arrives between two pages shifts the second one: show each only once.
  const items = computed(() => {
    const all = query.data.value?.pages.flatMap((page) => page.items) ?? []
    return [...new Map(all.map((item) => [item.transaction_id, item])).values()]
  })
  const total = computed(() => query.data.value?.pages[0]?.page.total ?? 0)
  const totals = computed(() => query.data.value?.pages[0]?.totals)
  const filtered = computed(() => !!(filter.source || filter.direction))

  function clear() {
    filter.source = ''
    filter.direction = ''
  }

  return { filter, filtered, query, items, total, totals, clear }
}
