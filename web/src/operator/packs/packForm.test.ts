import { describe, expect, it } from 'vitest'
import type { Pack } from '../types'
import { bodyOf, creditsPerYuan, emptyPack, formOf, previewOf, problemsOf } from './packForm'

const pack: Pack = {
  product_id: 4,
  code: 'credit_pro_10000',
  name_zh: '进阶包',
  name_en: 'Pro pack',
  description_zh: '一',
  description_en: 'one',
  credit_amount: 10_000,
  price_cent: 3_990,
  original_price_cent: 4_999,
  currency: 'CNY',
  badge_zh: '最受欢迎',
  badge_en: 'Most popular',
  status: 'active',
  sort_order: 4,
  once_a_day: false,
}

describe('a pack', () => {
  it('is edited in yuan and comes back in the same cents', () => {
    expect([formOf(pack).price, formOf(pack).original_price]).toEqual(['39.9', '49.99'])
    const { product_id: _id, ...body } = pack
    expect(bodyOf(formOf(pack))).toEqual(body)
  })
  it('has no more than two decimals', () =>
    expect(problemsOf({ ...formOf(pack), price: '39.901' }).price_cent).toBeDefined())
  it('needs its amount and price', () =>
    expect(Object.entries(problemsOf(emptyPack())).flatMap(([field, reason]) => (reason ? [field] : []))).toEqual([
      'credit_amount',
      'price_cent',
    ]))
  it('is previewed in the language of the shelf', () => {
    expect(previewOf(formOf(pack), 'en')).toMatchObject({ name: 'Pro pack', badge: 'Most popular', price_cent: 3_990 })
    expect(previewOf(formOf(pack), 'zh-CN').name).toBe('进阶包')
  })
  it('is compared by Credits for a yuan', () => {
    expect(creditsPerYuan({ credit_amount: 1_000, price_cent: 500 })).toBe(200)
    expect(creditsPerYuan({ credit_amount: 100, price_cent: 0 })).toBeUndefined()
  })
})
