/**
 * The integer that a decimal text stands for once its point is moved by so many places: exact, nothing is rounded.
 * Undefined where the text is no number, has more places, or is beyond what the page counts exactly.
 */
export function scaled(text: string, places: number): number | undefined {
  const plain = text.trim().replaceAll('\u2212', '-')
  const match = /^([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?$/.exec(plain)
  if (!match) return undefined
  const [, sign, whole, fraction = ''] = match
  if (fraction.length > places) return undefined
  const digits = whole!.replaceAll(',', '') + fraction.padEnd(places, '0')
  const value = Number(digits)
  if (!Number.isSafeInteger(value)) return undefined
  return sign === '-' && value !== 0 ? -value : value
}

/** The shortest decimal text of an integer whose point stands so many places from the right; without grouping. */
export function unscaled(value: number, places: number): string {
  const digits = String(Math.abs(value)).padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const fraction = places ? digits.slice(-places).replace(/0+$/, '') : ''
  return (value < 0 ? '-' : '') + whole + (fraction && `.${fraction}`)
}

export const microPlaces = 6
export const centPlaces = 2

/** Whole text of a price that is kept in micro-yuan. */
export const yuan = (micros: number) => `¥${unscaled(micros, microPlaces)}`
