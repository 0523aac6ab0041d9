// node bench/plots.mjs bench/results/gateway-COMMIT.md: draws docs/plots/gateway-*.svg from the tables of a result.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const source = process.argv[2]
if (!source) throw new Error('Name a result of bench/run.sh gateway.')
const text = readFileSync(source, 'utf8')
const lines = text.split('\n')
const cells = (line) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
const header = cells(lines.find((line) => line.startsWith('| shape')))
const rows = lines
  .filter((line) => /^\| (plain|stream)/.test(line) && !line.includes('| earlier'))
  .map((line) => Object.fromEntries(cells(line).map((cell, i) => [header[i], cell])))

const billed = (target) => target.startsWith('SmartFlow')
const number = (text) => Number(text.replaceAll(',', '').split('/')[0])
const out = (name) => fileURLToPath(new URL(`../docs/plots/gateway-${name}.svg`, import.meta.url))
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** A row of bars for each shape; what bills is darker and says so. */
function draw(name, title, column, unit, digits, targets, shapes) {
  const bars = []
  let y = 28
  for (const [shape, concurrency] of shapes) {
    const group = rows.filter((row) => row.shape === shape && row['at once'] === concurrency && targets(row.target))
    const most = Math.max(...group.map((row) => number(row[column])))
    bars.push(`<text x="8" y="${y + 12}" font-weight="600">${escape(shape)}, ${concurrency} at once</text>`)
    y += 18
    for (const row of group) {
      const value = number(row[column])
      const width = Math.max(1, (value / most) * 380)
      bars.push(
        `<text x="210" y="${y + 12}" text-anchor="end">${escape(row.target)}${billed(row.target) ? ' (bills)' : ''}</text>`,
        `<rect x="218" y="${y + 2}" width="${width.toFixed(1)}" height="12" fill="${billed(row.target) ? '#4f46e5' : '#94a3b8'}"/>`,
        `<text x="${(224 + width).toFixed(1)}" y="${y + 12}">${value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })}${unit}</text>`,
      )
      y += 18
    }
    y += 8
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 ${y}" width="720" height="${y}" font-family="sans-serif" font-size="12">`
  const ground = `<rect width="720" height="${y}" fill="#fff"/><text x="8" y="16" font-size="14" font-weight="600">${escape(title)}</text>`
  writeFileSync(out(name), `${svg}${ground}\n${bars.join('\n')}\n</svg>\n`)
}

/** Resident memory by calls made. */
function drawMemory(series) {
  const most = Math.max(...series.map(([, mebibytes]) => mebibytes))
  const [width, height] = [620, 160]
  const last = series.at(-1)[0]
  const points = series.map(
    ([calls, mebibytes]) =>
      `${(60 + (calls / last) * width).toFixed(1)},${(196 - (mebibytes / most) * height).toFixed(1)}`,
  )
  writeFileSync(
    out('memory'),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 228" width="720" height="228" font-family="sans-serif" font-size="12">
<rect width="720" height="228" fill="#fff"/><text x="8" y="16" font-size="14" font-weight="600">Resident memory of SmartFlow, MiB, by calls made</text>
<line x1="60" y1="196" x2="${60 + width}" y2="196" stroke="#94a3b8"/>
<polyline points="${points.join(' ')}" fill="none" stroke="#4f46e5" stroke-width="2"/>
<text x="52" y="${200 - height}" text-anchor="end">${most}</text><text x="52" y="200" text-anchor="end">0</text>
<text x="60" y="214">0</text><text x="${60 + width}" y="214" text-anchor="end">${last.toLocaleString('en')} calls</text>
</svg>
`,
  )
}

const shapes = [
  ['plain', '1'],
  ['plain', '32'],
  ['plain', '256'],
  ['stream', '32'],
  ['stream', '256'],
]
const ours = (target) => target !== 'direct'
draw('throughput', 'Calls a second (more is better)', 'calls/s', '', 0, ours, shapes)
draw(
  'latency',
  'What a call takes longer than without, median ms (less is better)',
  'added p50/p99 ms',
  ' ms',
  2,
  ours,
  shapes,
)
draw('cpu', 'CPU seconds for 1,000 calls (less is better)', 'CPU-s per 1,000', ' s', 3, ours, shapes)
const memory = text.match(/^0: \d.*$/m)?.[0]
if (memory) drawMemory(memory.split(', ').map((point) => point.split(': ').map(number)))
