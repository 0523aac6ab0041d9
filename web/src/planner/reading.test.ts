import { describe, expect, it } from 'vitest'
import { piecesOf } from './reading'

describe('the pieces of a line', () => {
  it('are all of it, words of time marked', () =>
    expect(piecesOf('周五前交作业', [{ start: 0, length: 3 }])).toEqual([
      { text: '周五前', read: true },
      { text: '交作业', read: false },
    ]))
  it('keep what stands between two', () =>
    expect(
      piecesOf('call Friday mum 5pm', [
        { start: 5, length: 6 },
        { start: 16, length: 3 },
      ])
        .map((p) => p.text)
        .join('|'),
    ).toBe('call |Friday| mum |5pm'))
  it('are one where the words are of a longer line', () =>
    expect(piecesOf('周五', [{ start: 0, length: 5 }])).toEqual([{ text: '周五', read: false }]))
})
