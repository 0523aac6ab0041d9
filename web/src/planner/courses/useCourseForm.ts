import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, reactive, ref, watch, type Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { intentKeys } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { useProblemText } from '@/ui/problemText'
import { createCourse, patchCourse, type CourseFields } from './api'
import { lessonForm, lessonProblems, timesOf, type LessonForm } from './lesson'
import type { Conflict, Course } from './types'
import { useTerm } from './useTerm'

interface Piece {
  id?: number
  form: LessonForm
  teacher: string | null
  place: string | null
}

/** The course dialog: fields, times, what is in the way, saving. */
export function useCourseForm(open: Ref<boolean>, course: Ref<Course | null>) {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const { limits } = useTerm()
  const intent = intentKeys()
  const text = reactive({ name: '', teacher: '', place: '', note: '' })
  const embeddable = ref(false)
  const replace = ref(false)
  const pieces = ref<Piece[]>([])
  const problems = ref<Record<string, string>[]>([])
  const nameProblem = ref('')

  const formOf = (at: Parameters<typeof lessonForm>[0]) =>
    lessonForm(at, t('timetable.oddMark'), t('timetable.evenMark'), limits.value.weeks)
  const add = () => pieces.value.push({ form: formOf({}), teacher: null, place: null })

  const saving = useMutation({
    mutationFn(body: CourseFields) {
      return course.value ? patchCourse(course.value.id, body) : createCourse(body, intent.keyFor(body))
    },
    onSuccess() {
      intent.done()
      open.value = false
    },
    onSettled: () => client.invalidateQueries(),
  })

  watch(open, (now) => {
    if (!now) return
    const one = course.value
    Object.assign(text, {
      name: one?.name ?? '',
      teacher: one?.teacher ?? '',
      place: one?.place ?? '',
      note: one?.note ?? '',
    })
    embeddable.value = one?.embeddable ?? false
    replace.value = false
    problems.value = []
    nameProblem.value = ''
    pieces.value = (one?.arrangements ?? []).map((a) => ({
      id: a.id,
      form: formOf(a),
      teacher: a.teacher,
      place: a.place,
    }))
    if (!pieces.value.length) add()
    saving.reset()
  })

  function save() {
    nameProblem.value = text.name.trim() ? '' : t('timetable.rule.name')
    problems.value = pieces.value.map(({ form }) =>
      Object.fromEntries(
        Object.entries(lessonProblems(form, limits.value)).map(([field, key]) => [field, t(key, limits.value)]),
      ),
    )
    if (nameProblem.value || problems.value.some((one) => Object.keys(one).length) || saving.isPending.value) return
    saving.mutate({
      ...text,
      note: text.note.trim() || null,
      embeddable: embeddable.value,
      replace_conflicts: replace.value,
      arrangements: pieces.value.map(({ id, form, teacher, place }) => ({ id, ...timesOf(form), teacher, place })),
    })
  }

  const problem = computed(() => (saving.error.value ? asProblem(saving.error.value) : null))
  const inTheWay = computed(
    () => (problem.value?.code === 'conflict' ? (problem.value.conflicts ?? []) : []) as Conflict[],
  )
  const failure = computed(() => (problem.value && !inTheWay.value.length ? textOf(saving.error.value) : ''))
  const remove = (index: number) => pieces.value.splice(index, 1)

  return {
    text,
    embeddable,
    replace,
    pieces,
    problems,
    nameProblem,
    inTheWay,
    failure,
    limits,
    add,
    remove,
    save,
    saving: saving.isPending,
  }
}
