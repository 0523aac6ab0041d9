import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { oncePerIntent } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import {
  confirmSuggestion,
  dismissSuggestion,
  listSuggestions,
  pause,
  snoozeSuggestion,
  type Candidate,
  type Suggestion,
} from './api'

const everyMinute = 60_000

/** What there is to decide about the coming hours, and the words on it; nothing is changed before one is said. */
export function useSuggestions() {
  const { t, te, locale } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const query = useQuery({ queryKey: keys.suggestions, queryFn: listSuggestions, refetchInterval: everyMinute })
  const renew = () => client.invalidateQueries({ queryKey: keys.suggestions })

  function fail(error: unknown) {
    const path = `suggestions.refused.${asProblem(error).rule}`
    show(te(path) ? t(path) : textOf(error), { tone: 'error' })
  }

  const confirming = useMutation({
    mutationFn: ({ suggestion, candidate }: { suggestion: Suggestion; candidate: Candidate }) =>
      confirmSuggestion(suggestion.id, candidate.id),
    onSuccess: (_answer, { candidate }) =>
      show(t(candidate.changes.length ? 'suggestions.changed' : `suggestions.did.${candidate.kind}`)),
    onError: fail,
    onSettled: () => {
      for (const queryKey of [keys.schedule, keys.allTasks]) void client.invalidateQueries({ queryKey })
      return renew()
    },
  })
  const leaving = useMutation({
    mutationFn: ({ suggestion, minutes }: { suggestion: Suggestion; minutes?: number }) =>
      minutes ? snoozeSuggestion(suggestion.id, minutes) : dismissSuggestion(suggestion.id),
    onSuccess: (_answer, { minutes }) => show(t(minutes ? 'suggestions.snoozed' : 'suggestions.dismissed')),
    onError: fail,
    onSettled: renew,
  })
  const once = oncePerIntent((language: 'zh-CN' | 'en', key) => pause(language, key))
  const pausing = useMutation({
    mutationFn: () => once(locale.value === 'en' ? 'en' : 'zh-CN'),
    onSuccess: ({ suggestion }) => (suggestion ? undefined : show(t('suggestions.nothingToRest'))),
    onError: fail,
    onSettled: renew,
  })
  return { query, confirming, leaving, pausing }
}
