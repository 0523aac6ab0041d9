import { computed, shallowReactive } from 'vue'

const most = 50

/** States before each change, the last ones only. */
export function historyOf<T>(limit = most) {
  const past = shallowReactive<T[]>([])
  const future = shallowReactive<T[]>([])

  function push(before: T) {
    past.push(before)
    if (past.length > limit) past.shift()
    future.length = 0
  }

  function step(from: T[], to: T[], now: T): T | undefined {
    const state = from.pop()
    if (state !== undefined) to.push(now)
    return state
  }

  function clear() {
    past.length = 0
    future.length = 0
  }

  return {
    push,
    clear,
    undo: (now: T) => step(past, future, now),
    redo: (now: T) => step(future, past, now),
    canUndo: computed(() => past.length > 0),
    canRedo: computed(() => future.length > 0),
  }
}
