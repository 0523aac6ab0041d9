/** Where words of time stand in a line, in UTF-16 units. */
export interface Words {
  start: number
  length: number
}

export interface Piece {
  text: string
  read: boolean
}

/** The line in pieces, those that were read as a date marked; words that reach beyond it are of an older line. */
export function piecesOf(line: string, words: readonly Words[]): Piece[] {
  const pieces: Piece[] = []
  let at = 0
  for (const { start, length } of words) {
    if (start < at || start + length > line.length) return [{ text: line, read: false }]
    if (start > at) pieces.push({ text: line.slice(at, start), read: false })
    pieces.push({ text: line.slice(start, start + length), read: true })
    at = start + length
  }
  if (at < line.length) pieces.push({ text: line.slice(at), read: false })
  return pieces
}
