// The official client, unchanged, against a running SmartFlow. Started by AnthropicClientTests, which sets the environment.
import assert from 'node:assert/strict'
import test from 'node:test'
import Anthropic from '@anthropic-ai/sdk'

const { SMARTFLOW_ORIGIN, SMARTFLOW_KEY, SMARTFLOW_POOR_KEY } = process.env
const open = (apiKey) => new Anthropic({ baseURL: SMARTFLOW_ORIGIN, apiKey, maxRetries: 0 })
const client = open(SMARTFLOW_KEY)
const messages = [{ role: 'user', content: 'Say hello.' }]
const request = { model: 'fake', max_tokens: 64, messages }
const usage = { input_tokens: 93, output_tokens: 46, cache_read_input_tokens: 1024, cache_creation_input_tokens: 0 }

test('a message with its usage and charge', async () => {
  const { data, response } = await client.messages.create({ ...request, system: 'Be brief.' }).withResponse()
  assert.deepEqual(data.content, [{ type: 'text', text: 'Hello there' }])
  assert.deepEqual([data.type, data.role, data.model, data.stop_reason], ['message', 'assistant', 'fake', 'end_turn'])
  assert.deepEqual(data.usage, usage)
  assert.equal(data.smartflow.credit_micros, Number(response.headers.get('x-smartflow-credit-micros')))
})

test('a streamed message, event by event', async () => {
  const kinds = []
  const stream = client.messages.stream(request)
  for await (const event of stream) kinds.push(event.type)
  assert.deepEqual(kinds, [
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'message_stop',
  ])
  const final = await stream.finalMessage()
  assert.equal(final.content[0].text, 'Hello there')
  assert.equal(final.stop_reason, 'end_turn')
  assert.equal(final.usage.output_tokens, usage.output_tokens)
  assert.equal(final.usage.input_tokens, usage.input_tokens)
})

test('thinking comes before the text', async () => {
  const stream = client.messages.stream({ ...request, model: 'scripted/reasoning' })
  let thought = ''
  stream.on('thinking', (delta) => (thought += delta))
  const final = await stream.finalMessage()
  const plain = await client.messages.create({ ...request, model: 'scripted/reasoning' })
  assert.equal(thought, 'Let me think.')
  for (const { content } of [final, plain]) {
    assert.deepEqual(
      content.map((b) => b.type),
      ['thinking', 'text'],
    )
    assert.equal(content[0].thinking, thought)
    assert.equal(content[1].text, 'Say hello.')
  }
})

test('a tool is called, and its result goes back', async () => {
  const tools = [{ name: 'add_task', description: 'Adds.', input_schema: { type: 'object', properties: {} } }]
  const ask = { ...request, model: 'scripted/tool-call', tools, tool_choice: { type: 'any' } }
  for (const answer of [await client.messages.create(ask), await client.messages.stream(ask).finalMessage()]) {
    assert.equal(answer.stop_reason, 'tool_use')
    const [call] = answer.content
    assert.deepEqual([call.type, call.name, call.input], ['tool_use', 'add_task', { query: 'Friday' }])
    const next = await client.messages.create({
      ...request,
      tools,
      messages: [
        ...messages,
        { role: 'assistant', content: answer.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'done' }] },
      ],
    })
    assert.equal(next.content[0].text, 'Hello there')
  }
})

test('the same key is answered again, also as a stream', async () => {
  const options = { headers: { 'Idempotency-Key': 'anthropic-key-1' } }
  const first = await client.messages.create(request, options).withResponse()
  const second = await client.messages.create(request, options).withResponse()
  assert.equal(second.response.headers.get('x-smartflow-replayed'), 'true')
  assert.deepEqual(second.data, first.data)
  const streamed = await client.messages.stream(request, options).finalMessage()
  assert.deepEqual(streamed.content, first.data.content)
  await assert.rejects(client.messages.create({ ...request, max_tokens: 65 }, options), Anthropic.ConflictError)
})

test('refusals become the client’s own errors', async () => {
  const say = (content, more) => client.messages.create({ ...request, messages: [{ role: 'user', content }], ...more })
  const kind = (status, type, code) => (e) =>
    e instanceof Anthropic.APIError && e.status === status && e.error.error.type === type && e.error.error.code === code
  await assert.rejects(
    open(SMARTFLOW_POOR_KEY).messages.create(request),
    kind(402, 'billing_error', 'insufficient_credit'),
  )
  await assert.rejects(say('hi', { model: 'none' }), (e) => e instanceof Anthropic.NotFoundError)
  await assert.rejects(say('hi', { max_tokens: -1 }), kind(400, 'invalid_request_error', 'invalid_argument'))
  await assert.rejects(
    open('sf-wrong').messages.create(request),
    (e) => e instanceof Anthropic.AuthenticationError && e.error.type === 'error',
  )
  await assert.rejects(say('limit'), (e) => e instanceof Anthropic.RateLimitError)
  await assert.rejects(say('fail'), (e) => e instanceof Anthropic.InternalServerError)
})

test('an error in mid-stream is thrown to the reader', async () => {
  const stream = await client.messages.create({
    ...request,
    stream: true,
    messages: [{ role: 'user', content: 'cut' }],
  })
  await assert.rejects(async () => {
    for await (const _ of stream);
  }, Anthropic.APIError)
})

test('a failure is tried again by the client, and charged once', async () => {
  const answer = await new Anthropic({
    baseURL: SMARTFLOW_ORIGIN,
    apiKey: SMARTFLOW_KEY,
    maxRetries: 2,
  }).messages.create({
    ...request,
    messages: [{ role: 'user', content: 'flaky' }],
  })
  assert.equal(answer.content[0].text, 'Hello there')
})

test('models, and tokens by estimate', async () => {
  assert.equal(
    (await client.messages.countTokens({ model: 'fake', messages, system: 'Be brief.' })).input_tokens,
    7 + 8,
  )
  const bearer = new Anthropic({ baseURL: SMARTFLOW_ORIGIN, authToken: SMARTFLOW_KEY, maxRetries: 0 })
  assert.equal((await bearer.messages.create(request)).content[0].text, 'Hello there')
})
