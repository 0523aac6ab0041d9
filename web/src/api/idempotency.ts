/** A key for one intent. `randomUUID` is missing on plain-HTTP hosts other than loopback. */
export function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID()
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
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
