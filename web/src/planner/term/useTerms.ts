import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { listTerms, switchTerm } from '../courses/api'
import type { Term } from '../courses/types'

/** Another term is the current one: no week, plan or course that was read before belongs to it. */
export function useNewCurrent() {
  const client = useQueryClient()
  return (term: Term) => {
    client.removeQueries({ queryKey: keys.allWeeks })
    client.setQueryData(keys.term, term)
    void client.invalidateQueries()
  }
}

/** One's own terms, and the way to another one. */
export function useTerms() {
  const { t } = useI18n()
  const { textOf } = useProblemText()
  const newCurrent = useNewCurrent()
  const query = useQuery({ queryKey: keys.terms, queryFn: listTerms })
  const switching = useMutation({
    mutationFn: (term: Term) => switchTerm(term.id!),
    onSuccess(term) {
      newCurrent(term)
      show(t('timetable.term.switched', { name: term.name }))
    },
    onError: (error) => show(textOf(error)),
  })
  return { terms: computed(() => query.data.value?.items ?? []), switching, makeCurrent: switching.mutate }
}
