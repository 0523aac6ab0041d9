import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import type { Paged, QuickTask } from '@/api/types'
import { keys } from '@/queries'
import { listTasks } from './api'
import { groupByQuadrant } from './quadrants'

/** The open tasks, grouped for the board. */
export function useOpenTasks() {
  const query = useQuery({ queryKey: keys.tasks(false), queryFn: () => listTasks(false) })
  const tasks = computed(() => query.data.value?.items ?? [])
  const groups = computed(() => groupByQuadrant(tasks.value))
  const limited = computed(() => query.data.value?.page.has_more ?? false)
  return { query, tasks, groups, limited }
}

interface Optimistic<Input> {
  run: (input: Input) => Promise<unknown>
  /** The open tasks as they will be once the server agrees. */
  expect: (open: QuickTask[], input: Input) => QuickTask[]
  onDone?: (input: Input) => void
  onError: (error: unknown) => void
}

/** Shows the expected list at once, takes it back when the server refuses, and reads the truth in the end. */
export function useOptimistic<Input>({ run, expect, onDone, onError }: Optimistic<Input>) {
  const client = useQueryClient()
  const openKey = keys.tasks(false)
  return useMutation({
    mutationFn: run,
    async onMutate(input: Input) {
      await client.cancelQueries({ queryKey: keys.allTasks })
      const before = client.getQueryData<Paged<QuickTask>>(openKey)
      if (before) client.setQueryData(openKey, { ...before, items: expect(before.items, input) })
      return { before }
    },
    // Here and not at the call: the row that made it is gone by then.
    onSuccess: (_answer, input) => onDone?.(input),
    onError(error, _input, context) {
      if (context?.before) client.setQueryData(openKey, context.before)
      onError(error)
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.allTasks }),
  })
}
