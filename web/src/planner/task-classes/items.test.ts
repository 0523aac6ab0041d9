import { describe, expect, it } from 'vitest'
import { inserted, moved, outOfOrder } from './items'
import { historyOf } from './history'

const place = (week: number, day: number, section_from: number, term_id = 1) => ({
  placement: { id: 1, term_id, week, day, section_from, section_to: section_from, locked: false, missed: false },
})

describe('the order of items', () => {
  it.each([
    [0, 2, 'bcad'],
    [3, 0, 'dabc'],
    [1, 1, 'abcd'],
    [1, 9, 'acdb'],
    [2, -1, 'cabd'],
    [7, 0, 'abcd'],
  ])('moves %i to %i', (from, to, expected) => expect(moved([...'abcd'], from, to).join('')).toBe(expected))

  it('takes more in between', () => expect(inserted([...'ad'], 1, [...'bc']).join('')).toBe('abcd'))

  it('is compared with the timetable, whatever is not placed', () => {
    expect(outOfOrder([place(1, 2, 3), { placement: null }, place(1, 2, 5), place(2, 1, 1)])).toBe(false)
    expect(outOfOrder([place(1, 2, 5), place(1, 2, 3)])).toBe(true)
    expect(outOfOrder([])).toBe(false)
    expect(outOfOrder([place(9, 1, 1), place(1, 1, 1, 2), place(9, 1, 2), place(1, 1, 2, 2)])).toBe(false)
  })
})

describe('the history', () => {
  it('goes back and forth, and forgets what was undone with the next change', () => {
    const history = historyOf<string>(3)
    for (const step of ['a', 'b', 'c']) history.push(step)
    expect(history.undo('d')).toBe('c')
    expect(history.undo('c')).toBe('b')
    expect(history.redo('b')).toBe('c')
    history.push('c')
    expect(history.canRedo.value).toBe(false)
    expect(history.redo('e')).toBeUndefined()
  })
  it('has a limit', () => {
    const history = historyOf<number>(2)
    for (const step of [1, 2, 3]) history.push(step)
    expect([history.undo(4), history.undo(3), history.undo(2)]).toEqual([3, 2, undefined])
  })
})
