const prefix = 'smartflow.comment.'
const most = 20

/**
 * Unsent comments, kept in this browser for their user until they are sent, emptied or the user signs out; some go where there
 * are too many. What a visitor wrote goes with the tab, unless it is taken over at the sign-in.
 */
export function readDraft(owner: number | undefined, post: number, parent: number | undefined): string {
  try {
    const kept = storageOf(owner).getItem(keyOf(owner, post, parent))
    if (kept || !owner) return kept ?? ''
    const visitors = sessionStorage.getItem(keyOf(undefined, post, parent)) ?? ''
    keepDraft(undefined, post, parent, '')
    keepDraft(owner, post, parent, visitors)
    return visitors
  } catch {
    return ''
  }
}

export function keepDraft(owner: number | undefined, post: number, parent: number | undefined, text: string) {
  try {
    const storage = storageOf(owner)
    const key = keyOf(owner, post, parent)
    storage.removeItem(key)
    if (!text.trim()) return
    const kept = keysOf(storage)
    for (const old of kept.slice(0, Math.max(0, kept.length - most + 1))) storage.removeItem(old)
    storage.setItem(key, text)
  } catch {
    // A browser without storage keeps no drafts.
  }
}

/** At sign-out: whoever uses this browser next finds none. */
export function clearDrafts() {
  try {
    for (const storage of [localStorage, sessionStorage]) for (const key of keysOf(storage)) storage.removeItem(key)
  } catch {
    // See above.
  }
}

const keysOf = (storage: Storage) => Object.keys(storage).filter((key) => key.startsWith(prefix))
const storageOf = (owner: number | undefined) => (owner ? localStorage : sessionStorage)
const keyOf = (owner: number | undefined, post: number, parent: number | undefined) =>
  `${prefix}${owner ?? 0}.${post}.${parent ?? 0}`
