import { describe, expect, it } from 'vitest'
import { intentKeys, newKey } from './idempotency'

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
