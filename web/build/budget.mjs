// What each page may weigh before anything is clicked, compressed (brotli), and in how many files. The build fails above it.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const kB = 1_000
const shell = 'src/shell/AppShell.vue'
const words = 'src/i18n/zh-CN.ts'
/** The first page after signing in may have 180 kB of scripts in 12 files; the others are held to what they need. */
const pages = {
  'sign-in': { from: ['src/user-auth/SignInPage.vue'], scripts: 180 * kB, files: 12 },
  today: { from: [shell, 'src/planner/TodayPage.vue'], scripts: 180 * kB, files: 12 },
  week: { from: [shell, 'src/planner/week/WeekPage.vue'], scripts: 200 * kB, files: 14 },
  plaza: { from: [shell, 'src/forum/PlazaPage.vue'], scripts: 200 * kB, files: 16 },
  store: { from: [shell, 'src/token-store/StorePage.vue'], scripts: 200 * kB, files: 16 },
  assistant: { from: [shell, 'src/agent/AssistantPage.vue'], scripts: 250 * kB, files: 18 },
}

export function checkBudget(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'))
  const sizeOf = (file) =>
    statSync(existsSync(join(folder, `${file}.br`)) ? join(folder, `${file}.br`) : join(folder, file)).size
  const filesOf = (keys) => {
    const seen = new Set()
    const walk = (key) => {
      if (seen.has(key)) return
      if (!manifest[key]) throw new Error(`The build has no ${key}; build/budget.mjs names it.`)
      seen.add(key)
      manifest[key].imports?.forEach(walk)
    }
    keys.forEach(walk)
    return [...seen].map((key) => manifest[key])
  }
  const rows = Object.entries(pages).map(([name, { from, scripts, files }]) => {
    const chunks = filesOf(['index.html', words, ...from])
    const names = new Set(chunks.map(({ file }) => file))
    const sheets = new Set(chunks.flatMap(({ css = [] }) => css))
    const bytes = [...names].reduce((sum, file) => sum + sizeOf(file), 0)
    const styles = [...sheets].reduce((sum, file) => sum + sizeOf(file), 0)
    return {
      name,
      bytes,
      scripts,
      count: names.size,
      files,
      styles,
      sheets: sheets.size,
      over: bytes > scripts || names.size > files,
    }
  })
  for (const row of rows) {
    const fact = `${row.name}: ${(row.bytes / kB).toFixed(1)} of ${row.scripts / kB} kB of scripts in ${row.count} of ${row.files} files; ${(row.styles / kB).toFixed(1)} kB of styles in ${row.sheets}`
    ;(row.over ? console.error : console.log)(row.over ? `over its budget: ${fact}` : fact)
  }
  return rows.every(({ over }) => !over)
}
