const most = 1_000_000_000

/** Credit as typed: 0 or more with at most six decimals; undefined for anything else. */
export function amount(text: string): number | undefined {
  const trimmed = text.trim()
  if (!/^\d{1,10}(\.\d{1,6})?$/.test(trimmed)) return undefined
  const value = Number(trimmed)
  return value <= most ? value : undefined
}
