import { describe, expect, it } from 'vitest'
import { boardBlock, piecesOf, withDragged } from './pieces'
import type { Block } from './types'

const block = (item_id: number, day: number, section_from: number): Block => ({
  kind: 'item',
  id: item_id,
  title: `${item_id}`,
  week: 1,
  day,
  section_from,
  section_to: section_from + 1,
  starts_at: '',
  ends_at: '',
  item_id,
})
const pieces = piecesOf([block(1, 1, 3), block(2, 2, 1), block(3, 5, 1)].map((one) => boardBlock(one)))
const titles = (of: ReturnType<typeof withDragged>) =>
  of.map(({ block: { title }, away }) => (away ? `(${title})` : title))

describe('what stands at the same time', () => {
  it('has lanes, in a section and in a pause', () => {
    const event = (id: number, from: number, to: number): Block => ({
      ...block(id, 1, from),
      kind: 'event',
      section_to: to,
    })
    const laid = piecesOf(
      [event(1, 1, 2), event(2, 2, 2), event(3, 3, 3), event(4, 3, 2), event(5, 3, 2)].map((b) => boardBlock(b)),
    )
    expect(laid.map(({ block: { id }, lane, lanes }) => [id, lane, lanes])).toEqual([
      [1, 0, 2],
      [2, 1, 2],
      [4, 0, 2],
      [5, 1, 2],
      [3, 0, 1],
    ])
    // A block of two sections covers the pause between them.
    const over = piecesOf([event(1, 2, 3), event(2, 3, 2)].map((b) => boardBlock(b)))
    expect(over.map(({ lane, lanes }) => [lane, lanes])).toEqual([
      [0, 2],
      [1, 2],
    ])
  })
})

describe('what is dragged', () => {
  it('stays among the blocks of another week, unseen and in the order of time', () => {
    const [first, , last] = piecesOf([block(7, 1, 1), block(8, 2, 1), block(9, 6, 1)].map((one) => boardBlock(one)))
    expect(titles(withDragged(pieces, first!))).toEqual(['(7)', '1', '2', '3'])
    expect(titles(withDragged(pieces, last!))).toEqual(['1', '2', '3', '(9)'])
  })

  it('is there once in its own week', () => {
    expect(withDragged(pieces, pieces[1]!)).toBe(pieces)
    expect(withDragged(pieces, null)).toBe(pieces)
  })
})
