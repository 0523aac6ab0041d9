import { describe, expect, it } from 'vitest'
import openApi from '../../../docs/openapi.v1.json?raw'
import { intentKeys, newKey, oncePerIntent } from './idempotency'

describe('the key of an intent', () => {
  it('stays for a retry of the same content', () => {
    const intent = intentKeys()
    expect(intent.keyFor({ a: 1 })).toBe(intent.keyFor({ a: 1 }))
  })
  it('changes with the content', () => {
    const intent = intentKeys()
    expect(intent.keyFor({ a: 1 })).not.toBe(intent.keyFor({ a: 2 }))
  })
  it('changes after the intent is done', () => {
    const intent = intentKeys()
    const first = intent.keyFor('x')
    intent.done()
    expect(intent.keyFor('x')).not.toBe(first)
  })
  it('is a UUID', () =>
    expect(newKey()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/))
})

describe('an act once per intent', () => {
  const keys: string[] = []
  const act = oncePerIntent((value: { fails: boolean; name: string }, key) => {
    keys.push(key)
    return value.fails && keys.length === 1 ? Promise.reject(new Error('offline')) : Promise.resolve(key)
  })
  it('keeps its key after a failure and gives it up with success', async () => {
    const asked = { fails: true, name: 'mei' }
    await expect(act(asked)).rejects.toThrow('offline')
    await act({ fails: false, name: 'other' })
    await act(asked)
    await act(asked)
    expect(keys[2]).toBe(keys[0])
    expect(new Set(keys).size).toBe(3)
  })
})

describe('the sources', () => {
  const sources = Object.entries(
    import.meta.glob<string>(['../**/*.{ts,vue}', '!../**/*.test.ts', '!../**/*.d.ts'], {
      query: '?raw',
      import: 'default',
      eager: true,
    }),
  )
  const creating = Object.entries((JSON.parse(openApi) as { paths: Record<string, { post?: unknown }> }).paths)
    .filter(([, path]) => JSON.stringify(path.post ?? '').includes('"Idempotency-Key"'))
    .map(([path]) => path)
  /** What stands in the parentheses that were open before. */
  const rest = (text: string, from: number) => {
    let depth = 1
    let at = from
    for (; at < text.length && depth > 0; at++) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
    return text.slice(from, at)
  }
  const posts = sources.flatMap(([file, text]) =>
    [...text.matchAll(/\.POST\(\s*['`]([^'`]+)['`]/g)].map((found) => ({
      file,
      path: found[1]!,
      keyed: rest(text, found.index + '.POST('.length).includes('header: keyed('),
    })),
  )

  it('make keys only where an intent begins', () =>
    expect(
      sources
        .filter(([, text]) => /[^.]newKey\(\)/.test(text.replace('function newKey()', '')))
        .map(([file]) => file)
        .sort(),
    ).toEqual(['../operator/ui/dialogKey.ts', './idempotency.ts']))
  it('send one with every POST that creates', () => {
    expect(posts.length).toBeGreaterThan(20)
    expect(posts.filter(({ path, keyed }) => !keyed && creating.includes(path))).toEqual([])
  })
})
