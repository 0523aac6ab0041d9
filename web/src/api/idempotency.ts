/** A key for one intent. `randomUUID` is missing on plain-HTTP hosts other than loopback. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const intentsMax = 100

/**
 * An act that creates, with one key per content: kept until it succeeds, so that what is asked again after a failure
 * is the same request and acts once.
 */
export function oncePerIntent<T, R>(
  act: (value: T, key: string) => Promise<R>,
  contentOf: (value: T) => unknown = (value) => value,
): (value: T) => Promise<R> {
  const keys = new Map<string, string>()
  return async (value) => {
    const content = JSON.stringify(contentOf(value))
    const key = keys.get(content) ?? newKey()
    if (keys.size >= intentsMax) keys.delete(keys.keys().next().value!)
    keys.set(content, key)
    const result = await act(value, key)
    keys.delete(content)
    return result
  }
}

/** One key per content: the same intent sent again keeps its key, a changed one gets a new key. */
export function intentKeys() {
  let content = ''
  let key = ''
  return {
    keyFor(value: unknown): string {
      const next = JSON.stringify(value)
      if (next !== content || !key) {
        content = next
        key = newKey()
      }
      return key
    },
    done() {
      key = ''
    },
  }
}
