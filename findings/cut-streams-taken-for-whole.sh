#!/usr/bin/env bash
# Most official clients take a stream that was closed in the middle for a whole answer.
#
# What surprises: a server that ends a stream in order (HTTP's last chunk comes) after half an answer, without finish_reason, without
# [DONE], without response.completed, without message_stop, is not noticed by openai 4, 6 and 7 (chat completions and responses),
# @anthropic-ai/sdk, @langchain/openai, and npm ai with @ai-sdk/openai and @ai-sdk/anthropic: the loop over the stream just ends and
# the user has half an answer without an error. Only @openai/agents and @ai-sdk/openai-compatible look for the end. When the connection is
# broken instead (no last chunk, reset), all of them raise.
# Why it matters: a proxy or gateway whose provider dies must break its own connection as well, with or without an error event before.
#
# Ends with 0 while this is so, with 1 when it is no longer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent --ignore-scripts --legacy-peer-deps openai@7.59.0 openai-6@npm:openai@6.49.0 openai-4@npm:openai@4.104.0 \
  @anthropic-ai/sdk@1.14.0 ai@7.0.173 @ai-sdk/openai@4.0.118 @ai-sdk/openai-compatible@3.0.92 @ai-sdk/anthropic@4.0.105 \
  @langchain/core@1.4.0 @langchain/openai@1.6.0 @openai/agents@0.20.0 zod@4.6.7 2>/dev/null
cat > run.mjs <<'JS'
import http from 'node:http'
import OpenAI from 'openai'
import OpenAI6 from 'openai-6'
import OpenAI4 from 'openai-4'
import Anthropic from '@anthropic-ai/sdk'
import { streamText } from 'ai'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { createAnthropic } from '@ai-sdk/anthropic'
import { ChatOpenAI } from '@langchain/openai'
import { Agent, OpenAIProvider, Runner } from '@openai/agents'

globalThis.AI_SDK_LOG_WARNINGS = false
const chunk = (delta) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`
const event = (type, more) => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`
const place = { output_index: 0, content_index: 0, item_id: 'msg_1' }
const halves = {
  chat: [chunk({ role: 'assistant', content: '' }), chunk({ content: 'Half an' })],
  responses: [
    event('response.created', { sequence_number: 0, response: { id: 'resp_1', object: 'response', created_at: 1, status: 'in_progress', model: 'm', output: [] } }),
    event('response.output_item.added', { sequence_number: 1, output_index: 0, item: { id: 'msg_1', type: 'message', role: 'assistant', status: 'in_progress', content: [] } }),
    event('response.content_part.added', { sequence_number: 2, ...place, part: { type: 'output_text', text: '', annotations: [] } }),
    event('response.output_text.delta', { sequence_number: 3, ...place, delta: 'Half an' }),
  ],
  messages: [
    event('message_start', { message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'Half an' } }),
  ],
}
const server = http.createServer((request, response) => request.resume().on('end', async () => {
  const kind = Object.keys(halves).find((k) => request.url.includes(k)) ?? 'chat'
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const part of halves[kind]) {
    response.write(part)
    await new Promise((r) => setTimeout(r, 30))
  }
  if (request.url.startsWith('/broken')) request.socket.resetAndDestroy()
  else response.end()
}))
await new Promise((r) => server.listen(0, '127.0.0.1', r))
const origin = (how) => `http://127.0.0.1:${server.address().port}/${how}`

const gather = async (parts, text) => {
  let said = ''
  for await (const part of await parts) said += text(part) ?? ''
  return said
}
const messages = [{ role: 'user', content: 'Hello.' }]
const apiKey = 'x'
const chat = (Client) => (baseURL) => gather(new Client({ baseURL, apiKey }).chat.completions.create({ model: 'm', messages, stream: true }), (c) => c.choices[0]?.delta?.content)
const ai = (create) => async (baseURL) => {
  let failed
  const result = streamText({ model: create({ name: 'x', baseURL, apiKey })('m'), messages, onError: ({ error }) => (failed ??= error) })
  const said = await gather(result.textStream, (t) => t).catch((e) => { failed ??= e })
  if (failed) throw failed
  return said
}
const clients = {
  'openai 4.104.0, chat': chat(OpenAI4), 'openai 6.49.0, chat': chat(OpenAI6), 'openai 7.59.0, chat': chat(OpenAI),
  'openai 7.59.0, responses': (baseURL) => gather(new OpenAI({ baseURL, apiKey }).responses.create({ model: 'm', input: 'Hello.', stream: true }), (e) => e.type === 'response.output_text.delta' && e.delta || ''),
  '@anthropic-ai/sdk 1.14.0': (baseURL) => gather(new Anthropic({ baseURL, apiKey }).messages.create({ model: 'm', max_tokens: 9, messages, stream: true }), (e) => e.delta?.text),
  '@langchain/openai 1.6.0': (baseURL) => gather(new ChatOpenAI({ model: 'm', apiKey, configuration: { baseURL } }).stream('Hello.'), (c) => c.text),
  'ai 7.0.173, @ai-sdk/openai 4.0.118': ai(createOpenAI), 'ai 7.0.173, @ai-sdk/anthropic 4.0.105': ai(createAnthropic),
  'ai 7.0.173, @ai-sdk/openai-compatible 3.0.92': ai(createOpenAICompatible),
  '@openai/agents 0.20.0': async (baseURL) => {
    const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient: new OpenAI({ baseURL, apiKey }) }), tracingDisabled: true })
    const result = await runner.run(new Agent({ name: 'A', model: 'm' }), 'Hello.', { stream: true })
    const said = await gather(result.toTextStream(), (t) => t)
    await result.completed
    return said
  },
}
const raises = new Set(['ai 7.0.173, @ai-sdk/openai-compatible 3.0.92', '@openai/agents 0.20.0'])
const what = (run) => run.then((said) => `returns "${said}"`, (e) => `raises ${e.constructor.name}: ${String(e.message).split('\n')[0].slice(0, 60)}`)
let same = true
for (const [name, run] of Object.entries(clients)) {
  const [closed, broken] = [await what(run(origin('closed'))), await what(run(origin('broken')))]
  const right = closed.startsWith(raises.has(name) ? 'raises' : 'returns "Half an"') && broken.startsWith('raises')
  same &&= right
  console.log(`${right ? 'as described' : 'CHANGED'}: ${name}\n    closed in order: ${closed}\n    broken:          ${broken}`)
}
process.exit(same ? 0 : 1)
JS
node run.mjs
