export const microsPerCredit = 1_000_000

const minus = '\u2212'

const microsPerHundredth = microsPerCredit / 100

function written(micros: number, hundredths: number, locale: string, signed: boolean): string {
  const digits = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 })
  const tiny = micros !== 0 && Math.abs(micros) < microsPerHundredth
  return withSign(tiny ? `<${digits.format(0.01)}` : digits.format(Math.abs(hundredths) / 100), micros, signed)
}

function withSign(text: string, micros: number, signed: boolean): string {
  if (micros < 0) return minus + text
  return signed && micros > 0 ? `+${text}` : text
}

/**
 * What somebody has or gets, with two decimals wherever it stands: rounded down, towards −∞, so that a charge with its sign is
 * rounded as its cost is. The server writes the same (src/SmartFlow.Contracts/Billing/CreditText.cs).
 */
export function creditText(micros: number, locale: string, signed = false): string {
  return written(micros, Math.floor(micros / microsPerHundredth), locale, signed)
}

/** What something costs, holds or lacks: rounded up, so that a cost is never 0. */
export function costText(micros: number, locale: string): string {
  return written(micros, Math.ceil(micros / microsPerHundredth), locale, false)
}

/** For hover and for what somebody set: every digit there is, at least two decimals and at most six. */
export function exactCredit(micros: number, locale: string, signed = false): string {
  const size = Math.abs(micros)
  const whole = new Intl.NumberFormat(locale).format(Math.trunc(size / microsPerCredit))
  const rest = String(size % microsPerCredit).padStart(6, '0')
  return withSign(`${whole}.${rest.slice(0, 2)}${rest.slice(2).replace(/0+$/, '')}`, micros, signed)
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
