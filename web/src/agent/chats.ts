import { useQueryClient } from '@tanstack/vue-query'
import { defineStore } from 'pinia'
import { ref, shallowReactive, shallowRef } from 'vue'
import { keys } from '@/queries'
import { createChat, type Chat } from './chat'

/** The conversations that this visit has opened, and the one that has not begun. */
export const useChats = defineStore('chats', () => {
  const client = useQueryClient()
  const opened = shallowReactive(new Map<string, Chat>())
  const named = ref<string>()
  const fresh = shallowRef(begin())

  function onTurnEnd() {
    for (const key of [keys.allTasks, keys.credit, keys.allConversations])
      void client.invalidateQueries({ queryKey: key })
  }

  /** A chat that the server has yet to name; once named it is found under its id, too. */
  function begin(): Chat {
    const chat = createChat(undefined, {
      onNamed(id) {
        opened.set(id, chat)
        named.value = id
        void client.invalidateQueries({ queryKey: keys.allConversations })
      },
      onTurnEnd,
    })
    return chat
  }

  /** Leaves a begun conversation to its own address and makes room for the next new one. */
  function renew() {
    if (fresh.value.id) fresh.value = begin()
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

  return { fresh, named, open, renew, forget, $reset }
})
