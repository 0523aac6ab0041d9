import { useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'
import { newKey } from '@/api/idempotency'
import type { Quadrant, QuickTask, TaskFields } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { completeTask, createTask, deleteTask, patchTask, reopenTask } from './api'
import { replaceTask, withoutTask } from './quadrants'
import { useOptimistic } from './useTasks'

export function fieldsOf(task: QuickTask): TaskFields {
  return {
    title: task.title,
    priority_group: task.priority_group,
    estimated_sections: task.estimated_sections,
    deadline_at: task.deadline_at ?? null,
    urgency_threshold_at: task.urgency_threshold_at ?? null,
  }
}

/** Everything that one gesture does to a task: shown at once, with Undo, taken back on a refusal. */
export function useTaskActions() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const onError = (error: unknown) => show(textOf(error), { tone: 'error' })
  const hide = (open: QuickTask[], task: QuickTask) => withoutTask(open, task.id)
  const reveal = (open: QuickTask[], task: QuickTask) => [...withoutTask(open, task.id), { ...task, completed_at: null }]

  const completing = useOptimistic({ run: (task: QuickTask) => completeTask(task.id), expect: hide, onError })
  const reopening = useOptimistic({ run: (task: QuickTask) => reopenTask(task.id), expect: reveal, onError })
  const deleting = useOptimistic({ run: (task: QuickTask) => deleteTask(task.id), expect: hide, onError })
  const patching = useOptimistic({
    run: ({ id, change }: { id: number; change: Partial<TaskFields> }) => patchTask(id, change),
    expect: (open, { id, change }) => replaceTask(open, id, change),
    onError,
  })

  function undo(run: () => void) {
    return { action: { label: t('common.undo'), run } }
  }

  function reopen(task: QuickTask) {
    reopening.mutate(task)
  }

  function complete(task: QuickTask) {
    completing.mutate(task, {
      onSuccess: () => show(t('planner.completed', { title: task.title }), undo(() => reopen(task))),
    })
  }

  async function recreate(task: QuickTask) {
    try {
      await createTask(fieldsOf(task), newKey())
      await client.invalidateQueries({ queryKey: keys.allTasks })
    } catch (error) {
      onError(error)
    }
  }

  function remove(task: QuickTask) {
    deleting.mutate(task, {
      onSuccess: () => show(t('planner.deleted', { title: task.title }), undo(() => void recreate(task))),
    })
  }

  function move(task: QuickTask, group: Quadrant) {
    const from = task.priority_group
    if (from === group) return
    patching.mutate(
      { id: task.id, change: { priority_group: group } },
      {
        onSuccess: () =>
          show(
            t('planner.moved', { quadrant: t(`planner.quadrant${group}`) }),
            undo(() => patching.mutate({ id: task.id, change: { priority_group: from } })),
          ),
      },
    )
  }

  return { complete, reopen, remove, move, recreate }
}
