import { computed, ref, watch } from 'vue'
import { useDaySwipe, useNarrow } from './narrow'
import type { Carry } from './useCarry'
import type { OpenWeek } from './useWeek'

/** The one day that a phone shows: today to begin with, turned by swipes over the ends of the week. */
export function useDays({ week, n, shape, clock, go }: OpenWeek, carry: Carry) {
  const narrow = useNarrow()
  const day = ref(1)
  const only = computed(() => (narrow.value ? day.value : undefined))

  watch(
    () => week.value?.week,
    (_now, before) => {
      const today = week.value?.days.find((candidate) => candidate.date === clock.value.date)
      if (today && !before) day.value = today.day
    },
    { immediate: true },
  )
  // What is carried by keys takes the shown day along.
  watch(carry.target, (at) => {
    if (at && narrow.value) day.value = at.day
  })

  function turn(step: number) {
    const next = day.value + step
    if (next >= 1 && next <= 7) return void (day.value = next)
    const other = n.value + step
    if (other < 1 || other > shape.value.weeks) return
    day.value = step > 0 ? 1 : 7
    go(other)
  }

  const swipe = useDaySwipe(turn)
  const listeners = computed(() => (narrow.value ? swipe : {}))
  return { narrow, day, only, listeners }
}
