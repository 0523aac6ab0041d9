import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Quadrant, QuickTask } from '@/api/types'

interface Start {
  title?: string
  priority_group?: Quadrant
}

/** The one task dialog of the app: for a new task, perhaps with a beginning, or for an existing one. */
export const useTaskEditor = defineStore('task-editor', () => {
  const open = ref(false)
  const task = ref<QuickTask | null>(null)
  const preset = ref<Start>({})

  function create(start: Start = {}) {
    task.value = null
    preset.value = start
    open.value = true
  }

  function edit(existing: QuickTask) {
    task.value = existing
    open.value = true
  }

  return { open, task, preset, create, edit }
})
