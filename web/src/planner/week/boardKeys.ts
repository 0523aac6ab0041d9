import { computed, ref } from 'vue'
import { neighbourOf } from './grid'
import type { BoardBlock } from './pieces'

export interface BoardIntents {
  open: [block: BoardBlock]
  pick: [block: BoardBlock]
  unplace: [block: BoardBlock]
  lock: [block: BoardBlock]
  tick: [block: BoardBlock]
  turn: [step: 1 | -1]
}

type Intent = Exclude<keyof BoardIntents, 'turn'>

/** What a key does to the focused block; keys that only study blocks know are marked by `movable`. */
export const blockKeys: Record<string, Intent> = {
  Enter: 'pick',
  ' ': 'pick',
  Delete: 'unplace',
  Backspace: 'unplace',
  l: 'lock',
  x: 'tick',
  o: 'open',
}

/** One stop for Tab on the whole board; arrows walk the blocks, the other keys act on the one with the focus. */
export function useBoardKeys(
  blocks: () => BoardBlock[],
  movable: (block: BoardBlock) => boolean,
  emit: (<K extends Intent>(event: K, block: BoardBlock) => void) & ((event: 'turn', step: 1 | -1) => void),
) {
  const last = ref('')
  const current = computed(() => (blocks().some((block) => block.key === last.value) ? last.value : blocks()[0]?.key))

  function focused(event: Event): BoardBlock | undefined {
    const key = (event.target as HTMLElement).closest<HTMLElement>('[data-key]')?.dataset.key
    return blocks().find((block) => block.key === key)
  }

  function walk(event: KeyboardEvent, from: BoardBlock) {
    const next = neighbourOf(blocks(), from, event.key) as BoardBlock | null
    if (!next) return
    const root = (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-key="${next.key}"]`)
    root?.focus()
  }

  function onKeydown(event: KeyboardEvent) {
    const block = focused(event)
    if (!block || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'PageUp' || event.key === 'PageDown') {
      emit('turn', event.key === 'PageUp' ? -1 : 1)
    } else if (/^(Arrow|Home$|End$)/.test(event.key)) {
      walk(event, block)
    } else {
      const intent = blockKeys[event.key]
      if (!intent) return
      emit(intent !== 'open' && !movable(block) ? 'open' : intent, block)
    }
    event.preventDefault()
    event.stopPropagation()
  }

  function onFocusin(event: FocusEvent) {
    const block = focused(event)
    if (block) last.value = block.key
  }

  return { current, onKeydown, onFocusin }
}
