import { onBeforeUnmount, onMounted } from 'vue'
import { isTyping } from '@/shell/hotkeys'

/** Ctrl/⌘ Z, and with Shift or Ctrl Y the way back, left to the browser where text is typed and to dialogs. */
export function useUndoKey(undo: () => void, redo: () => void) {
  function onKeydown(event: KeyboardEvent) {
    const key = event.key.toLowerCase()
    const forth = key === 'y' || (key === 'z' && event.shiftKey)
    if (
      (key !== 'z' && key !== 'y') ||
      !(event.ctrlKey || event.metaKey) ||
      event.altKey ||
      isTyping(event.target) ||
      document.querySelector('[role=dialog]')
    )
      return
    event.preventDefault()
    if (forth) redo()
    else undo()
  }
  onMounted(() => addEventListener('keydown', onKeydown))
  onBeforeUnmount(() => removeEventListener('keydown', onKeydown))
}
