import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { keys } from '@/queries'
import { readTerm } from './api'

/** The current term, and how far its weeks and sections go. */
export function useTerm() {
  const query = useQuery({ queryKey: keys.term, queryFn: readTerm })
  const term = computed(() => query.data.value)
  const limits = computed(() => ({ weeks: term.value?.weeks ?? 20, sections: term.value?.section_times.length ?? 12 }))
  return { query, term, limits }
}
