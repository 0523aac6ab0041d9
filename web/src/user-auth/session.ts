import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { readCsrfToken } from '@/api/cookies'
import type { User } from '@/api/types'
import { clearDrafts } from '@/drafts'
import { zone } from '@/format/moments'
import { ApiError } from '@/api/problem'
import { forgetKept } from '@/shell/worker'
import * as api from './api'

/** Who is signed in. `user` is undefined until the first look, then the user or null. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>()
  const isOperator = computed(() => !!user.value?.roles.includes('operator'))
  let looking: Promise<void> | undefined
  let last: number | undefined

  /** Whether it is somebody else than before, whose things must not be seen. */
  function enter(next: User): boolean {
    const other = last !== undefined && last !== next.user_id
    last = next.user_id
    user.value = next
    return other
  }

  async function look() {
    // The readable companion cookie tells whether a session can exist, without a request that must fail.
    if (!readCsrfToken()) {
      void forgetKept()
      user.value = null
      return
    }
    try {
      enter(await api.fetchMe())
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) void forgetKept()
      user.value = null
    }
  }

  /** Resolves once it is known who is signed in; asks the server at most once. */
  function known(): Promise<void> {
    return user.value === undefined ? (looking ??= look()) : Promise.resolve()
  }

  const signIn = async (credentials: api.Credentials) => enter((await api.signIn(credentials)).user)

  const register = async (credentials: api.Credentials & { email?: string }) =>
    enter((await api.register(credentials)).user)

  async function signOut() {
    await api.signOut().catch(() => undefined)
    await gone()
  }

  function lost() {
    void forgetKept()
    user.value = null
  }

  /** The account is deleted: nothing of it stays in this browser. */
  async function gone() {
    clearDrafts()
    await forgetKept()
    zone.value = undefined
    user.value = null
  }

  return { user, isOperator, known, signIn, register, signOut, lost, gone }
})
