// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { preferredLocale } from '@/preferences'
import { returnPath } from '@/router'
import { checkCredentials } from './useSignInForm'

describe('signing in', () => {
  it('leaves the password to the server', () => expect(checkCredentials('sign-in', 'mei', 'short')).toEqual({}))
  it('needs a name', () => expect(checkCredentials('sign-in', '  ', 'x')).toHaveProperty('username'))
  it('leaves the form of the name to the server', () => expect(checkCredentials('sign-in', 'a b', 'x')).toEqual({}))
})

describe('registering', () => {
  it.each([
    ['明', true],
    ['小明', true],
    ['mei_2.x-', true],
    ['a b', false],
    ['小明!', false],
    ['x'.repeat(33), false],
  ])('under the name %s', (name, fine) =>
    expect('username' in checkCredentials('register', name, 'a'.repeat(10))).toBe(!fine),
  )
  it.each([
    [9, false],
    [10, true],
    [128, true],
    [129, false],
  ])('with a password of %i characters', (length, fine) => {
    expect('password' in checkCredentials('register', 'mei', 'a'.repeat(length))).toBe(!fine)
  })
})

describe('the way back after signing in', () => {
  const back = (path: unknown) => returnPath({ query: { return: path } as Record<string, string> })
  it.each(['/store?x=1', '/plaza/12?comment=3', '/plaza?q=考研&sort=likes'])(
    'is the page that was asked for: %s',
    (path) => expect(back(path)).toBe(path),
  )
  it.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '//[',
    'javascript:alert(1)',
    '/sign-in?return=/sign-in',
    '/sign-in',
    undefined,
  ])('is never %s', (path) => {
    expect(back(path)).toBe('/today')
  })
})

describe('the first language', () => {
  it('is Chinese unless English comes first', () => {
    expect(preferredLocale(['fr', 'zh-TW', 'en'])).toBe('zh-CN')
    expect(preferredLocale(['en-US', 'zh'])).toBe('en')
    expect(preferredLocale(['fr'])).toBe('zh-CN')
  })
})
