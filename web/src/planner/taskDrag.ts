import { useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import type { Paged, Quadrant, QuickTask } from '@/api/types'
import { keys } from '@/queries'
import { useTaskActions } from './useTaskActions'

const mime = 'application/x-smartflow-task'

export function startDrag(event: DragEvent, task: QuickTask) {
  if (!event.dataTransfer) return
  event.dataTransfer.setData(mime, String(task.id))
  event.dataTransfer.setData('text/plain', task.title)
  event.dataTransfer.effectAllowed = 'move'
}

/** Makes a quadrant take tasks that are dropped on it. */
export function useTaskDrag(group: () => Quadrant) {
  const client = useQueryClient()
  const { move } = useTaskActions()
  const over = ref(false)

  function onDragover(event: DragEvent) {
    if (!event.dataTransfer?.types.includes(mime)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'move'
    over.value = true
  }

  function onDragleave(event: DragEvent) {
    const inside = event.currentTarget as HTMLElement
    if (!inside.contains(event.relatedTarget as Node | null)) over.value = false
  }

  function onDrop(event: DragEvent) {
    over.value = false
    const id = Number(event.dataTransfer?.getData(mime))
    const open = client.getQueryData<Paged<QuickTask>>(keys.tasks(false))?.items
    const task = open?.find((candidate) => candidate.id === id)
    if (!task) return
    event.preventDefault()
    move(task, group())
  }

  return { over, onDragover, onDragleave, onDrop }
}
