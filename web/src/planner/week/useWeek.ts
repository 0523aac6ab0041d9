import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { keys } from '@/queries'
import { useNow } from '@/ui/now'
import { readTerm } from '../courses/api'
import { readWeek } from './api'
import { clockIn, minutesOf } from './grid'
import type { Term } from './types'
import type { Clock } from './verdict'

/** The week to begin with: this one, else the end of the term that is nearer. */
export function startingWeek(term: Term): number {
  return term.current_week ?? (term.today < term.first_monday ? 1 : term.weeks)
}

/** The week of the address, or this one; what stands in it; and the way to other weeks. */
export function useWeek() {
  const route = useRoute()
  const router = useRouter()
  const now = useNow()
  const term = useQuery({ queryKey: keys.term, queryFn: readTerm })
  const asked = computed(() => Number(route.params.n) || null)
  const n = computed(() => {
    const known = term.data.value
    if (!known) return asked.value ?? 0
    return Math.min(Math.max(asked.value ?? startingWeek(known), 1), known.weeks)
  })
  const query = useQuery({
    queryKey: computed(() => keys.week(n.value)),
    queryFn: () => readWeek(n.value),
    enabled: () => n.value > 0 && term.isSuccess.value,
    placeholderData: keepPreviousData,
  })
  const week = computed(() => query.data.value)
  const shape = computed(() => ({
    weeks: week.value?.term.weeks ?? 1,
    sections: week.value?.section_times.length ?? 1,
  }))

  const clock = computed<Clock>(() => {
    const times = week.value?.section_times ?? []
    return {
      ...clockIn(week.value?.term.time_zone ?? 'Asia/Shanghai', now.value),
      startOf: (section) => minutesOf(times[section - 1]?.starts ?? '00:00'),
    }
  })

  function go(next: number) {
    if (next < 1 || next > shape.value.weeks) return
    void router.push({ name: 'week', params: { n: String(next) }, query: route.query })
  }

  return { term, query, week, n, shape, clock, go }
}

export type OpenWeek = ReturnType<typeof useWeek>
