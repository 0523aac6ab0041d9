import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import type { Conflict } from '../courses/types'
import type { Week } from '../week/types'
import { createEvent, patchEvent, type PersonalEvent } from './api'
import { emptyForm, fieldsOf, formOf, problemsOf, type Cell } from './eventForm'

/** What the dialog is about: a cell of the board, or an event that is there. */
export type Asked = Cell | PersonalEvent

/** The dialog's fields, what is wrong or in the way, and saving. */
export function useEventForm(asked: () => Asked | null, week: () => Week, close: () => void) {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const intent = intentKeys()
  const form = reactive(emptyForm({ date: '', section: 1 }, []))
  const tried = ref(false)
  const existing = computed(() => {
    const one = asked()
    return one && 'id' in one ? one : null
  })

  const saving = useMutation({
    mutationFn() {
      const fields = fieldsOf(form)
      return existing.value ? patchEvent(existing.value.id, fields) : createEvent(fields, intent.keyFor(fields))
    },
    onSuccess(event) {
      intent.done()
      show(t(existing.value ? 'week.event.saved' : 'week.event.made', { title: event.title }))
      close()
    },
    onSettled: () => client.invalidateQueries(),
  })

  watch(
    asked,
    (now) => {
      if (!now) return
      Object.assign(form, 'id' in now ? formOf(now) : emptyForm(now, week().section_times))
      tried.value = false
      saving.reset()
    },
    { immediate: true },
  )

  const problems = computed(() => (tried.value ? problemsOf(form, week().term) : {}))
  const reason = (field: string) => (problems.value[field] ? t(`week.event.rule.${problems.value[field]}`) : undefined)
  const refused = computed(() => (saving.error.value ? asProblem(saving.error.value) : null))
  const inTheWay = computed(() => (refused.value?.conflicts ?? []) as Conflict[])
  const failure = computed(() => (refused.value && !inTheWay.value.length ? textOf(saving.error.value) : ''))

  function save() {
    tried.value = true
    if (!Object.keys(problems.value).length && !saving.isPending.value) saving.mutate()
  }

  return { form, existing, reason, inTheWay, failure, saving: saving.isPending, save }
}
