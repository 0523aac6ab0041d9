import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, onMounted, onUnmounted, type Ref } from 'vue'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { countUnread, listNotices, readAllNotices, readNotice } from './api'

const everyMinute = 60_000

export function useUnread() {
  const { data } = useQuery({ queryKey: keys.unreadNotices, queryFn: countUnread, refetchInterval: everyMinute })
  return computed(() => data.value ?? 0)
}

/**
 * Hears of notices as they come while the page is seen: a browser has few connections to a host, and pages in the background
 * would hold them all. Without the stream the count is asked for every minute.
 */
export function useLiveNotices() {
  const client = useQueryClient()
  let source: EventSource | undefined
  let last: string | undefined

  function follow() {
    if (document.visibilityState !== 'visible') return leave()
    if (source) return
    source = new EventSource('/api/v1/notifications/stream')
    source.addEventListener('unread', ({ data }: MessageEvent<string>) => {
      client.setQueryData(keys.unreadNotices, (JSON.parse(data) as { unread: number }).unread)
      if (last !== undefined && last !== data) {
        void client.invalidateQueries({ queryKey: keys.noticeLists })
        void client.invalidateQueries({ queryKey: keys.suggestions })
      }
      last = data
    })
    // A refusal ends it for good; an answer that broke off is asked for again by the browser.
    source.onerror = () => source?.readyState === EventSource.CLOSED && leave()
  }

  function leave() {
    source?.close()
    source = undefined
  }

  onMounted(() => {
    follow()
    document.addEventListener('visibilitychange', follow)
  })
  onUnmounted(() => {
    document.removeEventListener('visibilitychange', follow)
    leave()
  })
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
