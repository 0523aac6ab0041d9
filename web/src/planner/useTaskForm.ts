import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import type { Quadrant, TaskFields } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { createTask, patchTask } from './api'
import { useTaskEditor } from './taskEditor'

const toMs = (iso?: string | null) => (iso ? new Date(iso).getTime() : null)
const toIso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** The task dialog's fields and its saving; a refusal keeps the dialog open with the reasons at their fields. */
export function useTaskForm() {
  const { t } = useI18n()
  const client = useQueryClient()
  const editor = useTaskEditor()
  const { textOf } = useProblemText()
  const intent = intentKeys()
  const form = reactive({
    title: '',
    priority_group: 2 as Quadrant,
    estimated_sections: 1,
    deadline: null as number | null,
    threshold: null as number | null,
  })
  const local = ref<Record<string, string>>({})

  watch(
    () => editor.open,
    (open) => {
      if (!open) return
      const { task, preset } = editor
      form.title = task?.title ?? preset.title ?? ''
      form.priority_group = task?.priority_group ?? preset.group ?? 2
      form.estimated_sections = task?.estimated_sections ?? 1
      form.deadline = toMs(task?.deadline_at)
      form.threshold = toMs(task?.urgency_threshold_at)
      local.value = {}
      saving.reset()
    },
  )

  const saving = useMutation({
    mutationFn: (body: TaskFields) =>
      editor.task ? patchTask(editor.task.id, body) : createTask(body, intent.keyFor(body)),
    onSuccess(task) {
      intent.done()
      if (!editor.task) show(t('planner.added', { quadrant: t(`planner.quadrant${task.priority_group}`) }))
      editor.open = false
      return client.invalidateQueries({ queryKey: keys.allTasks })
    },
  })

  const problem = computed(() => (saving.error.value ? asProblem(saving.error.value) : null))
  const reasons = computed<Record<string, string>>(() => {
    const server = Object.entries(problem.value?.errors ?? {}).map(([field, texts]) => [field, texts[0] ?? ''])
    return { ...Object.fromEntries(server), ...local.value }
  })
  const failure = computed(() => (problem.value && !problem.value.errors ? textOf(saving.error.value) : ''))

  function save() {
    const title = form.title.trim()
    local.value = title ? {} : { title: t('planner.titleMissing') }
    if (!title || saving.isPending.value) return
    saving.mutate({
      title,
      priority_group: form.priority_group,
      estimated_sections: form.estimated_sections ?? 1,
      deadline_at: toIso(form.deadline),
      urgency_threshold_at: toIso(form.threshold),
    })
  }

  return { form, reasons, failure, saving: saving.isPending, save }
}
