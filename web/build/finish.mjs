// After vite build: hints, the worker's files, compressed forms, then the budget. What only that needs is not shipped.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { checkBudget } from './budget.mjs'
import { compressFolder } from './compress.mjs'
import { fillHints } from './hints.mjs'
import { fillWorker } from './offline.mjs'

const folder = fileURLToPath(new URL('../dist', import.meta.url))
fillHints(folder)
fillWorker(folder)
compressFolder(folder)
const within = checkBudget(folder)
rmSync(`${folder}/.vite`, { recursive: true })
// A build that is over its budget is none: without its index it is made again.
if (!within) rmSync(`${folder}/index.html`)
process.exit(within ? 0 : 1)
