// @vitest-environment jsdom
import { readFileSync } from 'node:fs'
import { beforeEach, expect, it, vi } from 'vitest'

const unfilled = 'var hints = { pages: {}, words: {} }'
const hints = {
  pages: { '/sign-in': ['sign-in.js'], '/today': ['today.js', 'today.css'], '/plaza': ['plaza.js'] },
  words: { 'zh-CN': ['zh.js'], en: ['en.js'] },
}

function boot(path: string, signedIn: boolean, languages: string[], preferences: object = {}) {
  history.replaceState(null, '', path)
  document.cookie = signedIn ? 'sf_csrf=x' : 'sf_csrf=; max-age=0'
  localStorage.setItem('smartflow.preferences', JSON.stringify(preferences))
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages)
  const script = readFileSync('public/theme-boot.js', 'utf8')
  expect(script).toContain(unfilled)
  new Function(script.replace(unfilled, `var hints = ${JSON.stringify(hints)}`))()
  return [...document.head.querySelectorAll('link')].map((link) => `${link.rel} ${link.getAttribute('href')}`)
}

beforeEach(() => {
  document.head.innerHTML = ''
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
})

it.each([
  ['/', true, ['modulepreload /today.js', 'preload /today.css']],
  ['/', false, ['modulepreload /sign-in.js']],
  ['/week/3', false, ['modulepreload /sign-in.js']],
  ['/plaza', false, ['modulepreload /plaza.js']],
  ['/plaza/4', false, []],
  ['/week/3', true, []],
])('asks early for what %s needs, signed in: %s', (path, signedIn, links) =>
  expect(boot(path, signedIn, ['zh-CN'])).toEqual([...links, 'modulepreload /zh.js']),
)

it('asks for the words that the pages will speak', () => {
  const wordsOf = (...args: [string[], object?]) => {
    document.head.innerHTML = ''
    return boot('/none', true, ...args)
  }
  expect(wordsOf(['fr', 'en-GB', 'zh'])).toEqual(['modulepreload /en.js'])
  expect(wordsOf(['fr'])).toEqual(['modulepreload /zh.js'])
  expect(wordsOf(['en'], { locale: 'zh-CN' })).toEqual(['modulepreload /zh.js'])
})
