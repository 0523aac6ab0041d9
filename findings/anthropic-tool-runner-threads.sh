#!/usr/bin/env bash
# The tool runner of @anthropic-ai/sdk sends only the newest message from its second turn on.
#
# What surprises: since 1.2.0 client.beta.messages.toolRunner() speaks to "message threads" without being asked to: the first request
# carries "thread": {"type": "create"}, the next ones "thread": {"type": "continue", "previous_message_id": …} and, as messages,
# nothing but the tool's result. A server that speaks the messages API and ignores members that it does not know (as most
# compatible servers and gateways do) therefore asks its model about a tool result without the question. No error is raised: the
# user gets an answer to nothing, or, with a model that calls the tool again, a loop without an end, and pays for each turn.
# What helps: an error with "details": {"error_code": "thread_unsupported_request", "unsupported": […]}; then the runner repeats the
# request whole and leaves threads alone. An ordinary 400 is raised to the user. In the program, thread: false switches threads off.
#
# Ends with 0 while this is so, with 1 when it is no longer.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent --ignore-scripts @anthropic-ai/sdk@1.14.0 zod@4.6.7
cat > run.mjs <<'JS'
import http from 'node:http'
import { readFileSync } from 'node:fs'
import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { z } from 'zod'

const question = 'Which day is the 27th?'
// A model that calls the tool once and answers when it sees both the question and the result.
const answerTo = (messages) => {
  const text = JSON.stringify(messages)
  if (!text.includes('tool_result')) return { stop_reason: 'tool_use', content: [{ type: 'tool_use', id: 'toolu_1', name: 'weekday', input: { date: '27' } }] }
  return { stop_reason: 'end_turn', content: [{ type: 'text', text: text.includes(question) ? 'It is Friday.' : 'What was the question?' }] }
}
const serve = (refusal) => new Promise((resolve) => {
  const seen = []
  const server = http.createServer((request, response) => {
    let body = ''
    request.on('data', (d) => (body += d)).on('end', () => {
      const { messages, thread } = JSON.parse(body)
      seen.push({ messages: messages.length, thread: thread?.type ?? 'none' })
      const refused = thread && refusal
      response.writeHead(refused ? 400 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(refused ? { type: 'error', error: { type: 'invalid_request_error', message: 'no threads', ...refusal } }
        : { id: `msg_${seen.length}`, type: 'message', role: 'assistant', model: 'm', stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 }, ...answerTo(messages) }))
    })
  }).listen(0, '127.0.0.1', () => resolve({ seen, server, url: `http://127.0.0.1:${server.address().port}` }))
})

const tool = betaZodTool({ name: 'weekday', description: 'The day of a date.', inputSchema: z.object({ date: z.string() }), run: () => 'Friday' })
const ask = async (refusal, more = {}) => {
  const { seen, server, url } = await serve(refusal)
  const client = new Anthropic({ baseURL: url, apiKey: 'x', maxRetries: 0 })
  let result
  try {
    const message = await client.beta.messages.toolRunner({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: question }], tools: [tool], max_iterations: 4, ...more })
    result = message.content.find((b) => b.type === 'text')?.text
  } catch (e) {
    result = `${e.constructor.name} ${e.status}`
  }
  server.closeAllConnections()
  return { result, requests: seen.map((s) => `thread ${s.thread}, ${s.messages} message(s)`) }
}

console.log('@anthropic-ai/sdk', JSON.parse(readFileSync('node_modules/@anthropic-ai/sdk/package.json')).version)
const expected = [
  ['members that are not known are ignored', await ask(), 'What was the question?', ['create, 1', 'continue, 1']],
  ['an ordinary 400', await ask({}), 'BadRequestError 400', ['create, 1']],
  ['400 with thread_unsupported_request', await ask({ details: { error_code: 'thread_unsupported_request', unsupported: ['thread'] } }), 'It is Friday.', ['create, 1', 'none, 1', 'none, 3']],
  ['thread: false in the program', await ask(undefined, { thread: false }), 'It is Friday.', ['none, 1', 'none, 3']],
]
let same = true
for (const [name, { result, requests }, text, shape] of expected) {
  const right = result === text && requests.join('; ') === shape.map((s) => `thread ${s} message(s)`).join('; ')
  same &&= right
  console.log(`${right ? 'as described' : 'CHANGED'}: ${name}: user sees "${result}"; requests: ${requests.join('; ')}`)
}
process.exit(same ? 0 : 1)
JS
node run.mjs
