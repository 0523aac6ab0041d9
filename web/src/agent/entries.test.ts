import { describe, expect, it } from 'vitest'
import type { TimelineItem } from '@/api/types'
import { foldTimeline, statusNow } from './entries'
import { applyEvent, newTurn } from './turn'

function timeline(...items: [string, Record<string, unknown>][]): TimelineItem[] {
  return items.map(([kind, payload], index) => ({
    seq: index + 1,
    kind,
    payload,
    turn_id: 'turn-1',
    created_at: '2026-11-22T00:00:00Z',
  }))
}

const event = (name: string, data: unknown) => ({ event: name, id: '1', data: JSON.stringify(data) })

describe('a kept conversation', () => {
  it('folds a tool call and its result into one step', () => {
    const entries = foldTimeline(
      timeline(
        ['tool_call', { name: 'query' }],
        ['tool_result', { name: 'query', status: 'completed', summary: '3 tasks' }],
      ),
    )
    expect(entries).toEqual([{ kind: 'steps', steps: [{ name: 'query', status: 'completed', summary: '3 tasks' }] }])
  })
  it('keeps two calls of the same tool apart', () => {
    const call = ['tool_call', { name: 'query' }] as [string, Record<string, unknown>]
    const result = ['tool_result', { name: 'query', status: 'completed' }] as [string, Record<string, unknown>]
    const [group] = foldTimeline(timeline(call, result, call, result))
    expect(group).toMatchObject({ kind: 'steps', steps: [{ status: 'completed' }, { status: 'completed' }] })
  })
  it('shows the cost beneath all of its turn, and before the next', () => {
    const items = timeline(
      ['assistant_text', { text: 'Hi', credit_micros: 120 }],
      ['confirm_request', {}],
      ['user_text', { text: 'a' }],
    )
    items[2]!.turn_id = 'turn-2'
    expect(foldTimeline(items).map((entry) => entry.kind)).toEqual(['answer', 'confirm', 'cost', 'user'])
  })
  it('shows the cost of a turn that left no answer text', () => {
    const entries = foldTimeline(timeline(['confirm_request', { interaction_id: 'i', diff: [], credit_micros: 5 }]))
    expect(entries.map((entry) => entry.kind)).toEqual(['confirm', 'cost'])
  })
  it('tells what was remembered below its own turn', () => {
    const items = timeline(
      ['user_text', { text: 'never after 22:00' }],
      ['assistant_text', { text: 'Noted', credit_micros: 5 }],
      ['user_text', { text: 'a' }],
    )
    items[2]!.turn_id = 'turn-2'
    const change = (id: number, turn_id: string) => ({
      id,
      turn_id,
      kind: 'added' as const,
      item_id: 1,
      title: 'x',
      undone: false,
      can_undo: true,
      created_at: '2026-11-22T00:00:00Z',
    })
    const entries = foldTimeline(items, [change(1, 'turn-1'), change(2, 'turn-1'), change(3, 'turn-9')])
    expect(entries.map((entry) => entry.kind)).toEqual(['user', 'answer', 'cost', 'remembered', 'user'])
    expect(entries[3]).toMatchObject({ changes: [{ id: 1 }, { id: 2 }] })
  })
  it('shows no cost where no model was called', () => {
    expect(
      foldTimeline(timeline(['assistant_text', { text: 'Hi', credit_micros: 0, input_tokens: 0, output_tokens: 0 }])),
    ).toHaveLength(1)
  })
  it('keeps the reason of a turn that failed', () => {
    const entries = foldTimeline(
      timeline(['status', { state: 'error', code: 'unavailable', detail: 'gone', text: 'gone' }]),
    )
    expect(entries).toMatchObject([{ kind: 'failure', problem: { code: 'unavailable', detail: 'gone' } }])
  })
  it('passes over kinds that it does not know', () => expect(foldTimeline(timeline(['hologram', {}]))).toEqual([]))
})

describe('a running turn', () => {
  it('joins the pieces of an answer', () => {
    const turn = newTurn('hello')
    applyEvent(turn, event('delta', { text: 'A', offset: 0 }))
    applyEvent(turn, event('delta', { text: 'B', offset: 1 }))
    applyEvent(turn, event('delta', { text: 'C', offset: 0 }))
    expect(turn.entries.slice(1)).toEqual([
      { kind: 'answer', text: 'AB' },
      { kind: 'answer', text: 'C' },
    ])
  })
  it('keeps what was written before an error', () => {
    const turn = newTurn()
    applyEvent(turn, event('delta', { text: 'half' }))
    applyEvent(turn, event('error', { code: 'unavailable', detail: 'gone' }))
    applyEvent(turn, event('usage', { credit_micros: 9 }))
    applyEvent(turn, event('done', { seq: 4 }))
    expect(turn.done).toBe(true)
    expect(turn.entries.map((entry) => entry.kind)).toEqual(['answer', 'failure', 'cost'])
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
  it('stays what it was decided to be', () =>
    expect(statusNow('accepted', '2026-11-22T09:00:00Z', now)).toBe('accepted'))
})
