/** The most weeks that a term can have. */
export const weeksMax = 30

/** `1-5、7-11单`: ranges, and the word for odd or even where every other week is meant. */
export function writeWeeks(weeks: readonly number[], odd: string, even: string): string {
  const sorted = [...new Set(weeks)].sort((a, b) => a - b)
  const pieces: string[] = []
  for (let i = 0; i < sorted.length;) {
    const start = sorted[i]!
    const next = runOf(sorted, i, 1)
    const other = runOf(sorted, i, 2)
    if (next === 1 && other >= 3) {
      pieces.push(`${start}-${sorted[i + other - 1]}${start % 2 ? odd : even}`)
      i += other
    } else {
      pieces.push(next === 1 ? `${start}` : `${start}-${sorted[i + next - 1]}`)
      i += next
    }
  }
  return pieces.join(', ')
}

function runOf(weeks: readonly number[], start: number, step: number): number {
  let length = 1
  while (weeks[start + length] === weeks[start + length - 1]! + step) length++
  return length
}

/** Weeks as people write them; null: not readable. */
export function readWeeks(text: string): number[] | null {
  const pieces = text.split(/[、,，;；\s]+(?![\s(（]*(?:odd|even|单|双))/i).filter(Boolean)
  if (!pieces.length) return null
  const found = new Set<number>()
  for (const piece of pieces) {
    const match =
      /^第?\s*(\d{1,2})(?:\s*[-~—–至到]\s*(\d{1,2}))?\s*周?\s*[(（]?\s*(单|双|odd|even)?\s*周?\s*[)）]?$/i.exec(
        piece.trim(),
      )
    if (!match) return null
    const from = Number(match[1])
    const to = Number(match[2] ?? match[1])
    if (from < 1 || to < from || to > weeksMax) return null
    const word = match[3]?.toLowerCase()
    for (let week = from; week <= to; week++) {
      const fits = !word || (word === '单' || word === 'odd' ? week % 2 === 1 : week % 2 === 0)
      if (fits) found.add(week)
    }
  }
  return [...found].sort((a, b) => a - b)
}
