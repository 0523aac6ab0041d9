import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { oncePerIntent } from '@/api/idempotency'
import type { Quadrant, QuickTask, TaskFields } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { completeTask, createTask, deleteTask, endSeries, patchTask, reopenTask } from './api'
import { replaceTask, withoutTask } from './quadrants'
import { useOptimistic } from './useTasks'

interface Move {
  task: QuickTask
  group: Quadrant
}

function fieldsOf(task: QuickTask): TaskFields {
  return {
    title: task.title,
    priority_group: task.priority_group,
    estimated_sections: task.estimated_sections,
    deadline_at: task.deadline_at ?? null,
    urgency_threshold_at: task.urgency_threshold_at ?? null,
  }
}

const restore = oncePerIntent((task: QuickTask, key) => createTask(fieldsOf(task), key))

/** Everything that one gesture does to a task: shown at once, with Undo, taken back on a refusal. */
export function useTaskActions() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const onError = (error: unknown) => show(textOf(error), { tone: 'error' })
  const hide = (open: QuickTask[], task: QuickTask) => withoutTask(open, task.id)
  const reveal = (open: QuickTask[], task: QuickTask) => [
    ...withoutTask(open, task.id),
    { ...task, completed_at: null },
  ]

  const tell = (text: string, run: () => void) => show(text, { action: { label: t('common.undo'), run } })

  const reopening = useOptimistic({ run: (task: QuickTask) => reopenTask(task.id), expect: reveal, onError })
  const completing = useOptimistic({
    run: (task: QuickTask) => completeTask(task.id),
    expect: hide,
    onDone: (task) => tell(t('planner.completed', { title: task.title }), () => reopening.mutate(task)),
    onError,
  })
  const deleting = useOptimistic({
    run: (task: QuickTask) => deleteTask(task.id),
    expect: hide,
    onDone: (task) => tell(t('planner.deleted', { title: task.title }), () => void recreate(task)),
    onError,
  })

  const ending = useOptimistic({
    run: (task: QuickTask) => endSeries(task.id),
    expect: (open: QuickTask[], task: QuickTask) => replaceTask(open, task.id, { repeat: null }),
    onDone: (task) => void show(t('planner.repeat.ended', { title: task.title })),
    onError,
  })

  const relocation = {
    run: ({ task, group }: Move) => patchTask(task.id, { priority_group: group }),
    expect: (open: QuickTask[], { task, group }: Move) => replaceTask(open, task.id, { priority_group: group }),
    onError,
  }
  const movingBack = useOptimistic(relocation)
  const moving = useOptimistic({
    ...relocation,
    onDone: ({ task, group }: Move) =>
      tell(t('planner.moved', { quadrant: t(`planner.quadrant${group}`) }), () =>
        movingBack.mutate({ task, group: task.priority_group }),
      ),
  })

  /** A deleted task comes back as a new one with the same fields. */
  async function recreate(task: QuickTask) {
    try {
      await restore(task)
      await client.invalidateQueries({ queryKey: keys.allTasks })
    } catch (error) {
      onError(error)
    }
  }

  function move(task: QuickTask, group: Quadrant) {
    if (task.priority_group !== group) moving.mutate({ task, group })
  }

  return { complete: completing.mutate, reopen: reopening.mutate, remove: deleting.mutate, end: ending.mutate, move }
}
