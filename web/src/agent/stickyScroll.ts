import { ref, type Ref } from 'vue'

/** So near the end a reader counts as following the conversation. */
const nearPx = 80

/** Keeps the end in view while text arrives, unless the reader has scrolled away from it. */
export function useStickyScroll(scroller: Ref<HTMLElement | undefined>) {
  const stuck = ref(true)

  function onScroll() {
    const element = scroller.value
    if (element) stuck.value = element.scrollHeight - element.scrollTop - element.clientHeight < nearPx
  }

  function toBottom() {
    stuck.value = true
    if (scroller.value) scroller.value.scrollTop = scroller.value.scrollHeight
  }

  function follow() {
    if (stuck.value) toBottom()
  }

  /** Brings one turn into view; false: it is not there. */
  function toTurn(turn: string): boolean {
    const message = scroller.value?.querySelector<HTMLElement>(`[data-turn="${CSS.escape(turn)}"]`)
    if (!message) return false
    stuck.value = false
    message.scrollIntoView({ block: 'center' })
    return true
  }

  return { stuck, onScroll, toBottom, toTurn, follow }
}
