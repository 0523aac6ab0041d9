import { useQueryClient } from '@tanstack/vue-query'
import { defineStore } from 'pinia'
import { shallowReactive, shallowRef } from 'vue'
import { keys } from '@/queries'
import { createChat, type Chat } from './chat'

/** The conversations that this visit has opened, and the one that has not begun. */
export const useChats = defineStore('chats', () => {
  const client = useQueryClient()
  const opened = shallowReactive(new Map<string, Chat>())
  const fresh = shallowRef(begin())

  function onTurnEnd() {
    for (const key of [keys.allTasks, keys.credit, keys.allConversations]) void client.invalidateQueries({ queryKey: key })
  }

  function begin(): Chat {
    const chat = createChat(undefined, {
      onNamed(id) {
        opened.set(id, chat)
        fresh.value = begin()
        void client.invalidateQueries({ queryKey: keys.allConversations })
      },
      onTurnEnd,
    })
    return chat
  }

  function open(id: string): Chat {
    const known = opened.get(id)
    if (known) return known
    const chat = createChat(id, { onNamed: () => undefined, onTurnEnd })
    opened.set(id, chat)
    return chat
  }

  function forget(id: string) {
    opened.delete(id)
  }

  function $reset() {
    opened.clear()
    fresh.value = begin()
  }

  return { fresh, open, forget, $reset }
})
