import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { asProblem, fieldReason } from '@/api/problem'
import type { ApiKey, NewApiKey } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { createApiKey, deleteApiKey, listApiKeys, listLimits, updateApiKey } from './api'
import type { KeyTerms } from './keyTerms'

export function useApiKeys() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const name = ref('')
  const password = ref('')
  const asksPassword = ref(false)
  const tried = ref(false)
  const created = ref<NewApiKey | null>(null)
  const edited = ref<ApiKey | null>(null)
  const refresh = () => client.invalidateQueries({ queryKey: keys.apiKeys })

  const query = useQuery({ queryKey: keys.apiKeys, queryFn: listApiKeys })
  const limits = useQuery({ queryKey: keys.limits, queryFn: listLimits })
  const creation = useMutation({
    mutationFn: (value: string) => createApiKey({ name: value, password: password.value || undefined }),
    onSuccess(key) {
      created.value = key
      name.value = password.value = ''
      asksPassword.value = false
      return refresh()
    },
    onError: (error) => {
      if (asProblem(error).code === 'password_required') asksPassword.value = true
    },
  })
  const change = useMutation({
    mutationFn: (terms: KeyTerms) => updateApiKey(edited.value!.id, terms),
    onSuccess(key) {
      edited.value = null
      show(t('settings.keySaved', { name: key.name }))
      return refresh()
    },
  })
  const problem = computed(() => (change.error.value ? textOf(change.error.value) : undefined))
  const revocation = useMutation({
    mutationFn: (key: ApiKey) => deleteApiKey(key.id),
    onSuccess(_answer, key) {
      show(t('settings.revoked', { name: key.name }))
      return refresh()
    },
    onError: (error) => show(textOf(error), { tone: 'error' }),
  })

  const reason = computed(() => {
    const error = creation.error.value
    if (!error || asProblem(error).code === 'password_required') return undefined
    return fieldReason(asProblem(error), 'name') ?? textOf(error)
  })
  const passwordReason = computed(() => {
    const error = creation.error.value
    if (!error || asProblem(error).code !== 'password_required') return undefined
    return t(tried.value ? 'settings.passwordWrong' : 'settings.passwordNeeded')
  })

  function create() {
    const value = name.value.trim()
    if (!value || creation.isPending.value) return
    tried.value = !!password.value
    creation.mutate(value)
  }

  function edit(key: ApiKey | null) {
    change.reset()
    edited.value = key
  }

  const uses = computed(() => limits.data.value ?? [])
  return {
    query,
    uses,
    name,
    reason,
    password,
    asksPassword,
    passwordReason,
    created,
    create,
    creating: creation.isPending,
    revoke: revocation.mutate,
    edited,
    edit,
    save: change.mutate,
    saving: change.isPending,
    problem,
  }
}
