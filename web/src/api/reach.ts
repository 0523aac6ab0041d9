import { readonly, ref } from 'vue'

const shortestWaitMs = 1_000
const longestWaitMs = 15_000
const lost = ref(false)
let waitMs = shortestWaitMs
let timer: ReturnType<typeof setTimeout> | undefined

/** Whether the last thing that was asked got no answer at all. Then the server is asked until it answers. */
export const unreachable = readonly(lost)

const oldest = ref<string>()
/** Of when the oldest of what is shown meanwhile is, where the service worker had kept it. */
export const shownAsOf = readonly(oldest)

export function noteReached() {
  lost.value = false
  oldest.value = undefined
  waitMs = shortestWaitMs
  clearTimeout(timer)
  timer = undefined
}

export function noteLost(asOf?: string) {
  lost.value = true
  if (asOf && !(oldest.value && oldest.value < asOf)) oldest.value = asOf
  if (timer !== undefined) return
  timer = setTimeout(look, waitMs)
  waitMs = Math.min(waitMs * 2, longestWaitMs)
}

/** Asks now whether the server answers. */
export async function look() {
  clearTimeout(timer)
  timer = undefined
  try {
    await fetch('/healthz', { cache: 'no-store' })
    noteReached()
  } catch {
    noteLost()
  }
}

if (typeof addEventListener === 'function') {
  addEventListener('offline', () => noteLost())
  addEventListener('online', () => lost.value && void look())
}
