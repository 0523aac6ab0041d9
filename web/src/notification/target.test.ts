import { describe, expect, it } from 'vitest'
import { faultsOf } from './target'

const hook = (fields: object) =>
  faultsOf({ type: 'webhook', address: 'https://example.org/hook', secret: '', bearer: '', ...fields })
const secretOf = (bytes: number) => `whsec_${btoa('k'.repeat(bytes))}`

describe('what is said of a new channel', () => {
  it('takes an address with https:// and a host', () => expect(hook({})).toEqual([]))
  it.each([
    'example.org',
    'ftp://example.org',
    'https://',
    'https:example.org',
    'https://mei@example.org',
    'https://example.org/#a',
  ])('refuses %s as an address', (address) => expect(hook({ address })).toEqual(['address']))
  it('takes secrets of 24 to 64 bytes', () =>
    expect([23, 24, 64, 65].map((bytes) => hook({ secret: secretOf(bytes) }).length)).toEqual([1, 0, 0, 1]))
  it('takes any words as the secret of a bot', () => expect(hook({ type: 'feishu', secret: 'any' })).toEqual([]))
  it('refuses a token with a space in it', () => expect(hook({ bearer: 'a b' })).toEqual(['bearer']))
  it('looks for a mail address where one is needed', () => {
    expect(hook({ type: 'email', address: 'mei@example.org' })).toEqual([])
    expect(hook({ type: 'email', address: 'mei' })).toEqual(['address'])
  })
})
