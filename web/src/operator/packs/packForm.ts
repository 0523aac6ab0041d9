import type { CreditProduct } from '@/api/types'
import { microsPerCredit } from '@/format/credit'
import { centPlaces, scaled, unscaled } from '../ui/decimals'
import type { Reason } from '../ui/reasons'
import type { Pack, SavePack } from '../types'

export interface PackForm {
  code: string
  name_zh: string
  name_en: string
  description_zh: string
  description_en: string
  badge_zh: string
  badge_en: string
  credit_amount: string
  /** Yuan, as the shelf shows it. */
  price: string
  original_price: string
  currency: string
  active: boolean
  sort_order: string
  once_a_day: boolean
}

export const emptyPack = (): PackForm => ({
  code: '',
  name_zh: '',
  name_en: '',
  description_zh: '',
  description_en: '',
  badge_zh: '',
  badge_en: '',
  credit_amount: '',
  price: '',
  original_price: '',
  currency: 'CNY',
  active: true,
  sort_order: '0',
  once_a_day: false,
})

export function formOf(pack: Pack): PackForm {
  const { code, name_zh, name_en, description_zh, description_en, badge_zh, badge_en, currency, once_a_day } = pack
  return {
    ...{ code, name_zh, name_en, description_zh, description_en, badge_zh, badge_en, currency, once_a_day },
    credit_amount: String(pack.credit_amount),
    price: unscaled(pack.price_cent, centPlaces),
    original_price: pack.original_price_cent ? unscaled(pack.original_price_cent, centPlaces) : '',
    active: pack.status === 'active',
    sort_order: String(pack.sort_order),
  }
}

export function bodyOf(form: PackForm): SavePack {
  const { price, original_price, active, ...rest } = form
  return {
    ...rest,
    code: form.code.trim(),
    credit_amount: scaled(form.credit_amount, 0) ?? 0,
    price_cent: scaled(price, centPlaces) ?? 0,
    original_price_cent: scaled(original_price || '0', centPlaces) ?? 0,
    sort_order: scaled(form.sort_order || '0', 0) ?? 0,
    status: active ? 'active' : 'inactive',
  }
}

/** By the server's names of the fields. */
export function problemsOf(form: PackForm): Record<string, Reason | undefined> {
  const check = (text: string, places: number): Reason | undefined => {
    const value = scaled(text, places)
    return value === undefined ? { key: places ? 'operator.reasons.noMoney' : 'operator.reasons.noCount' } : undefined
  }
  return {
    credit_amount: check(form.credit_amount, 0),
    price_cent: check(form.price, centPlaces),
    original_price_cent: check(form.original_price || '0', centPlaces),
    sort_order: check(form.sort_order || '0', 0),
  }
}

/** The pack as the store would show it: what cannot be read yet counts as nothing. */
export function previewOf(form: PackForm, locale: string): CreditProduct {
  const body = bodyOf(form)
  const pick = (zh: string, en: string) => (locale === 'en' ? en : zh).trim()
  return {
    product_id: 0,
    code: body.code,
    name: pick(form.name_zh, form.name_en) || '–',
    description: pick(form.description_zh, form.description_en),
    badge: pick(form.badge_zh, form.badge_en),
    credit_amount: body.credit_amount,
    credit_amount_micros: body.credit_amount * microsPerCredit,
    price_cent: body.price_cent,
    price_text: '',
    original_price_cent: body.original_price_cent,
    original_price_text: '',
    currency: body.currency,
    status: body.status,
    sort_order: body.sort_order,
    once_a_day: body.once_a_day,
  }
}

/** Credits for one yuan, for comparing packs; undefined where it costs nothing. */
export const creditsPerYuan = (pack: Pick<Pack, 'credit_amount' | 'price_cent'>): number | undefined =>
  pack.price_cent > 0 ? (pack.credit_amount * 100) / pack.price_cent : undefined
