// Tells the service worker which files today's page needs, so that it opens without the server.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** With those that the page fetches when they are first needed. */
const needed = [
  'index.html',
  'src/i18n/zh-CN.ts',
  'src/i18n/en.ts',
  'src/shell/AppShell.vue',
  'src/planner/TodayPage.vue',
  'src/planner/setup/SetupCard.vue',
  'src/planner/TaskDialog.vue',
]
const besides = ['/theme-boot.js', '/favicon.svg']
const unfilled = "const build = { version: '', files: [] }"

export function fillWorker(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'))
  const keys = new Set()
  const walk = (key) => {
    if (keys.has(key)) return
    if (!manifest[key]) throw new Error(`The build has no ${key}; build/offline.mjs names it.`)
    keys.add(key)
    manifest[key].imports?.forEach(walk)
  }
  needed.forEach(walk)
  const built = [...keys].flatMap((key) => [manifest[key].file, ...(manifest[key].css ?? [])])
  const files = ['/', ...besides, ...[...new Set(built)].sort().map((file) => `/${file}`)]
  const hash = createHash('sha256').update(files.join())
  for (const file of ['index.html', ...besides]) hash.update(readFileSync(join(folder, file)))
  const version = hash.digest('hex').slice(0, 16)
  const path = join(folder, 'sw.js')
  const worker = readFileSync(path, 'utf8')
  if (!worker.includes(unfilled)) throw new Error('sw.js has no place for its files; build/offline.mjs fills it.')
  writeFileSync(path, worker.replace(unfilled, `const build = ${JSON.stringify({ version, files })}`))
}
