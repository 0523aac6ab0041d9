// Tells theme-boot.js which files a page and its words need: they are asked for at once, not after what index.html names has run.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const shell = 'src/shell/AppShell.vue'
const pages = {
  '/sign-in': ['src/user-auth/SignInPage.vue'],
  '/today': [shell, 'src/planner/TodayPage.vue'],
  '/week': [shell, 'src/planner/week/WeekPage.vue'],
  '/assistant': [shell, 'src/agent/AssistantPage.vue'],
  '/plaza': [shell, 'src/forum/PlazaPage.vue'],
  '/store': [shell, 'src/token-store/StorePage.vue'],
}
const words = { 'zh-CN': ['src/i18n/zh-CN.ts'], en: ['src/i18n/en.ts'] }
const unfilled = 'var hints = { pages: {}, words: {} }'

export function fillHints(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'))
  const filesOf = (keys) => {
    const seen = new Set()
    const walk = (key) => {
      if (seen.has(key)) return
      if (!manifest[key]) throw new Error(`The build has no ${key}; build/hints.mjs names it.`)
      seen.add(key)
      manifest[key].imports?.forEach(walk)
    }
    keys.forEach(walk)
    return [...new Set([...seen].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])]))]
  }
  // index.html names these itself.
  const first = new Set(filesOf(['index.html']))
  const hintsOf = (all) =>
    Object.fromEntries(
      Object.entries(all).map(([name, keys]) => [name, filesOf(keys).filter((file) => !first.has(file))]),
    )
  const path = join(folder, 'theme-boot.js')
  const script = readFileSync(path, 'utf8')
  if (!script.includes(unfilled)) throw new Error('theme-boot.js has no place for its hints; build/hints.mjs fills it.')
  writeFileSync(
    path,
    script.replace(unfilled, `var hints = ${JSON.stringify({ pages: hintsOf(pages), words: hintsOf(words) })}`),
  )
}
