#!/usr/bin/env bash
# A server that asks for a longer pause gets a shorter one, or none.
#
# What surprises: openai 4 and 7 and npm ai obey a Retry-After of up to a minute and forget a longer one: told to come back in 61 s they are
# back after half a second (openai) or two (ai), as if nothing had been said. openai 6, in between, has no such limit: it waits inside the
# call, however long. npm ai also does not know the header x-should-retry: false, which OpenAI's and Anthropic's servers send
# and their own clients obey: it repeats all the same.
# Why it matters: a limit by the day, told as Retry-After, turns into three requests in a second for one client and into a program that
# hangs for the next. Send at most a minute and say the real time in the error; do not rely on x-should-retry.
#
# Ends with 0 while this is so, with 1 when it is no longer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent --ignore-scripts --legacy-peer-deps openai@7.59.0 openai-6@npm:openai@6.49.0 openai-4@npm:openai@4.104.0 \
  ai@7.0.173 @ai-sdk/openai-compatible@3.0.92 zod@4.6.7 2>/dev/null
cat > run.mjs <<'JS'
import http from 'node:http'
import OpenAI from 'openai'
import OpenAI6 from 'openai-6'
import OpenAI4 from 'openai-4'
import { generateText } from 'ai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'

globalThis.AI_SDK_LOG_WARNINGS = false
const headers = { 'after-2': { 'retry-after': '2' }, 'after-61': { 'retry-after': '61' }, 'not-again': { 'x-should-retry': 'false' } }
const times = new Map()
const server = http.createServer((request, response) => request.resume().on('end', () => {
  const [, client, mode] = request.url.split('/')
  const key = `${client}/${mode}`
  times.set(key, [...(times.get(key) ?? []), performance.now()])
  response.writeHead(429, { 'content-type': 'application/json', ...headers[mode] })
  response.end('{"error":{"message":"Slow down.","type":"rate_limit_error"}}')
}))
await new Promise((r) => server.listen(0, '127.0.0.1', r))
const url = (client, mode) => `http://127.0.0.1:${server.address().port}/${client}/${mode}`
const messages = [{ role: 'user', content: 'Hello.' }]
const openai = (Client) => (baseURL) => new Client({ baseURL, apiKey: 'x' }).chat.completions.create({ model: 'm', messages })
const ask = {
  'openai-4.104.0': openai(OpenAI4), 'openai-6.49.0': openai(OpenAI6), 'openai-7.59.0': openai(OpenAI),
  'ai-7.0.173': (baseURL) => generateText({ model: createOpenAICompatible({ name: 'x', baseURL, apiKey: 'x' })('m'), messages }),
}
// Whoever has not come back after 9 s is waiting as it was told.
const all = Object.entries(ask).flatMap(([client, run]) => Object.keys(headers).map((mode) => run(url(client, mode)).catch(() => {})))
await Promise.race([Promise.all(all), new Promise((r) => setTimeout(r, 9_000))])

// Milliseconds to the second request: at least, at most; null: there is none.
const expected = {
  'openai-4.104.0': { 'after-2': [1_900, 4_000], 'after-61': [0, 1_500], 'not-again': null },
  'openai-6.49.0': { 'after-2': [1_900, 4_000], 'after-61': null, 'not-again': null },
  'openai-7.59.0': { 'after-2': [1_900, 4_000], 'after-61': [0, 1_500], 'not-again': null },
  'ai-7.0.173': { 'after-2': [1_900, 4_000], 'after-61': [1_900, 4_000], 'not-again': [1_900, 4_000] },
}
let same = true
for (const [client, modes] of Object.entries(expected)) {
  for (const [mode, range] of Object.entries(modes)) {
    const seen = times.get(`${client}/${mode}`) ?? []
    const gap = seen.length > 1 ? Math.round(seen[1] - seen[0]) : null
    const right = range === null ? gap === null : gap !== null && gap >= range[0] && gap <= range[1]
    same &&= right
    const said = Object.entries(headers[mode]).map(([k, v]) => `${k}: ${v}`)[0]
    console.log(`${right ? 'as described' : 'CHANGED'}: ${client}, 429 with ${said}: ${gap === null ? 'no second request within 9 s' : `second request after ${gap} ms`}, ${seen.length} in all`)
  }
}
process.exit(same ? 0 : 1)
JS
node run.mjs
