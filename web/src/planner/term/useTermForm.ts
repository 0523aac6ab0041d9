import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { asProblem } from '@/api/problem'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { saveTerm } from '../courses/api'
import { useTerm } from '../courses/useTerm'
import { formOf, mondayOf, problemsOf, type TermForm } from './termForm'

/** The term page's form: filled once, saved whole. */
export function useTermForm() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const { query, term } = useTerm()
  const form = ref<TermForm | null>(null)
  const checked = ref(false)

  const saving = useMutation({
    mutationFn: (body: TermForm) => saveTerm(body),
    onSuccess(saved) {
      client.setQueryData(keys.term, saved)
      form.value = formOf(saved, '')
      show(t('timetable.term.saved'))
    },
    onSettled: () => client.invalidateQueries(),
  })

  /** Filled again only by another term, so that a refresh does not undo what is being typed. */
  watch(
    term,
    (now, before) => {
      if (!now || (form.value && before?.id === now.id)) return
      form.value = formOf(now, t('timetable.term.defaultName'))
      checked.value = false
      saving.reset()
    },
    { immediate: true },
  )

  const reasons = computed<Record<string, string>>(() => {
    if (!form.value || !checked.value) return {}
    const local = Object.entries(problemsOf(form.value)).map(
      ([field, { key, n }]) => [field, t(key, { n: n ?? 0 })] as const,
    )
    const problem = saving.error.value ? asProblem(saving.error.value) : null
    const told = Object.entries((!problem?.rule && problem?.errors) || {}).map(
      ([field, [reason]]) => [field, reason ?? ''] as const,
    )
    return Object.fromEntries([...told, ...local])
  })
  const failure = computed(() => (saving.error.value ? textOf(saving.error.value) : ''))

  function save() {
    checked.value = true
    if (!form.value || saving.isPending.value || Object.keys(problemsOf(form.value)).length) return
    saving.mutate(form.value)
  }

  /** Any day of the first week will do. */
  function setFirstDay(date: string) {
    if (form.value && date) form.value.first_monday = mondayOf(date)
  }

  return { query, term, form, reasons, failure, saving: saving.isPending, save, setFirstDay }
}
