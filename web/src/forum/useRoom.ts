import { useQuery } from '@tanstack/vue-query'
import { computed, type Ref } from 'vue'
import { useSession } from '@/user-auth/session'
import { readTerm } from '@/planner/courses/api'
import { readWeek } from '@/planner/week/api'
import type { PostDetail } from './api'
import { freeSections, weeksOf, type WeekRoom } from './room'

/** Weeks that are looked at; a longer plan is judged by its first ones. */
const weeksMost = 8

/** How much free time the reader has where the plan would stand. */
export function useRoom(post: Ref<PostDetail>, start: Ref<string>) {
  const session = useSession()
  const term = useQuery({
    queryKey: ['terms', 'current', 'room'],
    queryFn: readTerm,
    staleTime: 60_000,
    enabled: computed(() => !!session.user),
  })
  const weeks = computed(() =>
    term.data.value && start.value ? weeksOf(post.value.plan, start.value, term.data.value).slice(0, weeksMost) : [],
  )
  const room = useQuery({
    queryKey: computed(
      () => ['schedule', 'room', post.value.id, post.value.plan_revision, start.value, weeks.value] as const,
    ),
    queryFn: async (): Promise<WeekRoom[]> => {
      const [plan, from] = [post.value.plan, start.value]
      return Promise.all(
        weeks.value.map(async (week) => ({ week, free: freeSections(plan, from, week, await readWeek(week)) })),
      )
    },
    enabled: computed(() => weeks.value.length > 0),
    placeholderData: (previous) => previous,
  })
  const free = computed(() => (room.data.value ?? []).reduce((sum, week) => sum + week.free, 0))
  const most = computed(() => Math.max(1, ...(room.data.value ?? []).map((week) => week.free)))
  const outside = computed(() => !!term.data.value && weeks.value.length === 0)
  return { rows: computed(() => (weeks.value.length ? (room.data.value ?? []) : [])), free, most, outside }
}
