import { useQueryClient } from '@tanstack/vue-query'
import { ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { costText } from '@/format/credit'
import { keys } from '@/queries'
import { useDraft } from '@/drafts'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { quickAddTask } from './api'
import { readingNote } from './quadrants'
import { useTaskActions } from './useTaskActions'

/** One line of natural language becomes a task; a line that cannot be read stays in the field with the reason. */
export function useQuickAdd() {
  const { t, locale } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const { remove } = useTaskActions()
  const intent = intentKeys()
  const text = ref('')
  const reason = ref('')
  const working = ref(false)

  watch(text, () => (reason.value = ''))
  const forget = useDraft<string>(
    () => 'quick-add',
    () => (text.value.trim() ? text.value : undefined),
    (kept) => (text.value = kept),
  )

  async function submit() {
    const line = text.value.trim()
    if (!line || working.value) return
    working.value = true
    reason.value = ''
    try {
      const task = await quickAddTask(line, intent.keyFor(line))
      intent.done()
      text.value = ''
      forget()
      await client.invalidateQueries({ queryKey: keys.allTasks })
      const added = t('planner.added', { quadrant: t(`planner.quadrant${task.priority_group}`) })
      const note = readingNote(task)
      show(note ? added + t(note, { credit: costText(task.credit_micros, locale.value) }) : added, {
        action: { label: t('common.undo'), run: () => remove({ ...task, repeat: task.repeat ?? null }) },
      })
    } catch (error) {
      const problem = asProblem(error)
      reason.value = problem.errors || problem.status === 422 ? t('planner.unread') : textOf(error)
    } finally {
      working.value = false
    }
  }

  return { text, reason, working, submit }
}
