import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Quadrant, QuickTask } from '@/api/types'

/** The one task dialog of the app: for a new task, perhaps with a beginning, or for an existing one. */
export const useTaskEditor = defineStore('task-editor', () => {
  const open = ref(false)
  const task = ref<QuickTask | null>(null)
  const preset = ref<{ title?: string; group?: Quadrant }>({})

  function create(start: { title?: string; group?: Quadrant } = {}) {
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
