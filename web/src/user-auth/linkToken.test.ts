import { describe, expect, it } from 'vitest'
import { tokenOf } from './linkToken'

describe('the token of a link', () => {
  it.each([
    ['#token=al-abc_-1', 'al-abc_-1'],
    ['#x=1&token=al-2', 'al-2'],
    ['', ''],
    ['#token', ''],
    ['#nothing', ''],
  ])('in %s is %s', (hash, token) => expect(tokenOf(hash)).toBe(token))
})
