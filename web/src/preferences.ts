import { defineStore } from 'pinia'
import { computed, reactive, ref, toRefs, watch } from 'vue'

export type Theme = 'light' | 'dark' | 'system'
export type Locale = 'zh-CN' | 'en'

interface Preferences {
  theme: Theme
  locale: Locale
  railFolded: boolean
}

/** The same name is read by public/theme-boot.js before the first paint. */
const storageKey = 'smartflow.preferences'

/** Chinese unless the browser asks for English first. */
export function preferredLocale(languages: readonly string[]): Locale {
  const known = languages.find((language) => /^(zh|en)\b/i.test(language))
  return known && /^en/i.test(known) ? 'en' : 'zh-CN'
}

function load(): Preferences {
  const preset: Preferences = { theme: 'system', locale: preferredLocale(navigator.languages), railFolded: false }
  try {
    return { ...preset, ...JSON.parse(localStorage.getItem(storageKey) ?? '{}') }
  } catch {
    return preset
  }
}

export const usePreferences = defineStore('preferences', () => {
  const state = reactive(load())
  const system = matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(system.matches)
  system.addEventListener('change', (event) => (systemDark.value = event.matches))
  const dark = computed(() => (state.theme === 'system' ? systemDark.value : state.theme === 'dark'))

  watch(
    [state, dark],
    () => {
      document.documentElement.dataset.theme = dark.value ? 'dark' : 'light'
      document.documentElement.lang = state.locale
      try {
        localStorage.setItem(storageKey, JSON.stringify(state))
      } catch {
        // The choice then lasts for this visit.
      }
    },
    { immediate: true, flush: 'sync' },
  )

  return { ...toRefs(state), dark }
})
