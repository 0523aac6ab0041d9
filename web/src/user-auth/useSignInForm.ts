import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { useChats } from '@/agent/chats'
import { asProblem, type Problem } from '@/api/problem'
import { returnPath } from '@/router'
import { useProblemText } from '@/ui/problemText'
import { authCapabilities } from './api'
import { useSession } from './session'

export type Mode = 'sign-in' | 'register'

export const passwordLength = { least: 10, most: 128 }
const demo = { username: 'demo', password: 'demo-password' }

/** As the server has it; told before it is asked. */
const usernameRule = /^[\p{L}\p{Nd}_.-]{1,32}$/u

/** Rules are checked only where an account is made: the server decides on signing in. */
export function checkCredentials(
  mode: Mode,
  username: string,
  password: string,
): { username?: string; password?: string } {
  const name = username.trim()
  const tooShort = password.length < passwordLength.least || password.length > passwordLength.most
  return {
    ...(!name
      ? { username: 'auth.usernameMissing' }
      : mode === 'register' && !usernameRule.test(name)
        ? { username: 'auth.usernameRule' }
        : {}),
    ...((mode === 'register' ? tooShort : !password) ? { password: 'auth.passwordLength' } : {}),
  }
}

/** The server's field refusals as our own words: its reasons are for programs. */
export function refusedFields({ code, errors = {} }: Problem): Record<string, string> {
  const words: Record<string, string> = {
    username: code === 'already_exists' ? 'auth.usernameTaken' : 'auth.usernameRule',
    password: 'auth.passwordLength',
    email: 'auth.emailRule',
  }
  return Object.fromEntries(Object.entries(words).filter(([field]) => field in errors))
}

export function useSignInForm() {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const session = useSession()
  const client = useQueryClient()
  const chats = useChats()
  const { textOf } = useProblemText()
  const form = reactive({ username: '', password: '', email: '' })
  const mode = ref<Mode>('sign-in')
  const working = ref<'form' | 'demo'>()
  const revealed = ref(false)
  const error = ref<unknown>()
  const demoMissing = ref(false)
  const local = ref<Record<string, string>>({})
  const { data: can } = useQuery({ queryKey: ['auth-capabilities'], queryFn: authCapabilities, staleTime: Infinity })
  /** Why one is here: because a session has ended, or because a page wants to know who asks. */
  const why = computed(() => {
    if (route.query.ended) return t('auth.ended')
    if (route.query.deleted) return t('auth.deleted')
    if (route.query.recovered) return t('recovery.done')
    if (typeof route.query.return !== 'string') return ''
    const { title } = router.resolve(returnPath(route)).meta
    return title ? t('auth.toGoOn', { page: t(title) }) : ''
  })

  const reasons = computed<Record<string, string | undefined>>(() => {
    const found = { ...(error.value ? refusedFields(asProblem(error.value)) : {}), ...local.value }
    return Object.fromEntries(Object.entries(found).map(([field, key]) => [field, t(key)]))
  })
  const failure = computed(() => {
    if (demoMissing.value) return t('auth.demoMissing')
    if (!error.value || asProblem(error.value).errors) return ''
    return textOf(error.value)
  })

  async function enter(kind: 'form' | 'demo', run: () => Promise<boolean>) {
    if (working.value) return
    working.value = kind
    error.value = undefined
    demoMissing.value = false
    try {
      if (await run()) chats.$reset()
      // What a visitor read does not say what is whose.
      client.clear()
      await router.replace(returnPath(route))
    } catch (caught) {
      if (kind === 'demo' && asProblem(caught).status === 401) demoMissing.value = true
      else error.value = caught
    } finally {
      working.value = undefined
    }
  }

  function submit() {
    local.value = checkCredentials(mode.value, form.username, form.password)
    if (Object.keys(local.value).length) return
    const credentials = { username: form.username.trim(), password: form.password }
    return enter('form', () =>
      mode.value === 'sign-in'
        ? session.signIn(credentials)
        : session.register({ ...credentials, email: form.email.trim() || undefined }),
    )
  }

  const tryDemo = () => enter('demo', () => session.signIn(demo))

  function switchMode() {
    mode.value = mode.value === 'sign-in' ? 'register' : 'sign-in'
    error.value = undefined
    local.value = {}
    demoMissing.value = false
  }

  return { can, why, form, mode, reasons, failure, working, revealed, submit, tryDemo, switchMode }
}
