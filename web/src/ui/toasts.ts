import { shallowReactive } from 'vue'

export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'error'
  action?: { label: string; run: () => void }
}

/** Long enough to read and to reach Undo by keyboard. */
const lifeMs = 8_000
const most = 2

export const toasts = shallowReactive<Toast[]>([])
let nextId = 1

export function dismiss(id: number) {
  const index = toasts.findIndex((toast) => toast.id === id)
  if (index >= 0) toasts.splice(index, 1)
}

export function show(text: string, options: Partial<Pick<Toast, 'tone' | 'action'>> = {}) {
  const id = nextId++
  toasts.push({ id, text, tone: 'plain', ...options })
  if (toasts.length > most) toasts.shift()
  setTimeout(() => dismiss(id), lifeMs)
}
