import { shallowReactive } from 'vue'

export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'error'
  action?: { label: string; run: () => void }
  /** Of several about the same thing only the newest stands: an older one's action would do something else by now. */
  about?: string
  /** Until it is answered: nobody may miss it. */
  stays?: boolean
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

/** Takes away what was said about something. */
export function withdraw(about: string) {
  for (const toast of toasts.filter((one) => one.about === about)) dismiss(toast.id)
}

export function show(text: string, options: Partial<Pick<Toast, 'tone' | 'action' | 'about' | 'stays'>> = {}) {
  const id = nextId++
  if (options.about) withdraw(options.about)
  toasts.push({ id, text, tone: 'plain', ...options })
  if (toasts.length > most) dismiss((toasts.find((toast) => !toast.stays) ?? toasts[0]!).id)
  if (!options.stays) setTimeout(() => dismiss(id), lifeMs)
}
