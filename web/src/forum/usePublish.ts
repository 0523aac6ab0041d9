import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { intentKeys } from '@/api/idempotency'
import { asProblem, fieldReason } from '@/api/problem'
import { useDraft } from '@/drafts'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { useOwnName } from '@/user-auth/useOwnName'
import type { ClassSummary } from '@/planner/task-classes/types'
import { editPost, publishPost, type PostDetail } from './api'
import { problemsOf, titleFrom, type PublishForm } from './publishForm'
import { plazaKeys } from './usePlaza'

/** The form of a new post or of one that is edited. What was typed stays until it was accepted. */
export function usePublish(
  props: { post?: PostDetail; classId?: number },
  open: Ref<boolean>,
  own: Ref<ClassSummary[]>,
  done: (id: number) => void,
) {
  const { t } = useI18n()
  const { textOf } = useProblemText()
  const client = useQueryClient()
  const intent = intentKeys()
  const ownName = useOwnName()
  const form = reactive<PublishForm>({ title: '', summary: '', tags: [] })
  const chosen = ref('')
  const refresh = ref(false)
  const tried = ref(false)

  watch(
    open,
    (shown) => {
      if (!shown) return
      tried.value = false
      refresh.value = false
      if (props.post)
        Object.assign(form, { title: props.post.title, summary: props.post.summary, tags: [...props.post.tags] })
    },
    { immediate: true },
  )
  watch(
    [own, open],
    ([classes]) => {
      if (props.post || !classes.length || classes.some((c) => String(c.id) === chosen.value)) return
      chosen.value = String(classes.find((c) => c.id === props.classId)?.id ?? classes[0]!.id)
    },
    { immediate: true },
  )
  // The class's name is the title until the author has written another.
  const nameOf = (wanted: string) => own.value.find((c) => String(c.id) === wanted)?.name ?? ''
  watch(chosen, (id, before) => {
    if (!form.title || form.title === titleFrom(nameOf(before), t('plaza.titleSuffix')))
      form.title = titleFrom(nameOf(id), t('plaza.titleSuffix'))
  })

  const unchanged = () => {
    const { title, summary, tags } = props.post ?? {
      title: titleFrom(nameOf(chosen.value), t('plaza.titleSuffix')),
      summary: '',
      tags: [],
    }
    return (!form.title || form.title === title) && form.summary === summary && `${form.tags}` === `${tags}`
  }
  // Of an open form alone: what is filled in when it opens is not what somebody wrote.
  const forget = useDraft<PublishForm>(
    () => (open.value ? `post.${props.post?.id ?? 'new'}` : undefined),
    () => (unchanged() ? undefined : { ...form, tags: [...form.tags] }),
    (kept) => Object.assign(form, kept),
  )

  const saving = useMutation({
    mutationFn: async () => {
      await ownName.save()
      const fields = { title: form.title.trim(), summary: form.summary.trim(), tags: [...form.tags] }
      if (props.post) return editPost(props.post.id, { ...fields, refresh_plan: refresh.value || undefined })
      const body = { ...fields, task_class_id: Number(chosen.value) }
      return publishPost(body, intent.keyFor(body))
    },
    onSuccess: async (post) => {
      intent.done()
      forget()
      show(t(props.post ? 'plaza.saved' : 'plaza.published'))
      if (!props.post) Object.assign(form, { title: '', summary: '', tags: [] })
      chosen.value = ''
      client.setQueryData(plazaKeys.post(post.id), post)
      void client.invalidateQueries({ queryKey: plazaKeys.all })
      done(post.id)
    },
    onError: (error) => ownName.refused(error),
  })

  const reasons = computed(() => {
    const problem = saving.error.value ? asProblem(saving.error.value) : null
    const own = problemsOf(form)
    const say = (field: 'title' | 'summary' | 'tags') =>
      tried.value && own[field] ? t(`plaza.${own[field].key}`, { n: own[field].n ?? 0 }) : fieldReason(problem, field)
    return {
      title: say('title'),
      summary: say('summary'),
      tags: say('tags'),
      task_class_id: fieldReason(problem, 'task_class_id'),
    }
  })
  const failure = computed(() => {
    if (!saving.error.value) return ''
    const problem = asProblem(saving.error.value)
    if (fieldReason(problem, 'display_name')) return ''
    if (problem.code === 'already_exists') return t('plaza.duplicate')
    return problem.errors ? '' : textOf(saving.error.value)
  })

  function submit() {
    tried.value = true
    if (Object.keys(problemsOf(form)).length || (!props.post && !chosen.value)) return
    saving.mutate()
  }

  return { form, chosen, refresh, reasons, failure, ownName, working: saving.isPending, submit }
}
