import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Schemas } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { saveTerm } from '../courses/api'

/** Saves a first term, and has everything read again that stands in it. */
export function useSaveTerm() {
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const saving = useMutation({
    mutationFn: (body: Schemas['TermFields']) => saveTerm(body),
    onSuccess: (saved) => client.setQueryData(keys.term, saved),
    onSettled: () => client.invalidateQueries({ queryKey: keys.schedule }),
  })
  return {
    save: (body: Schemas['TermFields']) => !saving.isPending.value && saving.mutate(body),
    saving: saving.isPending,
    failure: computed(() => (saving.error.value ? textOf(saving.error.value) : '')),
  }
}
