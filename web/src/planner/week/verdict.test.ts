import { describe, expect, it } from 'vitest'
import type { Block, Day } from './types'
import { boardBlock } from './pieces'
import { firstFit, verdictOf, type Carried, type Setting } from './verdict'

const slot = (day: number, from: number, to = from, week = 1) => ({ week, day, section_from: from, section_to: to })
const study = (id: number, at: ReturnType<typeof slot>, more: Partial<Block> = {}): Block => ({
  kind: 'item',
  id,
  title: `study ${id}`,
  starts_at: '',
  ends_at: '',
  ...at,
  ...more,
})
const course = (id: number, at: ReturnType<typeof slot>, embeddable = false) =>
  study(id, at, { kind: 'course', embeddable })
const days: Day[] = [1, 2, 3, 4, 5, 6, 7].map((day) => ({
  day,
  date: `2026-03-0${day}`,
  off: day === 6,
  off_name: null,
  follows: null,
}))

const setting = (blocks: Block[] = []): Setting => ({
  blocks: blocks.map((block) => boardBlock(block)),
  days,
  shape: { weeks: 2, sections: 4 },
  study_on_holidays: false,
  preview: false,
  clock: { date: '2026-03-02', minutes: 600, startOf: (section) => 400 + section * 100 },
})
const held: Carried = { key: 'item-1', title: 'held', sections: 2, item_id: 1, placement_id: 9, from: slot(3, 1, 2) }

describe('a carried block', () => {
  it('may go where nothing stands', () =>
    expect(verdictOf(held, slot(3, 3, 4), setting())).toEqual({ kind: 'put', inside: null, cautions: [] }))
  it('stays where it was', () => expect(verdictOf(held, slot(3, 1, 2), setting()).kind).toBe('stay'))
  it('is not in its own way', () =>
    expect(verdictOf(held, slot(3, 2, 3), setting([study(9, slot(3, 1, 2), { item_id: 1 })])).kind).toBe('put'))
  it('is not in its own way under the number that came while it was in the hand', () => {
    const early = { ...held, placement_id: -1 }
    expect(verdictOf(early, slot(3, 2, 3), setting([study(9, slot(3, 1, 2), { item_id: 1 })])).kind).toBe('put')
  })
  it('is stopped by a course even if that has the number of its placement', () => {
    expect(verdictOf(held, slot(3, 2, 3), setting([course(9, slot(3, 3))]))).toMatchObject({
      kind: 'no',
      rule: 'overlap',
    })
  })
  it('goes inside a filler course or beside it, never across its edge', () => {
    const filler = setting([course(5, slot(4, 1, 3), true)])
    expect(verdictOf(held, slot(4, 2, 3), filler)).toMatchObject({ kind: 'put', inside: { id: 5 } })
    expect(verdictOf(held, slot(4, 3, 4), filler)).toMatchObject({ kind: 'no', rule: 'crosses_filler' })
  })
  it('changes places with the one block that stands there', () => {
    expect(verdictOf(held, slot(4, 1, 2), setting([study(3, slot(4, 2))]))).toMatchObject({
      kind: 'swap',
      other: { id: 3 },
    })
  })
  it('does not push a locked block away', () => {
    expect(verdictOf(held, slot(4, 1, 2), setting([study(3, slot(4, 2), { locked: true })]))).toMatchObject({
      kind: 'no',
    })
  })
  it('that is locked itself stays', () => {
    expect(verdictOf({ ...held, locked: true }, slot(4, 1, 2), setting())).toMatchObject({ kind: 'no', rule: 'locked' })
  })
  it('cannot leave the term', () =>
    expect(verdictOf(held, slot(7, 1, 2, 3), setting())).toMatchObject({ rule: 'outside_term' }))
  it('may go into the past and into holidays, with a word', () => {
    expect(verdictOf(held, slot(2, 1, 2), setting())).toMatchObject({ cautions: ['past'] })
    expect(verdictOf(held, slot(2, 3, 4), setting())).toMatchObject({ cautions: [] })
    expect(verdictOf(held, slot(6, 1, 2), setting())).toMatchObject({ cautions: ['holiday'] })
  })
})

describe('a preview', () => {
  const preview = (blocks: Block[] = []) => ({ ...setting(blocks), preview: true })
  it('puts nothing into the past', () =>
    expect(verdictOf(held, slot(2, 1, 2), preview())).toMatchObject({ kind: 'no', rule: 'past' }))
  it('lets no blocks change places', () => {
    expect(verdictOf(held, slot(4, 1, 2), preview([study(3, slot(4, 2))]))).toMatchObject({
      kind: 'no',
      rule: 'overlap',
    })
  })
})

describe('something without a place', () => {
  const loose: Carried = { key: 'item-2', title: 'loose', sections: 2 }
  it('starts at the first free place that is still ahead', () => {
    expect(firstFit(loose, 1, setting([course(1, slot(2, 3))]))).toEqual(slot(3, 1, 2))
  })
  it('cannot change places', () => {
    expect(verdictOf(loose, slot(3, 1, 2), setting([study(3, slot(3, 1))]))).toMatchObject({
      kind: 'no',
      rule: 'overlap',
    })
  })
})
