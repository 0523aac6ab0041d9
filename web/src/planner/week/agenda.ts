import type { QuickTask } from '@/api/types'
import { keyOf } from './pieces'
import type { Block } from './types'

export type AgendaEntry =
  | { kind: 'block'; key: string; at: string; block: Block; running: boolean }
  | { kind: 'due'; key: string; at: string; task: QuickTask; late: boolean }
  | { kind: 'now'; key: 'now'; at: string }

const order = { block: 0, due: 1, now: 2 }

/** The day in the order of time: what stands in it, what is due, and between them the present moment. */
export function agendaEntries(blocks: readonly Block[], due: readonly QuickTask[], now: Date): AgendaEntry[] {
  const moment = now.toISOString()
  const entries: AgendaEntry[] = [
    ...blocks.map((block): AgendaEntry => {
      const running = Date.parse(block.starts_at) <= now.getTime() && now.getTime() < Date.parse(block.ends_at)
      return { kind: 'block', key: keyOf(block), at: block.starts_at, block, running }
    }),
    ...due.map((task): AgendaEntry => {
      const at = task.deadline_at!
      return { kind: 'due', key: `due-${task.id}`, at, task, late: Date.parse(at) < now.getTime() }
    }),
    { kind: 'now', key: 'now', at: moment },
  ]
  return entries.sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || order[a.kind] - order[b.kind])
}
