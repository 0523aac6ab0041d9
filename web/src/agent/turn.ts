import type { Problem } from '@/api/problem'
import { addCost, addStep, addText, confirmationOf, type Card, type Entry } from './entries'
import type { SseEvent } from '@/api/sse'

/** A running turn as far as its events have come. */
export interface Turn {
  entries: Entry[]
  status: string
  done: boolean
  /** What it has cost, of what it may cost. */
  budget?: { credit_micros: number; budget_micros: number }
}

export function newTurn(message?: string | null): Turn {
  return { entries: message ? [{ kind: 'user', text: message }] : [], status: '', done: false }
}

function parse(data: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(data)
    return value && typeof value === 'object' ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

/** Applies one event; kinds that this page does not know are passed over. */
export function applyEvent(turn: Turn, event: SseEvent) {
  const data = parse(event.data)
  const text = typeof data.text === 'string' ? data.text : ''
  switch (event.event) {
    case 'status':
      turn.status = text
      break
    case 'delta':
      // An answer of several pieces: each begins at its own zero.
      addText(turn.entries, 'answer', text, data.offset === 0)
      break
    case 'reasoning':
      addText(turn.entries, 'reasoning', text)
      break
    case 'tool':
      addStep(turn.entries, data, 'running')
      break
    case 'card':
      turn.entries.push({ kind: 'card', card: { type: '', ...data } as Card })
      break
    case 'confirm':
      turn.entries.push({ kind: 'confirm', confirmation: confirmationOf(data), status: 'pending' })
      break
    case 'budget':
      turn.budget = { credit_micros: Number(data.credit_micros), budget_micros: Number(data.budget_micros) }
      break
    case 'usage':
      addCost(turn.entries, data)
      break
    case 'error':
      turn.entries.push({ kind: 'failure', problem: { status: 0, code: 'unexpected', ...data } as Problem })
      break
    case 'done':
      turn.done = true
  }
}
