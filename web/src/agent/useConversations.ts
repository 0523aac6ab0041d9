import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Conversation } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { deleteConversation, listConversations, patchConversation } from './api'
import { useChats } from './chats'

const debounceMs = 250

export function useConversations() {
  const { t } = useI18n()
  const search = ref('')
  const asked = ref('')
  const showArchived = ref(false)
  const { patch } = useConversationPatch()
  let timer: ReturnType<typeof setTimeout> | undefined

  watch(search, (text) => {
    clearTimeout(timer)
    timer = setTimeout(() => (asked.value = text.trim()), debounceMs)
  })

  const query = useQuery({
    queryKey: computed(() => keys.conversations(asked.value, showArchived.value)),
    queryFn: () => listConversations(asked.value, showArchived.value),
    placeholderData: keepPreviousData,
  })
  const items = computed(() => query.data.value?.items ?? [])

  function setArchived(conversation: Conversation, archived: boolean) {
    patch.mutate(
      { id: conversation.id, change: { archived } },
      {
        onSuccess: () => {
          if (!archived) return
          const action = { label: t('common.undo'), run: () => setArchived(conversation, false) }
          show(t('agent.archived', { title: conversation.title || t('agent.untitled') }), { action })
        },
      },
    )
  }

  return { search, showArchived, query, items, setArchived }
}

function useConversationPatch() {
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const patch = useMutation({
    mutationFn: ({ id, change }: { id: number; change: { title?: string; archived?: boolean } }) =>
      patchConversation(id, change),
    onError: (error) => show(textOf(error), { tone: 'error' }),
    onSettled: () => client.invalidateQueries({ queryKey: keys.allConversations }),
  })
  return { patch }
}

export function useConversationChanges(current: () => string | undefined) {
  const client = useQueryClient()
  const router = useRouter()
  const chats = useChats()
  const { textOf } = useProblemText()
  const { patch } = useConversationPatch()

  const removal = useMutation({
    mutationFn: (conversation: Conversation) => deleteConversation(conversation.id),
    onSuccess(_answer, conversation) {
      chats.forget(String(conversation.id))
      if (String(conversation.id) === current()) void router.replace('/assistant')
      return client.invalidateQueries({ queryKey: keys.allConversations })
    },
    onError: (error) => show(textOf(error), { tone: 'error' }),
  })

  return {
    rename: (conversation: Conversation, title: string) => patch.mutate({ id: conversation.id, change: { title } }),
    remove: (conversation: Conversation) => removal.mutate(conversation),
  }
}
