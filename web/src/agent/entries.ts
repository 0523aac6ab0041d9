import type { Problem } from '@/api/problem'
import type { MemoryChangeOfTurn } from '@/memory/api'
import type { Card, Confirmation, ConfirmationStatus, TimelineItem } from '@/api/types'

export type { Card }

export interface Step {
  id?: string
  name: string
  status: string
  summary?: string
}

export interface Usage {
  credit_micros: number
  input_tokens?: number
  output_tokens?: number
}

/** One thing in the reading column. */
export type Entry =
  | { kind: 'user'; text: string; turn?: string }
  | { kind: 'answer'; text: string }
  | { kind: 'reasoning'; text: string }
  | { kind: 'steps'; steps: Step[] }
  | { kind: 'confirm'; confirmation: Confirmation; status: ConfirmationStatus }
  | { kind: 'card'; card: Card }
  | { kind: 'note'; text: string }
  | { kind: 'interrupt'; stopped: boolean }
  | { kind: 'failure'; problem: Problem }
  | { kind: 'cost'; usage: Usage }
  | { kind: 'remembered'; changes: MemoryChangeOfTurn[] }

type Payload = Record<string, unknown>

const textOf = (value: unknown) => (typeof value === 'string' ? value : '')

function stepOf(payload: Payload, status: string): Step {
  return {
    id: textOf(payload.tool_call_id) || textOf(payload.call_id) || undefined,
    name: textOf(payload.name),
    status: textOf(payload.status) || status,
    summary: textOf(payload.summary) || undefined,
  }
}

/** A tool's news goes to its step if that is still open, else it opens a new one in the running group. */
export function addStep(entries: Entry[], payload: Payload, status: string) {
  const step = stepOf(payload, status)
  const last = entries.at(-1)
  const group = last?.kind === 'steps' ? last : undefined
  const same = group?.steps.findLast((other) =>
    step.id && other.id ? other.id === step.id : other.name === step.name && isRunning(other),
  )
  if (same) Object.assign(same, step, { summary: step.summary ?? same.summary })
  else if (group) group.steps.push(step)
  else entries.push({ kind: 'steps', steps: [step] })
}

export function isRunning(step: Step): boolean {
  return ['running', 'started', 'pending', 'in_progress'].includes(step.status)
}

export function hasFailed(step: Step): boolean {
  return ['failed', 'error', 'refused'].includes(step.status)
}

/** Streamed text joins the piece before it when that is of the same kind. */
export function addText(entries: Entry[], kind: 'answer' | 'reasoning', text: string, fresh = false) {
  const last = entries.at(-1)
  if (last?.kind === kind && !fresh) last.text += text
  else if (text) entries.push({ kind, text })
}

const changeKinds = ['tasks', 'plans', 'week', 'scheduler', 'courses'] as const

const isCard = (value: unknown): value is Card =>
  !!value && typeof value === 'object' && 'type' in value && typeof value.type === 'string'

export function confirmationOf(payload: Payload): Confirmation {
  return {
    interaction_id: textOf(payload.interaction_id),
    title: textOf(payload.title),
    summary: textOf(payload.summary),
    diff: Array.isArray(payload.diff) ? (payload.diff as Confirmation['diff']) : [],
    expires_at: textOf(payload.expires_at) || null,
    kind: changeKinds.find((kind) => kind === payload.kind),
    card: isCard(payload.card) ? payload.card : undefined,
    budget: payload.tool === 'go_on' ? (payload as unknown as Confirmation['budget']) : undefined,
  }
}

/** What a turn used, beneath what it said; a turn that called no model shows nothing. */
export function addCost(entries: Entry[], payload: Payload) {
  const usage = payload as unknown as Usage
  if (typeof usage.credit_micros !== 'number' || !(usage.credit_micros || usage.input_tokens || usage.output_tokens))
    return
  entries.push({ kind: 'cost', usage })
}

function addItem(entries: Entry[], { kind, payload, turn_id }: TimelineItem) {
  if (kind === 'user_text') entries.push({ kind: 'user', text: textOf(payload.text), turn: turn_id })
  else if (kind === 'assistant_text' && textOf(payload.text))
    entries.push({ kind: 'answer', text: textOf(payload.text) })
  else if (kind === 'tool_call') addStep(entries, payload, 'running')
  else if (kind === 'tool_result') addStep(entries, payload, 'completed')
  else if (kind === 'confirm_request') {
    const status = (textOf(payload.status) || 'pending') as ConfirmationStatus
    entries.push({ kind: 'confirm', confirmation: confirmationOf(payload), status })
  } else if (kind === 'business_card') entries.push({ kind: 'card', card: { ...payload, type: textOf(payload.type) } })
  else if (kind === 'status' && payload.code)
    entries.push({ kind: 'failure', problem: { status: 0, ...payload } as Problem })
  else if (kind === 'status' && textOf(payload.text)) entries.push({ kind: 'note', text: textOf(payload.text) })
  else if (kind === 'interrupt') entries.push({ kind: 'interrupt', stopped: payload.reason === 'stopped' })
}

/**
 * The kept conversation as it is read. Whichever item carries a turn's cost, it is read beneath all of the turn, and below it what
 * was remembered of it.
 */
export function foldTimeline(items: readonly TimelineItem[], remembered: readonly MemoryChangeOfTurn[] = []): Entry[] {
  const entries: Entry[] = []
  let costs: Payload[] = []
  items.forEach((item, index) => {
    addItem(entries, item)
    if ('credit_micros' in item.payload) costs.push(item.payload)
    const next = items[index + 1]
    if (next && next.turn_id === item.turn_id) return
    costs.forEach((cost) => addCost(entries, cost))
    costs = []
    const changes = remembered.filter((change) => change.turn_id === item.turn_id)
    if (changes.length) entries.push({ kind: 'remembered', changes })
  })
  return entries
}

/** A confirmation counts as expired from its time on, whatever the kept status says. */
export function statusNow(
  status: ConfirmationStatus,
  expiresAt: string | null | undefined,
  now: Date,
): ConfirmationStatus {
  return status === 'pending' && expiresAt && new Date(expiresAt) <= now ? 'expired' : status
}
