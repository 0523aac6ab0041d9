import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { keys } from '@/queries'
import { readChanges } from './api'

/** What was changed in the term's schedule, newest first, and which change undo and redo are about. */
export function useHistory() {
  const query = useQuery({ queryKey: keys.scheduleChanges, queryFn: readChanges })
  return {
    query,
    changes: computed(() => query.data.value?.items ?? []),
    undoable: computed(() => query.data.value?.undo_id ?? undefined),
    redoable: computed(() => query.data.value?.redo_id ?? undefined),
  }
}
