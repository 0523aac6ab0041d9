import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { useDraft } from '@/drafts'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { classKeys, createClass, readClass, saveClass } from './api'
import { bodyOf, type ClassForm, differs, emptyForm, formOf, problemsOf, refusedFields } from './classForm'
import { type Draft, draftOf, keyedAnew } from './items'
import type { TaskClass } from './types'
import { useItems } from './useItems'

/** One class in the editor: loaded, changed, saved whole. What was changed elsewhere meanwhile is never overwritten unasked. */
export function useClassEditor(id: () => number | null) {
  const { t } = useI18n()
  const router = useRouter()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const intent = intentKeys()
  const form = reactive<ClassForm>(emptyForm(new Date()))
  const list = useItems()
  const saved = shallowRef<TaskClass | null>(null)
  const local = ref<Record<string, string>>({})

  watch(id, (now, before) => now !== before && load(now === null ? null : (query.data.value ?? null)))

  const query = useQuery({
    queryKey: computed(() => classKeys.one(id() ?? 0)),
    queryFn: () => readClass(id()!),
    enabled: () => id() !== null,
  })
  const dirty = computed(() => differs(form, list.items.value, saved.value))

  function load(it: TaskClass | null) {
    saved.value = it
    Object.assign(form, it ? formOf(it) : emptyForm(new Date()))
    list.load(it ? it.items.map(draftOf) : [])
    local.value = {}
    saving.reset()
  }

  /** Where items stand and what is done changes without the class: that is shown whatever else is being edited. */
  function refresh(it: TaskClass) {
    if (saved.value?.id !== it.id || (!dirty.value && saved.value.version !== it.version)) return load(it)
    for (const { id: itemId, placement, done_at } of it.items) list.patch(itemId, { placement, done_at })
  }

  const saving = useMutation({
    mutationFn(version: number | null) {
      const body = bodyOf(form, list.items.value)
      return version === null ? createClass(body, intent.keyFor(body)) : saveClass(id()!, body, version)
    },
    async onSuccess(it, version) {
      intent.done()
      forget()
      client.setQueryData(classKeys.one(it.id), it)
      load(it)
      show(t(version === null ? 'classes.created' : 'classes.saved'))
      if (version === null) await router.replace(`/week/classes/${it.id}`)
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: classKeys.all }),
        client.invalidateQueries({ queryKey: ['schedule'] }),
      ]),
  })

  interface Kept {
    form: ClassForm
    items: Draft[]
    version: number | null
  }
  const forget = useDraft<Kept>(
    () => (id() === null ? 'class.new' : saved.value?.id === id() ? `class.${id()}` : undefined),
    () =>
      dirty.value ? { form: { ...form }, items: list.items.value, version: saved.value?.version ?? null } : undefined,
    (kept) => {
      // Of another version than is there now, it would undo what was done meanwhile.
      if (kept.version !== (saved.value?.version ?? null)) return
      Object.assign(form, kept.form)
      list.load(kept.items.map(keyedAnew))
    },
  )

  const problem = computed(() => (saving.error.value ? asProblem(saving.error.value) : null))
  const stale = computed(() => problem.value?.code === 'conflict' && 'version' in problem.value)

  // What was found wrong is looked at again while it is being mended.
  watch([form, list.items], () => {
    if (Object.keys(local.value).length) local.value = problemsOf(form, list.items.value, saved.value?.name)
    if (problem.value && !stale.value) saving.reset()
  })
  watch(query.data, (it) => it && refresh(it), { immediate: true })

  const reasons = computed<Record<string, string>>(() => {
    const found = { ...(problem.value ? refusedFields(problem.value) : {}), ...local.value }
    return Object.fromEntries(Object.entries(found).map(([field, key]) => [field, t(key)]))
  })
  const failure = computed(() =>
    !problem.value || stale.value || Object.keys(refusedFields(problem.value)).length ? '' : textOf(saving.error.value),
  )

  function save() {
    local.value = problemsOf(form, list.items.value, saved.value?.name)
    if (!Object.keys(local.value).length && !saving.isPending.value) saving.mutate(saved.value?.version ?? null)
  }

  async function reload() {
    const { data } = await query.refetch()
    if (data) load(data)
  }

  async function overwrite() {
    const { data } = await query.refetch()
    if (!data) return
    const kept = new Set(data.items.map((item) => item.id))
    // An item that is gone there is new again.
    for (const item of list.items.value)
      if (item.id !== undefined && !kept.has(item.id)) list.edit(item.key, { id: undefined })
    saving.mutate(data.version)
  }

  return {
    form,
    list,
    saved,
    query,
    dirty,
    reasons,
    failure,
    stale,
    saving: saving.isPending,
    save,
    reload,
    overwrite,
    giveUp: forget,
    discard: () => (forget(), load(saved.value)),
    forget: () => (forget(), load(null)),
  }
}
