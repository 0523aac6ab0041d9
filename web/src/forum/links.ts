export interface TextPart {
  text: string
  href?: string
}

const address = /https?:\/\/[^\s<>"'，。；！？）】]+/giu
const trailing = /[.,;:!?)\]}]+$/u

/** Plain text in parts: only http and https become links, everything else stays what it is. */
export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = []
  let from = 0
  for (const match of text.matchAll(address)) {
    const shown = match[0].replace(trailing, '')
    const href = safeHref(shown)
    if (!href) continue
    if (match.index > from) parts.push({ text: text.slice(from, match.index) })
    parts.push({ text: shown, href })
    from = match.index + shown.length
  }
  if (from < text.length) parts.push({ text: text.slice(from) })
  return parts
}

function safeHref(text: string): string | undefined {
  try {
    const url = new URL(text)
    // Somebody's name before the @ looks like a host and is none.
    return (url.protocol === 'http:' || url.protocol === 'https:') && !url.username && !url.password
      ? url.href
      : undefined
  } catch {
    return undefined
  }
}
