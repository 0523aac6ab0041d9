import { onScopeDispose, watch } from 'vue'
import { useSession } from './user-auth/session'

const prefix = 'smartflow.draft.'
const most = 40
const longest = 100_000
const pauseMs = 300

/**
 * What somebody was writing, kept in this browser for its user: through an ended session, a closed tab and a server that is away.
 * It goes when it is sent, emptied, or its user signs out; the oldest go where there are too many. What a visitor wrote goes with the
 * tab, unless it is taken over at the sign-in.
 */
export function readDraft<T>(owner: number | undefined, place: string): T | undefined {
  const kept = valueAt<T>(owner, place)
  if (kept !== undefined || !owner) return kept
  const visitors = valueAt<T>(undefined, place)
  if (visitors === undefined) return undefined
  keepDraft(undefined, place, undefined)
  keepDraft(owner, place, visitors)
  return visitors
}

function valueAt<T>(owner: number | undefined, place: string): T | undefined {
  try {
    return (JSON.parse(storageOf(owner).getItem(keyOf(owner, place)) ?? 'null') as { value: T } | null)?.value
  } catch {
    return undefined
  }
}

/** Undefined forgets it. */
export function keepDraft(owner: number | undefined, place: string, value: unknown) {
  try {
    const storage = storageOf(owner)
    const key = keyOf(owner, place)
    storage.removeItem(key)
    if (value === undefined) return
    const text = JSON.stringify({ at: Date.now(), value })
    if (text.length > longest) return
    const kept = keysOf(storage).sort((a, b) => timeOf(storage, a) - timeOf(storage, b))
    for (const old of kept.slice(0, Math.max(0, kept.length - most + 1))) storage.removeItem(old)
    storage.setItem(key, text)
  } catch {
    // A browser without storage, or with a full one, keeps no drafts.
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

/**
 * Keeps what a place is about while it changes. What `value` gives is kept, undefined forgets it; `restore` is asked once for what
 * was kept before, and only for the user who wrote it.
 */
export function useDraft<T>(place: () => string | undefined, value: () => T | undefined, restore: (kept: T) => void) {
  const session = useSession()
  // Of whoever was here when it was written: an ended session has no user any more.
  let owner = session.user?.user_id
  let timer: ReturnType<typeof setTimeout> | undefined
  let at = place()

  function keep() {
    clearTimeout(timer)
    timer = undefined
    if (at !== undefined) keepDraft(owner, at, value())
  }

  function open() {
    at = place()
    owner = session.user?.user_id ?? owner
    const kept = at === undefined ? undefined : readDraft<T>(owner, at)
    if (kept !== undefined) restore(kept)
  }

  open()
  // What was being written at one place is kept before another one is opened.
  watch(place, (next) => {
    if (next === at) return
    if (timer !== undefined) keep()
    open()
  })
  watch(value, () => (timer ??= setTimeout(keep, pauseMs)), { deep: true })
  const leave = () => timer !== undefined && keep()
  addEventListener('pagehide', leave)
  onScopeDispose(() => {
    removeEventListener('pagehide', leave)
    leave()
  })

  /** It was sent, or is given up. */
  return function forget() {
    clearTimeout(timer)
    timer = undefined
    if (at !== undefined) keepDraft(owner, at, undefined)
  }
}

const storageOf = (owner: number | undefined) => (owner ? localStorage : sessionStorage)
const keyOf = (owner: number | undefined, place: string) => `${prefix}${owner ?? 0}.${place}`
// The second one is of comments that an older version kept.
const keysOf = (storage: Storage) =>
  Object.keys(storage).filter((key) => key.startsWith(prefix) || key.startsWith('smartflow.comment.'))

function timeOf(storage: Storage, key: string): number {
  try {
    return (JSON.parse(storage.getItem(key) ?? '{}') as { at?: number }).at ?? 0
  } catch {
    return 0
  }
}
