import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { keys } from '@/queries'
import { useDraft } from '@/drafts'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { zone } from '@/format/moments'
import { createTask, patchSeries, patchTask } from './api'
import {
  changesOf,
  emptyForm,
  fieldsOf,
  formOf,
  problemsOf,
  refusedTaskFields,
  repeatFieldsOf,
  seriesChangesOf,
  type TaskForm,
} from './taskForm'
import { useTaskEditor } from './taskEditor'

/** The task dialog's fields and its saving; a refusal keeps the dialog open with the reasons at their fields. */
export function useTaskForm() {
  const { t } = useI18n()
  const client = useQueryClient()
  const editor = useTaskEditor()
  const { textOf } = useProblemText()
  const intent = intentKeys()
  const form = reactive(emptyForm())
  const local = ref<Record<string, string>>({})

  const saving = useMutation({
    mutationFn() {
      const { task } = editor
      const timeZone = zone.value ?? Intl.DateTimeFormat().resolvedOptions().timeZone
      if (task?.repeat && form.scope === 'all') return patchSeries(task.id, seriesChangesOf(form))
      const fields = { ...fieldsOf(form), ...(task ? {} : repeatFieldsOf(form, timeZone, Date.now())) }
      return task
        ? patchTask(task.id, { ...changesOf(task, fields), updated_at: task.updated_at })
        : createTask(fields, intent.keyFor(fields))
    },
    onSuccess(task) {
      intent.done()
      forget()
      if (!editor.task) show(t('planner.added', { quadrant: t(`planner.quadrant${task.priority_group}`) }))
      editor.open = false
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.allTasks }),
  })

  const start = () => (editor.task ? formOf(editor.task) : { ...emptyForm(), ...editor.preset })

  watch(
    () => editor.open,
    (open) => {
      if (!open) return
      Object.assign(form, start())
      local.value = {}
      saving.reset()
    },
    // The dialog is fetched when it is first opened.
    { immediate: true },
  )

  // After the form was filled: what was written before goes over it.
  const forget = useDraft<TaskForm>(
    () => (editor.open ? `task.${editor.task ? `${editor.task.id}.${editor.task.updated_at}` : 'new'}` : undefined),
    () => (JSON.stringify(form) === JSON.stringify({ ...emptyForm(), ...start() }) ? undefined : { ...form }),
    (kept) => Object.assign(form, kept, editor.task ? {} : editor.preset),
  )

  const problem = computed(() => (saving.error.value ? asProblem(saving.error.value) : null))
  const reasons = computed<Record<string, string>>(() => {
    const found = { ...(problem.value ? refusedTaskFields(problem.value) : {}), ...local.value }
    return Object.fromEntries(Object.entries(found).map(([field, key]) => [field, t(key)]))
  })
  const failure = computed(() => {
    if (!problem.value || Object.keys(refusedTaskFields(problem.value)).length) return ''
    return problem.value.code === 'conflict' ? t('planner.changedMeanwhile') : textOf(saving.error.value)
  })

  function save() {
    local.value = problemsOf(form)
    if (!Object.keys(local.value).length && !saving.isPending.value) saving.mutate()
  }

  return { form, reasons, failure, saving: saving.isPending, save, forget }
}
