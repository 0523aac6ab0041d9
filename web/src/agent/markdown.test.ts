// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { renderMarkdown } from './markdown'

describe('model text', () => {
  it('becomes structure', () => expect(renderMarkdown('**a**')).toContain('<strong>a</strong>'))
  it('cannot bring markup of its own', () => {
    const html = renderMarkdown('<img src=x onerror=alert(1)><script>alert(1)</script>')
    expect(html).not.toMatch(/<(img|script)/)
  })
  it('cannot link to a script', () => expect(renderMarkdown('[x](javascript:alert(1))')).not.toContain('href'))
  it('opens links apart from the app', () => {
    expect(renderMarkdown('[x](https://example.com)')).toContain('rel="noopener noreferrer nofollow"')
  })
  it('loads no picture from anywhere', () => {
    const html = renderMarkdown('![a chart](https://example.com/x.png)')
    expect(html).not.toContain('<img')
    expect(html).toContain('a chart')
  })
})
