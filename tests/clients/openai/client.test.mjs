// The official client, unchanged, against a running SmartFlow. Started by OpenAiClientTests, which sets the environment.
import assert from 'node:assert/strict'
import test from 'node:test'
import OpenAI from 'openai'

const { SMARTFLOW_URL, SMARTFLOW_KEY, SMARTFLOW_POOR_KEY, SMARTFLOW_ORIGIN } = process.env
const client = new OpenAI({ baseURL: SMARTFLOW_URL, apiKey: SMARTFLOW_KEY, maxRetries: 0 })
const poor = new OpenAI({ baseURL: SMARTFLOW_URL, apiKey: SMARTFLOW_POOR_KEY, maxRetries: 0 })
const messages = [{ role: 'user', content: 'Say hello.' }]
const request = { model: 'fake', messages, max_tokens: 64 }

// The seeded price rule: yuan a million tokens in, cached, out; 100 Credit a yuan. Rounded once, up.
const price = ({ prompt_tokens, completion_tokens, prompt_tokens_details }) => {
  const cached = BigInt(prompt_tokens_details?.cached_tokens ?? 0)
  const micros =
    (BigInt(prompt_tokens) - cached) * 3_200_000n + cached * 800_000n + BigInt(completion_tokens) * 16_000_000n
  return Number(((micros + 999_999n) / 1_000_000n) * 100n)
}

const charged = async (key) => {
  const answer = await fetch(`${SMARTFLOW_ORIGIN}/api/v1/calls/${key}`, {
    headers: { authorization: `Bearer ${SMARTFLOW_KEY}` },
  })
  return (await answer.json()).credit_micros
}

test('a plain completion with usage, charged by the rule to the micro-credit', async () => {
  const { data, response } = await client.chat.completions.create(request).withResponse()
  assert.equal(data.choices[0].message.content, 'Hello there')
  assert.equal(data.usage.total_tokens, data.usage.prompt_tokens + data.usage.completion_tokens)
  const micros = Number(response.headers.get('x-smartflow-credit-micros'))
  assert.equal(micros, price(data.usage))
  assert.equal(await charged(response.headers.get('x-smartflow-event-id')), micros)
})

test('a streamed completion with its usage chunk', async () => {
  const stream = await client.chat.completions.create({
    ...request,
    stream: true,
    stream_options: { include_usage: true },
  })
  let text = ''
  let last
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content ?? ''
    last = chunk
  }
  assert.equal(text, 'Hello there')
  assert.equal(last.choices.length, 0)
  assert.equal(last.smartflow.credit_micros, price(last.usage))
  assert.equal(await charged(last.smartflow.event_id), last.smartflow.credit_micros)
})

test('the stream helper gathers the same message', async () => {
  const completion = await client.chat.completions.stream(request).finalChatCompletion()
  assert.equal(completion.choices[0].message.content, 'Hello there')
  assert.equal(completion.choices[0].finish_reason, 'stop')
})

test('the same key is answered again, also in the other form', async () => {
  const options = { headers: { 'Idempotency-Key': 'npm-key-1' } }
  const first = await client.chat.completions.create(request, options).withResponse()
  const second = await client.chat.completions.create(request, options).withResponse()
  assert.equal(first.response.headers.get('x-smartflow-replayed'), null)
  assert.equal(second.response.headers.get('x-smartflow-replayed'), 'true')
  assert.deepEqual(second.data, first.data)
  const streamed = await client.chat.completions.stream(request, options).finalChatCompletion()
  assert.equal(streamed.choices[0].message.content, first.data.choices[0].message.content)
  await assert.rejects(client.chat.completions.create({ ...request, max_tokens: 65 }, options), OpenAI.ConflictError)
})

test('models are listed', async () => {
  const ids = []
  for await (const model of client.models.list()) ids.push(model.id)
  assert.ok(ids.includes('fake'))
  assert.equal((await client.models.retrieve('fake')).object, 'model')
})

test('refusals become the client’s own errors', async () => {
  await assert.rejects(
    poor.chat.completions.create(request),
    (e) => e instanceof OpenAI.APIError && e.status === 402 && e.code === 'insufficient_credit',
  )
  await assert.rejects(
    client.chat.completions.create({ ...request, model: 'none' }),
    (e) => e instanceof OpenAI.NotFoundError && e.code === 'unknown_model',
  )
  await assert.rejects(
    client.chat.completions.create({ ...request, max_tokens: -1 }),
    (e) => e instanceof OpenAI.BadRequestError && e.param === 'max_tokens',
  )
  const stranger = new OpenAI({ baseURL: SMARTFLOW_URL, apiKey: 'sf-wrong', maxRetries: 0 })
  await assert.rejects(stranger.chat.completions.create(request), OpenAI.AuthenticationError)
  await assert.rejects(
    client.chat.completions.create({ ...request, messages: [{ role: 'user', content: 'limit' }] }),
    OpenAI.RateLimitError,
  )
  await assert.rejects(
    client.chat.completions.create({ ...request, messages: [{ role: 'user', content: 'fail' }] }),
    OpenAI.InternalServerError,
  )
})

test('an error in mid-stream is thrown to the reader', async () => {
  const stream = await client.chat.completions.create({
    ...request,
    stream: true,
    messages: [{ role: 'user', content: 'cut' }],
  })
  await assert.rejects(async () => {
    for await (const _ of stream);
  }, OpenAI.APIError)
})

test('a tool call arrives whole', async () => {
  const tools = [{ type: 'function', function: { name: 'add_task', parameters: { type: 'object', properties: {} } } }]
  const ask = { model: 'scripted/tool-call', messages, tools, max_tokens: 64 }
  const plain = await client.chat.completions.create(ask)
  const streamed = await client.chat.completions.stream(ask).finalChatCompletion()
  for (const completion of [plain, streamed]) {
    assert.equal(completion.choices[0].finish_reason, 'tool_calls')
    assert.equal(completion.choices[0].message.tool_calls[0].function.name, 'add_task')
    assert.deepEqual(JSON.parse(completion.choices[0].message.tool_calls[0].function.arguments), { query: 'Friday' })
  }
})

test('a response, plain and streamed, with the same usage and charge', async () => {
  const ask = {
    model: 'fake',
    instructions: 'Be brief.',
    input: 'Say it as a response.',
    max_output_tokens: 64,
    metadata: { a: 'b' },
  }
  const { data, response } = await client.responses.create(ask).withResponse()
  assert.equal(data.output_text, 'Hello there')
  assert.equal(data.status, 'completed')
  assert.deepEqual(data.metadata, { a: 'b' })
  assert.equal(data.usage.input_tokens_details.cached_tokens, 1024)
  assert.equal(data.usage.output_tokens_details.reasoning_tokens, 20)
  const micros = Number(response.headers.get('x-smartflow-credit-micros'))
  assert.equal(micros, data.smartflow.credit_micros)
  const stream = client.responses.stream(ask)
  const kinds = []
  for await (const event of stream) {
    assert.equal(event.sequence_number, kinds.length)
    kinds.push(event.type)
  }
  const final = await stream.finalResponse()
  assert.equal(final.output_text, 'Hello there')
  assert.deepEqual(final.usage, data.usage)
  assert.equal(final.smartflow.credit_micros, micros)
  assert.deepEqual(
    [...new Set(kinds)],
    [
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ],
  )
})

test('a tool call of a response, and its output sent back', async () => {
  const tools = [{ type: 'function', name: 'add_task', parameters: { type: 'object', properties: {} }, strict: false }]
  const ask = {
    model: 'scripted/tool-call',
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'Say hello.' }] }],
    tools,
    max_output_tokens: 64,
  }
  const plain = await client.responses.create(ask)
  const streamed = await client.responses.stream(ask).finalResponse()
  for (const answer of [plain, streamed]) {
    const call = answer.output.find((item) => item.type === 'function_call')
    assert.equal(call.name, 'add_task')
    assert.deepEqual(JSON.parse(call.arguments), { query: 'Friday' })
    const next = await client.responses.create({
      model: 'fake',
      max_output_tokens: 64,
      input: [...ask.input, call, { type: 'function_call_output', call_id: call.call_id, output: 'done' }],
    })
    assert.equal(next.output_text, 'Hello there')
  }
})

test('what a response cannot have is refused with its field', async () => {
  const refused = (field, extra) =>
    assert.rejects(
      client.responses.create({ model: 'fake', input: 'x', ...extra }),
      (e) => e instanceof OpenAI.BadRequestError && e.param === field,
    )
  await refused('previous_response_id', { previous_response_id: 'resp_1' })
  await refused('tools', { tools: [{ type: 'web_search' }] })
  await refused('input[0]', { input: [{ type: 'item_reference', id: 'x' }] })
  await refused('input', { input: 7 })
  await assert.rejects(
    poor.responses.create({ model: 'fake', input: 'x' }),
    (e) => e.status === 402 && e.code === 'insufficient_credit',
  )
  const cut = await client.responses.create({ model: 'fake', input: 'cut', stream: true })
  await assert.rejects(async () => {
    for await (const event of cut) if (event.type === 'error') throw new Error(event.code)
  })
})

test('texts are embedded, by default in base64', async () => {
  const { data, response } = await client.embeddings.create({ model: 'fake', input: ['a', 'b'] }).withResponse()
  assert.deepEqual(
    data.data.map((d) => Array.from(d.embedding)),
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  )
  assert.equal(
    Number(response.headers.get('x-smartflow-credit-micros')),
    price({ prompt_tokens: data.usage.prompt_tokens, completion_tokens: 0 }),
  )
  const floats = await client.embeddings.create({
    model: 'demo',
    input: [1, 2, 3],
    dimensions: 5,
    encoding_format: 'float',
  })
  assert.equal(floats.data[0].embedding.length, 5)
  assert.equal(floats.usage.prompt_tokens, 3)
  await assert.rejects(
    client.embeddings.create({ model: 'fake', input: [] }),
    (e) => e instanceof OpenAI.BadRequestError && e.param === 'input',
  )
})

test('several answers are given, plain and streamed', async () => {
  const ask = { ...request, model: 'scripted/echo', n: 2 }
  const plain = await client.chat.completions.create(ask)
  const streamed = await client.chat.completions.stream(ask).finalChatCompletion()
  for (const { choices } of [plain, streamed])
    assert.deepEqual(
      choices.map((c) => c.message.content),
      ['Say hello.', 'Say hello.'],
    )
})

test('whatever else is asked reaches the provider byte for byte', async () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID', detail: 'low' } }
  const body = JSON.stringify({
    model: 'fake',
    max_tokens: 64,
    messages: [{ role: 'user', content: [{ type: 'text', text: 'What?' }, image] }],
    n: 2,
    stop: ['END'],
    logprobs: true,
    top_logprobs: 2,
    response_format: { type: 'json_schema', json_schema: { name: 'plan', schema: { type: 'object' } } },
    of_tomorrow: { a: ['hundred'] },
  }).replace('"hundred"', '1.0e2')
  const answer = await fetch(`${SMARTFLOW_URL}/chat/completions`, {
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${SMARTFLOW_KEY}`, 'content-type': 'application/json' },
  })
  assert.equal(answer.status, 200)
})
