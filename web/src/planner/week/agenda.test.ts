import { describe, expect, it } from 'vitest'
import type { QuickTask } from '@/api/types'
import { agendaEntries } from './agenda'
import type { Block } from './types'

const block = (id: number, starts_at: string, ends_at: string): Block => ({
  kind: 'item',
  id,
  item_id: id,
  title: '',
  week: 1,
  day: 1,
  section_from: 1,
  section_to: 1,
  starts_at,
  ends_at,
})
const blocks = [
  block(2, '2026-11-23T06:00:00Z', '2026-11-23T07:40:00Z'),
  block(1, '2026-11-23T00:00:00Z', '2026-11-23T01:40:00Z'),
]
const due = [{ id: 9, deadline_at: '2026-11-23T05:00:00.000Z' } as QuickTask]
const keysAt = (time: string) => agendaEntries(blocks, due, new Date(time)).map(({ key }) => key)

describe('the agenda of a day', () => {
  it('has the present between what has begun and what comes', () => {
    expect(keysAt('2026-11-23T03:00:00Z')).toEqual(['item-1', 'now', 'due-9', 'item-2'])
    expect(keysAt('2026-11-23T06:30:00Z')).toEqual(['item-1', 'due-9', 'item-2', 'now'])
  })
  it('begins what begins now before it says now', () => {
    expect(keysAt('2026-11-23T06:00:00Z')).toEqual(['item-1', 'due-9', 'item-2', 'now'])
  })
  it('knows what is going on and what is late', () => {
    const entries = agendaEntries(blocks, due, new Date('2026-11-23T06:30:00Z'))
    expect(entries.filter((entry) => entry.kind === 'block' && entry.running).map(({ key }) => key)).toEqual(['item-2'])
    expect(entries.find((entry) => entry.kind === 'due')).toMatchObject({ late: true })
  })
})
