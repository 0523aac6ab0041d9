import { ref, type Ref } from 'vue'
import { carriedOf, type Carry } from './useCarry'
import type { BoardBlock } from './pieces'

/** Dragging blocks over the board, and letting go of what a tap or a key picked up where the board is clicked. */
export function useBoardPointer(
  body: Ref<HTMLElement | undefined>,
  /** Of pixels below the board's top. */
  sectionAt: (y: number) => number,
  carry: Carry,
) {
  /** Sections between the block's beginning and the finger. */
  const grip = ref(0)

  function placeOf(event: MouseEvent): { day: number; section: number } | null {
    const columns = body.value?.querySelectorAll<HTMLElement>('[data-day]') ?? []
    for (const column of columns) {
      const box = column.getBoundingClientRect()
      if (event.clientX >= box.left && event.clientX < box.right)
        return { day: Number(column.dataset.day), section: sectionAt(event.clientY - box.top) }
    }
    return null
  }

  function onDragstart(event: DragEvent, block: BoardBlock) {
    grip.value = (placeOf(event)?.section ?? block.section_from) - block.section_from
    event.dataTransfer?.setData('text/plain', block.title)
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move'
    // Chromium ends a drag whose element changes while it starts.
    setTimeout(() => carry.pick(carriedOf(block), 'pointer'))
  }

  function onDragover(event: DragEvent) {
    const at = placeOf(event)
    const what = carry.carried.value
    if (!at || !what) return
    event.preventDefault()
    carry.over(at.day, at.section - (what.from ? grip.value : 0))
    if (event.dataTransfer) event.dataTransfer.dropEffect = carry.verdict.value.kind === 'no' ? 'none' : 'move'
  }

  function onDrop(event: DragEvent) {
    event.preventDefault()
    carry.drop()
  }

  /** Caught before the blocks see it. */
  function onClick(event: MouseEvent) {
    const at = placeOf(event)
    if (!at || !carry.carried.value || carry.means.value === 'pointer') return
    event.stopPropagation()
    event.preventDefault()
    carry.over(at.day, at.section)
    carry.drop()
  }

  function onDragend() {
    if (carry.means.value === 'pointer') carry.cancel()
  }

  return { onDragstart, onDragover, onDrop, onClick, onDragend }
}
