import { describe, expect, it } from 'vitest'
import { readWeeks, writeWeeks } from './weeks'

const written = (weeks: number[]) => writeWeeks(weeks, '单', '双')

describe('weeks', () => {
  it('are written as ranges, odd and even', () => {
    expect(written([1, 2, 3, 4, 5, 7, 9, 11])).toBe('1-5, 7-11单')
    expect(written([2, 4, 6, 9])).toBe('2-6双, 9')
    expect(written([3, 5])).toBe('3, 5')
    expect(writeWeeks([1, 3, 5], ' odd', ' even')).toBe('1-5 odd')
    expect(written([])).toBe('')
  })

  it('are read as people write them', () => {
    expect(readWeeks('1-5、7-11单、12-16双')).toEqual([1, 2, 3, 4, 5, 7, 9, 11, 12, 14, 16])
    expect(readWeeks('第1-3周')).toEqual([1, 2, 3])
    expect(readWeeks('1-5 odd, 6')).toEqual([1, 3, 5, 6])
    expect(readWeeks('4-6周(双)')).toEqual([4, 6])
    for (const wrong of ['', '0-3', '5-3', '31', 'every week', '1-']) expect(readWeeks(wrong)).toBeNull()
  })

  it('are read again as they were written', () => {
    for (let mask = 1; mask < 1 << 12; mask += 7) {
      const weeks = Array.from({ length: 30 }, (_, i) => i + 1).filter(
        (week) => (mask * 2654435761) & (1 << (week % 31)),
      )
      if (weeks.length) expect(readWeeks(writeWeeks(weeks, ' odd', ' even'))).toEqual(weeks)
    }
  })
})
