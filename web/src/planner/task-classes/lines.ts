import { contentMax } from './types'

export interface Line {
  content: string
  sections: number
}

const bullet = /^(?:[-*•·–—]|\d{1,3}[.、)）]|[（(]\d{1,3}[)）]|\[[ xX]?\])\s*/
const length =
  /(?:(?:\s*[×*＊]|(?:\s+|(?<=[^\x00-\x7f]))[xXｘ])\s*([1-4])|[\s（(]+([1-4])\s*(?:节|sections?)[)）]?)\s*$/

/** One item a line: bullets and numbers in front go, "x2", "×2" or "2 节" at the end is its length. */
export function readLines(text: string, sections = 2): Line[] {
  return text.split(/\r\n|[\r\n\u2028]/).flatMap((raw) => {
    const line = raw
      .replace(/[\t\u0000-\u001f]/g, ' ')
      .trim()
      .replace(bullet, '')
      .trim()
    const found = length.exec(line)
    const content = (found ? line.slice(0, found.index) : line).trim()
    if (!content) return []
    return [{ content: content.slice(0, contentMax), sections: Number(found?.[1] ?? found?.[2] ?? sections) }]
  })
}
