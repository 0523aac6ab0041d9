import { useQuery } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { keys } from '@/queries'
import { useSession } from '@/user-auth/session'
import { readTerm } from '../courses/api'
import { hasCourses } from '../courses/api'
import { classKeys, listClasses } from '../task-classes/api'
import { steps, type Step } from './setup'

interface Kept {
  /** The card is not shown again. */
  over?: boolean
  /** Whoever has no timetable goes on without. */
  withoutTimetable?: boolean
}

const keyOf = (user: number) => `smartflow.setup.${user}`

function read(user: number): Kept {
  try {
    return JSON.parse(localStorage.getItem(keyOf(user)) ?? '{}') as Kept
  } catch {
    return {}
  }
}

/** Whether the card may still have something to say, without asking the server. */
export const mayBeOpen = (user: number) => !read(user).over

/** How far the first hour is: each step is done when what it is for is there. */
export function useSetup() {
  const session = useSession()
  const user = session.user!.user_id
  const kept = ref(read(user))

  function keep(more: Kept) {
    kept.value = { ...kept.value, ...more }
    try {
      localStorage.setItem(keyOf(user), JSON.stringify(kept.value))
    } catch {
      // Then it is asked again on the next visit.
    }
  }

  const term = useQuery({ queryKey: keys.term, queryFn: readTerm })
  const courses = useQuery({ queryKey: keys.anyCourses, queryFn: hasCourses })
  const classes = useQuery({ queryKey: classKeys.list, queryFn: listClasses })
  const known = computed(() => term.isSuccess.value && courses.isSuccess.value && classes.isSuccess.value)
  const plans = computed(() => classes.data.value?.items ?? [])
  const done = computed<Record<Step, boolean>>(() => ({
    term: term.data.value?.is_assumed === false,
    timetable: !!courses.data.value || !!kept.value.withoutTimetable,
    plan: plans.value.some(({ progress }) => progress.items > 0),
    schedule: plans.value.some(({ progress }) => progress.placed + progress.done > 0),
  }))
  const step = computed(() => steps.find((one) => !done.value[one]))
  /** The plan that waits for its times. */
  const waiting = computed(() => plans.value.find(({ progress }) => progress.items > progress.placed + progress.done))

  return { known, done, step, term: term.data, waiting, keep }
}
