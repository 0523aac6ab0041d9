import { onBeforeUnmount, onMounted } from 'vue'
import { isTyping } from '@/shell/hotkeys'

/** Ctrl/⌘ Z, left to the browser where text is typed and to dialogs. */
export function useUndoKey(undo: () => void) {
  function onKeydown(event: KeyboardEvent) {
    const pressed = event.key.toLowerCase() === 'z' && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey
    if (!pressed || isTyping(event.target) || document.querySelector('[role=dialog]')) return
    event.preventDefault()
    undo()
  }
  onMounted(() => addEventListener('keydown', onKeydown))
  onBeforeUnmount(() => removeEventListener('keydown', onKeydown))
}
