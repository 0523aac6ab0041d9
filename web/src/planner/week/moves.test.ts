import { describe, expect, it } from 'vitest'
import { confirmed, expected, numbered } from './moves'
import { boardBlock, piecesOf } from './pieces'
import type { Block, Week } from './types'

const at = (day: number, from: number, to = from, week = 1) => ({ week, day, section_from: from, section_to: to })
const block = (id: number, slot: ReturnType<typeof at>, more: Partial<Block> = {}): Block => ({
  kind: 'item',
  id,
  title: `b${id}`,
  starts_at: '',
  ends_at: '',
  item_id: id,
  ...slot,
  ...more,
})
const a = block(1, at(1, 1, 2))
const b = block(2, at(2, 3))
const filler = block(1, at(3, 1, 4), { kind: 'course', embeddable: true, item_id: null })
const week = { week: 1, version: 4, blocks: [a, b, filler] } as Week
const slots = (of: Week) =>
  Object.fromEntries(
    of.blocks.filter((x) => x.kind === 'item').map((x) => [x.id, `${x.day}/${x.section_from}-${x.section_to}`]),
  )

describe('what a change is expected to do', () => {
  it('moves a block', () => expect(slots(expected(week, { kind: 'move', block: a, to: at(5, 3, 4) }))[1]).toBe('5/3-4'))
  it('leaves the week with a block that goes to another one', () => {
    expect(slots(expected(week, { kind: 'move', block: a, to: at(5, 3, 4, 2) }))).toEqual({ 2: '2/3-3' })
  })
  it('embeds what is moved onto a filler course and touches the course itself nowhere', () => {
    const after = expected(week, { kind: 'move', block: a, to: at(3, 1, 2) })
    expect(after.blocks.find((x) => x.kind === 'item' && x.id === 1)?.embedded_in).toBe(1)
    expect(after.blocks).toContain(filler)
  })
  it('lets two blocks change places and keeps their lengths', () => {
    expect(slots(expected(week, { kind: 'swap', a, b }))).toEqual({ 1: '2/3-4', 2: '1/1-1' })
  })
  it('shows a placed item under a number of its own until the server names it', () => {
    const after = expected(week, {
      kind: 'place',
      what: { key: 'item-7', title: 'new', sections: 1, item_id: 7 },
      to: at(4, 1),
    })
    const named = confirmed(after, {
      version: 5,
      placed: [block(70, at(4, 1), { item_id: 7 })],
      removed: [],
      warnings: [],
      change_id: 1,
    })
    expect(after.blocks.some((x) => x.id < 0)).toBe(true)
    expect(slots(named)).toEqual({ 1: '1/1-2', 2: '2/3-3', 70: '4/1-1' })
    expect(named.version).toBe(5)
  })
  it('sends what follows at once under the number that came meanwhile', () => {
    const temporary = block(-1, at(4, 1), { item_id: 7 })
    const named = block(70, at(4, 1), { item_id: 7 })
    const lock = { kind: 'lock', block: temporary, locked: true } as const
    expect(numbered(lock, [a, temporary, named])).toMatchObject({ block: { id: 70 } })
    expect(numbered({ kind: 'swap', a, b: temporary }, [named])).toMatchObject({ a: { id: 1 }, b: { id: 70 } })
    expect(numbered(lock, [a])).toEqual(lock)
  })
})

describe('the pieces of a day', () => {
  it('lie beside each other where they meet and alone elsewhere', () => {
    const pieces = piecesOf([a, block(3, at(1, 2, 3)), b].map((x) => boardBlock(x)))
    expect(pieces.map(({ lane, lanes }) => [lane, lanes])).toEqual([
      [0, 2],
      [1, 2],
      [0, 1],
    ])
  })
  it('leave a filler course its whole width', () => {
    const pieces = piecesOf([filler, block(3, at(3, 2), { embedded_in: 1 })].map((x) => boardBlock(x)))
    expect(pieces.map(({ lanes, inset }) => [lanes, inset])).toEqual([
      [1, false],
      [1, true],
    ])
  })
})
