import { useInfiniteQuery, useMutation, useQueryClient, type QueryKey } from '@tanstack/vue-query'
import { computed, onBeforeUnmount, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { listPosts, setLike, type PostCard, type PostFilter, type Sort } from './api'
import { likedAs, withPost } from './likes'

export const plazaKeys = {
  all: ['plaza'] as const,
  lists: ['plaza', 'posts'] as const,
  posts: (filter: PostFilter) => ['plaza', 'posts', filter] as const,
  post: (id: number) => ['plaza', 'post', id] as const,
  tags: ['plaza', 'tags'] as const,
  threads: (post: number) => ['plaza', 'threads', post] as const,
  comment: (id: number) => ['plaza', 'comment', id] as const,
  author: (id: number) => ['plaza', 'author', id] as const,
  earned: ['credit', 'earned'] as const,
}

const typingMs = 250
const sorts: Sort[] = ['latest', 'likes', 'imports']

/** Sort, tag and words live in the address, so that Back and a copied link show the same list. */
export function usePostFilter() {
  const route = useRoute()
  const router = useRouter()
  const text = (name: string) => (typeof route.query[name] === 'string' ? route.query[name] : '')
  const set = (change: Record<string, string>) => {
    const query = Object.fromEntries(Object.entries({ ...route.query, ...change }).filter(([, value]) => value))
    void router.replace({ query })
  }
  const sort = computed<Sort>({
    get: () => sorts.find((s) => s === text('sort')) ?? 'latest',
    set: (value) => set({ sort: value === 'latest' ? '' : value }),
  })
  const tag = computed<string>({ get: () => text('tag'), set: (value) => set({ tag: value }) })
  const keyword = computed(() => text('q'))
  const typed = ref(keyword.value)
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(typed, (value) => {
    clearTimeout(timer)
    timer = setTimeout(() => set({ q: value.trim().slice(0, 50) }), typingMs)
  })
  watch(keyword, (value) => {
    if (value !== typed.value.trim()) typed.value = value
  })
  onBeforeUnmount(() => clearTimeout(timer))
  const filter = computed<PostFilter>(() => ({
    sort: sort.value,
    keyword: keyword.value || undefined,
    tag: tag.value || undefined,
  }))
  const filtered = computed(() => !!(keyword.value || tag.value))
  const clear = () => {
    typed.value = ''
    set({ q: '', tag: '' })
  }
  return { sort, tag, typed, filter, filtered, clear }
}

/** Pages of posts. A filter that changes cancels the request of the one before. */
export function usePosts(filter: Ref<PostFilter>) {
  const query = useInfiniteQuery({
    queryKey: computed(() => plazaKeys.posts(filter.value)),
    queryFn: ({ pageParam, signal }) => listPosts(pageParam, filter.value, signal),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page.has_more ? last.page.page + 1 : undefined),
    staleTime: 60_000,
    placeholderData: (previous) => previous,
  })
  // A post that is published between two pages shifts the second one: show each only once.
  const items = computed(() => [
    ...new Map((query.data.value?.pages.flatMap((page) => page.items) ?? []).map((post) => [post.id, post])).values(),
  ])
  const total = computed(() => query.data.value?.pages[0]?.page.total ?? 0)
  return { query, items, total }
}

/** Shows the like at once, and takes it back where the server refuses. */
export function useLike() {
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const change = (id: number, with_: (post: PostCard) => Partial<PostCard>) =>
    client.setQueriesData<unknown>({ queryKey: plazaKeys.all }, (data: unknown) => withPost(data, id, with_))
  const { mutate } = useMutation({
    scope: { id: 'plaza-like' },
    mutationFn: ({ post, liked }: { post: PostCard; liked: boolean }) => setLike(post.id, liked),
    onMutate: async ({ post, liked }) => {
      await client.cancelQueries({ queryKey: plazaKeys.all })
      const before: [QueryKey, unknown][] = client.getQueriesData({ queryKey: plazaKeys.all })
      change(post.id, likedAs(liked))
      return { before }
    },
    onError: (error, _like, context) => {
      for (const [key, data] of context?.before ?? []) client.setQueryData(key, data)
      show(textOf(error), { tone: 'error' })
    },
    onSuccess: (answer, { post }) => change(post.id, () => answer),
  })
  return (post: PostCard) => mutate({ post, liked: !post.liked })
}
