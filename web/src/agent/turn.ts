import type { Problem } from '@/api/problem'
import { addStep, addText, confirmationOf, type Card, type Entry, type Usage } from './entries'
import type { SseEvent } from './sse'

/** A running turn as far as its events have come. */
export interface Turn {
  entries: Entry[]
  status: string
  usage?: Usage
  problem?: Problem
  done: boolean
}

export function newTurn(message?: string): Turn {
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
      addText(turn.entries, 'answer', text)
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
    case 'usage':
      turn.usage = { credit_micros: 0, ...data } as Usage
      turn.entries.push({ kind: 'cost', usage: turn.usage })
      break
    case 'error':
      turn.problem = { status: 500, code: 'unexpected', ...data } as Problem
      break
    case 'done':
      turn.done = true
  }
}
