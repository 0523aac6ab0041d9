import { ref } from 'vue'
import { describe, expect, it } from 'vitest'
import { boardBlock, type BoardBlock } from './pieces'
import { useCell } from './useCell'

const block = (day: number, section_from: number, section_to: number): BoardBlock =>
  boardBlock({
    kind: 'course',
    id: day,
    title: 'c',
    week: 2,
    day,
    section_from,
    section_to,
    starts_at: '',
    ends_at: '',
  })
const board = (blocks: BoardBlock[], days = [1, 2]) =>
  useCell(ref(), { week: () => 2, days: () => days, sections: () => 4, sectionAt: () => 1, blocks: () => blocks })

describe('the free cell of the board', () => {
  it('is the first one to begin with, and none on a full board', () => {
    expect(board([block(1, 1, 2)]).cell.value).toMatchObject({ week: 2, day: 1, section_from: 3, section_to: 3 })
    expect(board([block(1, 1, 4), block(2, 1, 4)]).cell.value).toBeNull()
  })

  it('walks over what is taken and stays on the days that are shown', () => {
    const { cell, walk } = board([block(1, 2, 3)])
    expect(walk('ArrowDown')).toBe(true)
    expect(cell.value?.section_from).toBe(4)
    expect(walk('ArrowDown')).toBe(false)
    expect(walk('ArrowRight')).toBe(true)
    expect(cell.value).toMatchObject({ day: 2, section_from: 4 })
    expect(walk('ArrowRight')).toBe(false)
    expect(board([], [1]).walk('ArrowRight')).toBe(false)
  })
})
