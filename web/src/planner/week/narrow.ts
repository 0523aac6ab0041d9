import { onScopeDispose, ref, type Ref } from 'vue'

/** Whether the window is as narrow as a phone's: one day instead of seven. */
export function useNarrow(query = '(max-width: 767px)'): Readonly<Ref<boolean>> {
  const media = matchMedia(query)
  const narrow = ref(media.matches)
  const follow = (event: MediaQueryListEvent) => (narrow.value = event.matches)
  media.addEventListener('change', follow)
  onScopeDispose(() => media.removeEventListener('change', follow))
  return narrow
}

const leastPx = 56

/** Listeners that turn a swipe across into a step to the day after (1) or before (-1). */
export function useDaySwipe(turn: (step: number) => void) {
  let start: Touch | undefined
  return {
    touchstart: (event: TouchEvent) => (start = event.touches.length === 1 ? event.touches[0] : undefined),
    touchend: (event: TouchEvent) => {
      const end = event.changedTouches[0]
      if (!start || !end) return
      const [across, down] = [end.clientX - start.clientX, end.clientY - start.clientY]
      start = undefined
      if (Math.abs(across) >= leastPx && Math.abs(across) > 2 * Math.abs(down)) turn(across < 0 ? 1 : -1)
    },
  }
}
