import { expect, it } from 'vitest'
import { amount } from './amount'

it('reads amounts of Credit and nothing else', () => {
  expect(['0', ' 20 ', '0.5', '1000000000', '0.000001'].map(amount)).toEqual([0, 20, 0.5, 1_000_000_000, 0.000001])
  expect(['', '-1', '1e3', '0.0000001', '1000000001', 'a', '1,5', '.5'].map(amount)).toEqual(Array(8).fill(undefined))
})
