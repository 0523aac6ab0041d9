import { useQueryClient } from '@tanstack/vue-query'
import { useRouter } from 'vue-router'
import { useChats } from '@/agent/chats'
import { useSession } from '@/user-auth/session'

export function useSignOut() {
  const session = useSession()
  const client = useQueryClient()
  const router = useRouter()
  const chats = useChats()

  return async () => {
    await session.signOut()
    await router.push({ name: 'sign-in' })
    client.clear()
    chats.$reset()
  }
}
