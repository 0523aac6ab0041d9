import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { oncePerIntent } from '@/api/idempotency'
import type { Paged } from '@/api/types'
import { keys } from '@/queries'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { createCourse, deleteCourse, listCourses, patchCourse, type CourseFields } from './api'
import type { Course } from './types'

/** A course again as it was, for undo. */
const again = (course: Course): CourseFields => ({
  ...course,
  arrangements: course.arrangements.map(({ id: _, ...arrangement }) => arrangement),
})

const restore = oncePerIntent((course: Course, key) => createCourse(again(course), key))

/** The term's courses: the switch for study inside shows at once, a deleted course can be taken back. */
export function useCourses() {
  const { t } = useI18n()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const query = useQuery({ queryKey: keys.courses, queryFn: listCourses })
  const courses = computed(() => query.data.value?.items ?? [])
  const settle = () => client.invalidateQueries()

  const expect = async (change: (courses: Course[]) => Course[]) => {
    await client.cancelQueries({ queryKey: keys.courses })
    const before = client.getQueryData<Paged<Course>>(keys.courses)
    if (before) client.setQueryData(keys.courses, { ...before, items: change(before.items) })
    return { before }
  }
  const failed = (error: unknown, before?: Paged<Course>) => {
    if (before) client.setQueryData(keys.courses, before)
    show(textOf(error), { tone: 'error' })
  }

  const restoring = useMutation({
    mutationFn: restore,
    onError: (error) => failed(error),
    onSettled: settle,
  })
  const removing = useMutation({
    mutationFn: (course: Course) => deleteCourse(course.id),
    onMutate: (course) => expect((all) => all.filter((one) => one.id !== course.id)),
    onSuccess: (_done, course) =>
      show(t('timetable.courses.deleted', { name: course.name }), {
        action: { label: t('common.undo'), run: () => restoring.mutate(course) },
      }),
    onError: (error, _course, context) => failed(error, context?.before),
    onSettled: settle,
  })
  const switching = useMutation({
    mutationFn: (course: Course) => patchCourse(course.id, { embeddable: !course.embeddable }),
    onMutate: (course) =>
      expect((all) => all.map((one) => (one.id === course.id ? { ...one, embeddable: !one.embeddable } : one))),
    onError: (error, _course, context) => failed(error, context?.before),
    onSettled: settle,
  })

  return {
    query,
    courses,
    remove: (course: Course) => removing.mutate(course),
    toggle: (course: Course) => switching.mutate(course),
  }
}
