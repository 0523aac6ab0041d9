import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { readCsrfToken } from '@/api/cookies'
import type { User } from '@/api/types'
import { clearDrafts } from '@/forum/drafts'
import * as api from './api'

/** Who is signed in. `user` is undefined until the first look, then the user or null. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>()
  const isOperator = computed(() => !!user.value?.roles.includes('operator'))
  let looking: Promise<void> | undefined

  async function look() {
    // The readable companion cookie tells whether a session can exist, without a request that must fail.
    if (!readCsrfToken()) {
      user.value = null
      return
    }
    try {
      user.value = await api.fetchMe()
    } catch {
      user.value = null
    }
  }

  /** Resolves once it is known who is signed in; asks the server at most once. */
  function known(): Promise<void> {
    return user.value === undefined ? (looking ??= look()) : Promise.resolve()
  }

  async function signIn(credentials: api.Credentials) {
    user.value = (await api.signIn(credentials)).user
  }

  async function register(credentials: api.Credentials & { email?: string }) {
    user.value = (await api.register(credentials)).user
  }

  async function signOut() {
    await api.signOut().catch(() => undefined)
    clearDrafts()
    user.value = null
  }

  function lost() {
    user.value = null
  }

  return { user, isOperator, known, signIn, register, signOut, lost }
})
