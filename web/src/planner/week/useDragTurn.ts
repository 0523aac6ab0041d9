import { onScopeDispose } from 'vue'

export const holdMs = 600

/** Turns the week while something that is dragged is held over one of its ends, again and again until it leaves. */
export function useDragTurn(carrying: () => boolean, turn: (step: number) => void) {
  let timer: ReturnType<typeof setInterval> | undefined

  function leave() {
    clearInterval(timer)
    timer = undefined
  }

  function enter(step: number) {
    leave()
    timer = setInterval(() => (carrying() ? turn(step) : leave()), holdMs)
  }

  onScopeDispose(leave)
  return { enter, leave }
}
