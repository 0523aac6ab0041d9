import { useInfiniteQuery, type QueryKey } from '@tanstack/vue-query'
import { computed, type MaybeRefOrGetter, toValue } from 'vue'
import type { Paged } from '@/api/types'

export const pageSize = 50

/** No list is longer than this where it is wanted whole: 20 pages of 100. */
const wholePages = 20
const wholePageSize = 100

export type FetchPage<T> = (page: number, size: number) => Promise<Paged<T>>

/** A list by pages, shown together. A row that moved between two pages while they were read is shown once. */
export function usePages<T>(
  key: MaybeRefOrGetter<QueryKey>,
  fetchPage: FetchPage<T>,
  idOf: (item: T) => unknown,
  enabled: MaybeRefOrGetter<boolean> = true,
) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam }) => fetchPage(pageParam, pageSize),
    initialPageParam: 1,
    getNextPageParam: (last: Paged<T>) => (last.page.has_more ? last.page.page + 1 : undefined),
    enabled: computed(() => toValue(enabled)),
  })
  const items = computed<T[]>(() => {
    const all = query.data.value?.pages.flatMap((page) => page.items) ?? []
    return [...new Map(all.map((item) => [idOf(item), item])).values()]
  })
  const total = computed(() => query.data.value?.pages[0]?.page.total ?? 0)
  return { query, items, total }
}

/** Every page of a list, up to its limit. */
export async function fetchWhole<T>(fetchPage: FetchPage<T>): Promise<T[]> {
  const items: T[] = []
  for (let page = 1; page <= wholePages; page++) {
    const answer = await fetchPage(page, wholePageSize)
    items.push(...answer.items)
    if (!answer.page.has_more) break
  }
  return items
}
