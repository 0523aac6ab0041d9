const prefix = 'smartflow.comment.'
const most = 20

/** Unsent comments, kept in this browser until they are sent or emptied; some go where there are too many. */
export function readDraft(post: number, parent: number | undefined): string {
  try {
    return localStorage.getItem(keyOf(post, parent)) ?? ''
  } catch {
    return ''
  }
}

export function keepDraft(post: number, parent: number | undefined, text: string) {
  try {
    const key = keyOf(post, parent)
    localStorage.removeItem(key)
    if (!text.trim()) return
    const kept = Object.keys(localStorage).filter((k) => k.startsWith(prefix))
    for (const old of kept.slice(0, Math.max(0, kept.length - most + 1))) localStorage.removeItem(old)
    localStorage.setItem(key, text)
  } catch {
    // A browser without storage keeps no drafts.
  }
}

const keyOf = (post: number, parent: number | undefined) => `${prefix}${post}.${parent ?? 0}`
