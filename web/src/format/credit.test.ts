import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import cases from '../../../tests/fixtures/credit.json'
import { compact, costText, creditText, exactCredit, money } from './credit'

const locales = ['zh-CN', 'en']
const plain = (text: string) => text.replace('\u2212', '-')
const numberOf = (text: string) => Number(plain(text).replaceAll(',', '').replace('<0.01', '0'))
/** Amounts of every size, the same in each run. */
const amounts = Array.from(
  { length: 500 },
  (_, i) => Math.round(((i * 7_919) % 4_001) * 1.06 ** (i / 2)) * (i % 2 ? -1 : 1),
)

describe('amounts of Credit', () => {
  it.each(cases)('of $micros millionths read as the server writes them', ({ micros, have, cost, exact }) => {
    for (const locale of locales) {
      expect(plain(creditText(micros, locale))).toBe(have)
      expect(plain(costText(micros, locale))).toBe(cost)
      expect(plain(exactCredit(micros, locale))).toBe(exact)
    }
  })

  it('are never more than there is and never less than was paid', () => {
    for (const micros of amounts) {
      const [have, cost] = [numberOf(creditText(micros, 'en')), numberOf(costText(micros, 'en'))]
      if (Math.abs(micros) >= 10_000) expect([have <= micros / 1e6, cost >= micros / 1e6]).toEqual([true, true])
      expect(cost - have).toBeLessThanOrEqual(0.0100001)
    }
  })

  it('read the same as a charge and as a cost', () => {
    for (const micros of amounts.map(Math.abs).filter(Boolean)) {
      expect(creditText(-micros, 'en', true)).toBe(`\u2212${costText(micros, 'en')}`)
      expect(costText(micros, 'en')).not.toBe('0.00')
    }
  })

  it('read the same at both lengths where two decimals tell all', () => {
    for (const hundredths of amounts) {
      const micros = hundredths * 10_000
      expect([creditText(micros, 'en', true), exactCredit(micros, 'en', true)]).toEqual([
        exactCredit(micros, 'en', true),
        creditText(micros, 'en', true),
      ])
      expect(costText(micros, 'en')).toBe(creditText(micros, 'en'))
    }
  })

  it('carry a sign when asked', () => {
    expect(creditText(1_000_000, 'en', true)).toBe('+1.00')
    expect(creditText(-412_345, 'en', true)).toBe('\u22120.42')
    expect(creditText(-123, 'en', true)).toBe('\u2212<0.01')
  })

  it('are written by no other code', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => /\.(vue|ts)$/.test(file))
    const own = /toFixed|[mM]icros\b[^\n]{0,40}\/ ?(1_000_000|1e6|microsPerCredit)/
    const found = sources.filter(
      (file) => own.test(readFileSync(join('src', file), 'utf8')) && !file.startsWith('format'),
    )
    // A field's own number, and those of a plot.
    expect(found).toEqual(['agent/GoOnCard.vue', 'operator/spend/spendPlot.ts'])
  })
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
