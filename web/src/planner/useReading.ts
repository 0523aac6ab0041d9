import { onScopeDispose, ref, watch, type Ref } from 'vue'
import type { Schemas } from '@/api/types'
import { readTask } from './api'

const debounceMs = 150

/** How the line that is being typed is read so far; nothing while nobody has answered or nobody can. */
export function useReading(text: Ref<string>) {
  const reading = ref<Schemas['ReadQuickTaskRead']>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = new AbortController()

  function stop() {
    clearTimeout(timer)
    running.abort()
  }

  async function read(line: string) {
    running = new AbortController()
    const { signal } = running
    try {
      const answer = await readTask(line, signal)
      if (!signal.aborted) reading.value = answer
    } catch {
      // A hint that does not come is not missed.
    }
  }

  watch(text, (line) => {
    stop()
    reading.value = undefined
    if (line.trim()) timer = setTimeout(() => void read(line), debounceMs)
  })
  onScopeDispose(stop)

  return { reading }
}
