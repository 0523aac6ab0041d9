import { onBeforeUnmount, onMounted } from 'vue'

export type Hotkeys = Record<string, () => void>

/** A second key of a sequence such as "g t" has to follow within this time. */
const sequenceMs = 1_000

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && !!target.closest('input, textarea, select, [contenteditable=true], [role=menu]')
}

/** The name of a key press: "mod+k" with Ctrl or ⌘, else the plain key; empty where another modifier is held. */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  if (event.altKey) return ''
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
  return event.ctrlKey || event.metaKey ? `mod+${key}` : key
}

/** App-wide keys. Plain letters stay silent while the user types or a dialog is open; "mod+…" always works. */
export function useHotkeys(hotkeys: Hotkeys) {
  let first = ''
  let firstAt = 0

  function onKeydown(event: KeyboardEvent) {
    const name = keyName(event)
    const modified = name.startsWith('mod+')
    if (!name || event.defaultPrevented || event.isComposing) return
    if (!modified && (isTyping(event.target) || document.querySelector('[role=dialog]'))) return
    const sequence = event.timeStamp - firstAt < sequenceMs ? `${first} ${name}` : ''
    const action = hotkeys[sequence] ?? hotkeys[name]
    first = name
    firstAt = event.timeStamp
    if (!action) return
    event.preventDefault()
    action()
  }

  onMounted(() => addEventListener('keydown', onKeydown))
  onBeforeUnmount(() => removeEventListener('keydown', onKeydown))
}
