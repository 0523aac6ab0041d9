import { ref } from 'vue'

const mime = 'application/x-smartflow-item'

/** Rows are dragged by their handle; the line shows where one would land. */
export function useItemDrag(drop: (key: number, to: number) => void) {
  const dragged = ref<number | null>(null)
  const target = ref<number | null>(null)

  function start(event: DragEvent, key: number) {
    event.dataTransfer?.setData(mime, String(key))
    if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move'
    dragged.value = key
  }

  /** Above the middle of a row means before it. */
  function over(event: DragEvent, index: number) {
    if (dragged.value === null) return
    event.preventDefault()
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
    target.value = event.clientY < box.top + box.height / 2 ? index : index + 1
  }

  function end() {
    dragged.value = target.value = null
  }

  function dropped(event: DragEvent, from: (key: number) => number) {
    if (dragged.value === null || target.value === null) return end()
    event.preventDefault()
    const at = from(dragged.value)
    drop(dragged.value, target.value > at ? target.value - 1 : target.value)
    end()
  }

  return { dragged, target, start, over, end, dropped }
}
