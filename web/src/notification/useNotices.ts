import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { countUnread, listNotices, readAllNotices, readNotice } from './api'

const everyMinute = 60_000

export function useUnread() {
  const { data } = useQuery({ queryKey: keys.unreadNotices, queryFn: countUnread, refetchInterval: everyMinute })
  return computed(() => data.value ?? 0)
}

export function useNotices(unreadOnly: Ref<boolean>) {
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const query = useInfiniteQuery({
    queryKey: computed(() => keys.notices(unreadOnly.value)),
    queryFn: ({ pageParam }) => listNotices(pageParam, unreadOnly.value ? true : undefined),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page.has_more ? last.page.page + 1 : undefined),
  })
  const marking = useMutation({
    mutationFn: (id: number | 'all') => (id === 'all' ? readAllNotices() : readNotice(id)),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.allNotices }),
    onError: (error) => show(textOf(error), { tone: 'error' }),
  })
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? [])
  return { query, items, mark: marking.mutate }
}
