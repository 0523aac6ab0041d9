export interface PaletteEntry {
  key: string
  group: 'commands' | 'tasks' | 'conversations'
  label: string
  /** Words that find the entry although they are not in its label. */
  also?: string
  hint?: string
  run: () => void
}

const mostPerGroup = 8

/** Entries that hold every word of the query; the label's beginning counts before its middle. */
export function matchEntries(entries: PaletteEntry[], query: string): PaletteEntry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  const scored = entries.flatMap((entry) => {
    const label = entry.label.toLowerCase()
    const text = `${label} ${entry.also?.toLowerCase() ?? ''}`
    if (!words.every((word) => text.includes(word))) return []
    const starts = words.length > 0 && label.startsWith(words[0]!)
    return [{ entry, rank: starts ? 0 : 1 }]
  })
  scored.sort((a, b) => a.rank - b.rank)
  const groups: PaletteEntry['group'][] = words.length ? ['commands', 'tasks', 'conversations'] : ['commands']
  return groups.flatMap((group) =>
    scored
      .filter(({ entry }) => entry.group === group)
      .slice(0, mostPerGroup)
      .map(({ entry }) => entry),
  )
}
