import { onBeforeUnmount, onMounted, ref } from 'vue'

/** Asks before unsaved changes are lost, on the way to another page and on closing the tab. */
export function useLeave(unsaved: () => boolean) {
  const asking = ref(false)
  let decide: (leave: boolean) => void = () => {}

  function mayLeave(): boolean | Promise<boolean> {
    if (!unsaved()) return true
    asking.value = true
    return new Promise((resolve) => (decide = resolve))
  }

  function answer(leave: boolean) {
    asking.value = false
    decide(leave)
  }

  function onUnload(event: BeforeUnloadEvent) {
    if (unsaved()) event.preventDefault()
  }

  onMounted(() => addEventListener('beforeunload', onUnload))
  onBeforeUnmount(() => removeEventListener('beforeunload', onUnload))
  return { asking, mayLeave, answer }
}
