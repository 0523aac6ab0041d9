export const microsPerCredit = 1_000_000

const minus = '\u2212'

function grouped(value: number, locale: string, digits: { min: number; max: number }): string {
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits.min,
    maximumFractionDigits: digits.max,
    roundingMode: 'trunc',
  } as Intl.NumberFormatOptions).format(value)
}

function withSign(text: string, micros: number, signed: boolean): string {
  if (micros < 0) return minus + text
  return signed && micros > 0 ? `+${text}` : text
}

/** For headings: whole Credits, never rounded up; a remainder below one shows as "<1" and not as nothing. */
export function wholeCredit(micros: number, locale: string): string {
  const size = Math.abs(micros)
  if (size > 0 && size < microsPerCredit) return withSign('<1', micros, false)
  return withSign(grouped(Math.trunc(size / microsPerCredit), locale, { min: 0, max: 0 }), micros, false)
}

/** For rows: two decimals; an amount too small for them shows as "<0.01". */
export function rowCredit(micros: number, locale: string, signed = false): string {
  const size = Math.abs(micros)
  const hundredths = Math.round(size / (microsPerCredit / 100))
  if (size > 0 && hundredths === 0) return withSign(`<${grouped(0.01, locale, { min: 2, max: 2 })}`, micros, signed)
  const cents = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  return withSign(cents.format(hundredths / 100), micros, signed)
}

/** For hover: every digit there is, at most six decimals. */
export function exactCredit(micros: number, locale: string, signed = false): string {
  const size = Math.abs(micros)
  const whole = grouped(Math.trunc(size / microsPerCredit), locale, { min: 0, max: 0 })
  const rest = String(size % microsPerCredit)
    .padStart(6, '0')
    .replace(/0+$/, '')
  return withSign(rest ? `${whole}.${rest}` : whole, micros, signed)
}

export function count(value: number, locale: string): string {
  return new Intl.NumberFormat(locale).format(value)
}

/** Short numbers for axes: 12.3K, 1.2万, and 0.005 where amounts are tiny. */
export function compact(value: number, locale: string): string {
  return new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 }).format(value)
}

export function money(cents: number, currency: string, locale: string): string {
  const amount = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency || 'CNY',
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: cents === 0 ? 0 : 2,
  })
  return amount.format(cents / 100)
}
