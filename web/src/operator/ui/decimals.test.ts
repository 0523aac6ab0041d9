import { describe, expect, it } from 'vitest'
import { scaled, unscaled } from './decimals'

describe('a decimal that is typed', () => {
  it.each([
    ['3.2', 3_200_000],
    ['0.1', 100_000],
    ['0.000001', 1],
    ['1,234.5', 1_234_500_000],
    ['-12.5', -12_500_000],
    ['\u22121', -1_000_000],
    ['+2', 2_000_000],
    ['7.', 7_000_000],
    ['-0', 0],
    ['999999999.999999', 999_999_999_999_999],
  ])('%s is exactly %i millionths', (text, micros) => expect(scaled(text, 6)).toBe(micros))

  it.each(['', ' ', '.5', '1e3', '0x10', '1.2345678', '12,34', '1 2', '--1', '١', '9999999999999'])(
    '%s is none',
    (text) => expect(scaled(text, 6)).toBeUndefined(),
  )

  it('comes back as it was', () => {
    for (const value of [0, 1, -1, 10, 3_200_000, -5_000_001, 123_456_789_012])
      expect(scaled(unscaled(value, 6), 6)).toBe(value)
  })

  it('is written without trailing zeros', () => {
    expect(unscaled(3_200_000, 6)).toBe('3.2')
    expect(unscaled(-1, 6)).toBe('-0.000001')
    expect(unscaled(990, 2)).toBe('9.9')
    expect(unscaled(42, 0)).toBe('42')
  })
})
