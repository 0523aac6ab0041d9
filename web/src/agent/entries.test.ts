import { describe, expect, it } from 'vitest'
import type { TimelineItem } from '@/api/types'
import { foldTimeline, statusNow } from './entries'
import { applyEvent, newTurn } from './turn'

function timeline(...items: [string, Record<string, unknown>][]): TimelineItem[] {
  return items.map(([kind, payload], index) => ({ seq: index + 1, kind, payload, created_at: '2026-11-22T00:00:00Z' }))
}

const event = (name: string, data: unknown) => ({ event: name, id: '1', data: JSON.stringify(data) })

describe('a kept conversation', () => {
  it('folds a tool call and its result into one step', () => {
    const entries = foldTimeline(
      timeline(['tool_call', { name: 'query' }], ['tool_result', { name: 'query', status: 'completed', summary: '3 tasks' }]),
    )
    expect(entries).toEqual([{ kind: 'steps', steps: [{ name: 'query', status: 'completed', summary: '3 tasks' }] }])
  })
  it('keeps two calls of the same tool apart', () => {
    const call = ['tool_call', { name: 'query' }] as [string, Record<string, unknown>]
    const result = ['tool_result', { name: 'query', status: 'completed' }] as [string, Record<string, unknown>]
    const [group] = foldTimeline(timeline(call, result, call, result))
    expect(group).toMatchObject({ kind: 'steps', steps: [{ status: 'completed' }, { status: 'completed' }] })
  })
  it('shows the cost beneath its answer', () => {
    const entries = foldTimeline(timeline(['assistant_text', { text: 'Hi', credit_micros: 120 }]))
    expect(entries.map((entry) => entry.kind)).toEqual(['answer', 'cost'])
  })
  it('adds the cost of a turn that left no answer text', () => {
    const items = timeline(['confirm_request', { interaction_id: 'i', title: 'New', diff: [], status: 'pending' }])
    expect(foldTimeline(items, new Map([[1, { credit_micros: 5 }]])).at(-1)).toEqual({ kind: 'cost', usage: { credit_micros: 5 } })
  })
  it('passes over kinds that it does not know', () => expect(foldTimeline(timeline(['hologram', {}]))).toEqual([]))
})

describe('a running turn', () => {
  it('joins the pieces of an answer', () => {
    const turn = newTurn('hello')
    applyEvent(turn, event('delta', { text: 'A' }))
    applyEvent(turn, event('delta', { text: 'B' }))
    expect(turn.entries).toEqual([{ kind: 'user', text: 'hello' }, { kind: 'answer', text: 'AB' }])
  })
  it('keeps what was written before an error', () => {
    const turn = newTurn()
    applyEvent(turn, event('delta', { text: 'half' }))
    applyEvent(turn, event('error', { code: 'unavailable', detail: 'gone' }))
    applyEvent(turn, event('usage', { credit_micros: 9 }))
    applyEvent(turn, event('done', { seq: 4 }))
    expect(turn).toMatchObject({ done: true, usage: { credit_micros: 9 }, problem: { code: 'unavailable' } })
    expect(turn.entries[0]).toEqual({ kind: 'answer', text: 'half' })
  })
  it('survives data that is not JSON', () => {
    const turn = newTurn()
    applyEvent(turn, { event: 'delta', id: '', data: '{' })
    expect(turn.entries).toEqual([])
  })
})

describe('a confirmation', () => {
  const now = new Date('2026-11-22T10:00:00Z')
  it('expires by its time', () => expect(statusNow('pending', '2026-11-22T09:59:59Z', now)).toBe('expired'))
  it('stays what it was decided to be', () => expect(statusNow('accepted', '2026-11-22T09:00:00Z', now)).toBe('accepted'))
})
