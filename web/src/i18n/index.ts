import type { NLocale } from 'naive-ui'
import { shallowRef } from 'vue'
import { createI18n, type LocaleMessageValue } from 'vue-i18n'
import type { Locale } from '@/preferences'

const english = new Intl.PluralRules('en')

export const i18n = createI18n({
  legacy: false,
  locale: 'zh-CN' as Locale,
  fallbackLocale: 'zh-CN',
  // "one | others", by the language's own rule.
  pluralRules: { en: (n, forms) => (english.select(n) === 'one' ? 0 : forms - 1) },
  messages: { 'zh-CN': {}, en: {} } as Record<Locale, Record<string, LocaleMessageValue>>,
})

/** The component library's own words in the language that is spoken. */
export const naiveWords = shallowRef<NLocale>()

const loaders = { 'zh-CN': () => import('./zh-CN'), en: () => import('./en') }
const there = new Set<Locale>()
let wanted: Locale | undefined

/** Speaks a language, whose words are fetched once; of several that are asked for in a row the last one. */
export async function speakIn(locale: Locale) {
  wanted = locale
  const { words, naive } = await loaders[locale]()
  if (!there.has(locale)) i18n.global.mergeLocaleMessage(locale, words)
  there.add(locale)
  if (wanted !== locale) return
  naiveWords.value = naive
  i18n.global.locale.value = locale
}
