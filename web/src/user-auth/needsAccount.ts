import { useRoute, useRouter } from 'vue-router'
import { useSession } from './session'

/** For what only somebody signed in may do: true, or the visitor is led to sign in and back to this page. */
export function useNeedsAccount() {
  const session = useSession()
  const route = useRoute()
  const router = useRouter()

  return (): boolean => {
    if (session.user) return true
    void router.push({ name: 'sign-in', query: { return: route.fullPath } })
    return false
  }
}
