export interface JsonChange {
  path: string
  before?: unknown
  after?: unknown
}

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null
const mostChanges = 200

function flatten(value: unknown, path: string, into: Map<string, unknown>) {
  const entries = isBranch(value) ? Object.entries(value) : []
  if (!entries.length) {
    // An empty list or object is a value of its own; the root alone is nothing.
    if (path) into.set(path, isBranch(value) ? JSON.stringify(value) : value)
    return
  }
  for (const [name, part] of entries) {
    const next = Array.isArray(value) ? `${path}[${name}]` : path ? `${path}.${name}` : name
    flatten(part, next, into)
  }
}

/** What differs between two states, leaf by leaf and in their order; where one side is missing, all of the other. */
export function jsonDiff(before: unknown, after: unknown): JsonChange[] {
  const [old, next] = [new Map<string, unknown>(), new Map<string, unknown>()]
  flatten(before, '', old)
  flatten(after, '', next)
  return [...new Set([...old.keys(), ...next.keys()])]
    .filter((path) => old.get(path) !== next.get(path))
    .slice(0, mostChanges)
    .map((path) => ({ path, before: old.get(path), after: next.get(path) }))
}
