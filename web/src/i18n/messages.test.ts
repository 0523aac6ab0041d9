import { describe, expect, it } from 'vitest'
import '@/operator/install'
import { i18n, speakIn } from '.'

type Tree = { [key: string]: string | Tree }

function flatten(tree: Tree, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flatten(value, `${path}${key}.`),
  )
}

await speakIn('en')
await speakIn('zh-CN')

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()
const zh = flatten(i18n.global.messages.value['zh-CN'] as unknown as Tree)
const en = new Map(flatten(i18n.global.messages.value.en as unknown as Tree))

describe('both languages', () => {
  it('have the same keys', () => expect([...en.keys()].sort()).toEqual(zh.map(([key]) => key).sort()))
  it('fill in the same values', () => {
    const different = zh.filter(([key, text]) => `${placeholders(text)}` !== `${placeholders(en.get(key) ?? '')}`)
    expect(different.map(([key]) => key)).toEqual([])
  })
  it('are messages that can be told', () => {
    const { t } = i18n.global
    for (const locale of ['zh-CN', 'en'] as const) {
      for (const [key] of zh) expect(() => t(key, {}, { locale }), key).not.toThrow()
    }
  })
  it('do without exclamation marks', () => {
    expect([...zh, ...en].filter(([, text]) => /[!！]/.test(text))).toEqual([])
  })
})
