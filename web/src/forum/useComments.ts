import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { deleteComment, listReplies, listThreads, type Comment, type CommentSort, type Thread } from './api'
import { plazaKeys } from './usePlaza'

/** Threads of a post, and what was loaded or written of each beyond its first replies. */
export function useComments(post: Ref<number>) {
  const { t } = useI18n()
  const { textOf } = useProblemText()
  const client = useQueryClient()
  const sort = ref<CommentSort>('oldest')
  const extra = reactive(new Map<number, { replies: Comment[]; hasMore: boolean }>())
  const loading = ref(0)
  const query = useInfiniteQuery({
    queryKey: computed(() => [...plazaKeys.threads(post.value), sort.value]),
    queryFn: ({ pageParam }) => listThreads(post.value, pageParam, sort.value),
    initialPageParam: 1,
    getNextPageParam: (last) => (last.page.has_more ? last.page.page + 1 : undefined),
  })
  const threads = computed<Thread[]>(() => {
    const all = query.data.value?.pages.flatMap((page) => page.items) ?? []
    return [...new Map(all.map((thread) => [thread.root.id, thread])).values()].map((thread) => {
      const more = extra.get(thread.root.id)
      if (!more) return thread
      const known = new Map([...thread.replies, ...more.replies].map((reply) => [reply.id, reply]))
      return { root: thread.root, replies: [...known.values()], has_more: more.hasMore && thread.has_more }
    })
  })

  async function loadReplies(thread: Thread) {
    const first = query.data.value?.pages.flatMap((page) => page.items).find((item) => item.root.id === thread.root.id)
    const more = extra.get(thread.root.id)
    // A reply of one's own is known before those that were written ahead of it.
    const loaded = [...(first?.replies ?? []), ...(more?.replies.filter((reply) => !mine.has(reply.id)) ?? [])]
    loading.value = thread.root.id
    try {
      const answer = await listReplies(thread.root.id, Math.max(0, ...loaded.map((reply) => reply.id)))
      extra.set(thread.root.id, { replies: [...(more?.replies ?? []), ...answer.items], hasMore: answer.has_more })
    } catch (error) {
      show(textOf(error), { tone: 'error' })
    } finally {
      loading.value = 0
    }
  }

  const mine = new Set<number>()
  function written(comment: Comment) {
    if (comment.root_id) {
      mine.add(comment.id)
      const more = extra.get(comment.root_id)
      extra.set(comment.root_id, { replies: [...(more?.replies ?? []), comment], hasMore: more?.hasMore ?? true })
    }
    changed()
  }

  function changed() {
    void client.invalidateQueries({ queryKey: plazaKeys.threads(post.value) })
    void client.invalidateQueries({ queryKey: plazaKeys.post(post.value) })
    void client.invalidateQueries({ queryKey: plazaKeys.lists, refetchType: 'none' })
  }

  const { mutate: remove } = useMutation({
    mutationFn: (comment: Comment) => deleteComment(comment.id),
    onSuccess: (_, comment) => {
      for (const [root, more] of extra) {
        const replies = more.replies.map((r) =>
          r.id === comment.id ? { ...r, deleted: true, content: '', author: null, mine: false } : r,
        )
        extra.set(root, { ...more, replies })
      }
      void client.invalidateQueries({ queryKey: plazaKeys.comment(comment.id) })
      changed()
    },
    onError: (error) => show(textOf(error), { tone: 'error' }),
  })
  const removeAsked = (comment: Comment) => {
    if (window.confirm(t('plaza.deleteCommentAsk'))) remove(comment)
  }

  return { query, sort, threads, loading, loadReplies, written, remove: removeAsked }
}
