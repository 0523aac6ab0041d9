import { describe, expect, it } from 'vitest'
import { compact, exactCredit, money, rowCredit, wholeCredit } from './credit'

describe('whole Credits in headings', () => {
  it('never round a balance up', () => expect(wholeCredit(79_999_999, 'zh-CN')).toBe('79'))
  it('show a remainder below one as less than one', () => expect(wholeCredit(400_000, 'en')).toBe('<1'))
  it('group thousands', () => expect(wholeCredit(12_345_000_000, 'en')).toBe('12,345'))
  it('keep nothing as nothing', () => expect(wholeCredit(0, 'en')).toBe('0'))
})

describe('amounts in rows', () => {
  it('have two decimals', () => expect(rowCredit(3_400_000, 'en')).toBe('3.40'))
  it('round halves at the hundredth', () => expect(rowCredit(1_005_000, 'en')).toBe('1.01'))
  it('carry a sign when asked', () => {
    expect(rowCredit(1_000_000, 'en', true)).toBe('+1.00')
    expect(rowCredit(-412_345, 'en', true)).toBe('\u22120.41')
  })
  it('do not show a tiny charge as free', () => expect(rowCredit(-123, 'en', true)).toBe('\u2212<0.01'))
})

describe('exact amounts', () => {
  it('show every digit', () => expect(exactCredit(-412_345, 'en', true)).toBe('\u22120.412345'))
  it('drop trailing zeros', () => expect(exactCredit(12_500_000, 'en')).toBe('12.5'))
  it('keep all digits of a large amount', () =>
    expect(exactCredit(9_007_199_254_740_991, 'en')).toBe('9,007,199,254.740991'))
})

describe('an axis', () => {
  it('shortens large numbers and keeps tiny ones', () => {
    expect(compact(12_345, 'en')).toBe('12.3K')
    expect(compact(0.005, 'en')).toBe('0.005')
  })
})

describe('prices', () => {
  it('come from cents', () => expect(money(990, 'CNY', 'zh-CN')).toBe('¥9.90'))
})
