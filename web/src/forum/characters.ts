const segmenter = 'Segmenter' in Intl ? new Intl.Segmenter(undefined, { granularity: 'grapheme' }) : undefined

/** Characters as a reader sees them and as the server counts them: an emoji of several parts is one. */
export function characters(text: string): number {
  const trimmed = text.trim()
  return segmenter ? [...segmenter.segment(trimmed)].length : [...trimmed].length
}
