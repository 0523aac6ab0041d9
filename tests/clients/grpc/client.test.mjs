// The official gRPC client, unchanged, against a running SmartFlow. Started by GrpcJsClientTests, which sets the environment.
import assert from 'node:assert/strict'
import http2 from 'node:http2'
import test, { after } from 'node:test'
import grpc from '@grpc/grpc-js'
import loader from '@grpc/proto-loader'

const { RPC_ADDRESS, RPC_TOKEN, SMARTFLOW_ORIGIN, MEI } = process.env
const protos = new URL('../../../proto/', import.meta.url).pathname
const options = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true, includeDirs: [protos] }
const load = (...files) => loader.loadSync(files, options)
const store = grpc.loadPackageDefinition(load('tokenstore.proto')).smartflow.tokenstore.TokenStoreService
const health = grpc.loadPackageDefinition(load('grpc/health/v1/health.proto')).grpc.health.v1.Health
const reflection = grpc.loadPackageDefinition(load('grpc/reflection/v1/reflection.proto')).grpc.reflection.v1
  .ServerReflection
const details = load('google/rpc/status.proto', 'google/rpc/error_details.proto')
const code = grpc.status

const clients = []
const open = (Service, settings = {}) => {
  const client = new Service(RPC_ADDRESS, grpc.credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    ...settings,
  })
  clients.push(client)
  return client
}
after(() => clients.forEach((client) => client.close()))

const bearer = (token) => {
  const metadata = new grpc.Metadata()
  if (token) metadata.set('authorization', `Bearer ${token}`)
  return metadata
}
const call = (client, method, request, token = RPC_TOKEN, settings = {}) =>
  new Promise((resolve, reject) =>
    client[method](request, bearer(token), { deadline: Date.now() + 30_000, ...settings }, (error, answer) =>
      error ? reject(error) : resolve(answer),
    ),
  )
const refused = async (promise) => {
  const error = await promise.then(
    () => assert.fail('it was not refused'),
    (e) => e,
  )
  const [bytes] = error.metadata.get('grpc-status-details-bin')
  const found = { code: error.code, message: error.details }
  if (!bytes) return found
  const status = details['google.rpc.Status'].deserialize(bytes)
  assert.equal(status.code, error.code)
  for (const { type_url: url, value } of status.details) {
    const name = url.split('/')[1]
    found[name.split('.')[2]] = details[name].deserialize(value)
  }
  return found
}
const client = open(store)
const ask = (method, request, ...rest) => call(client, method, request, ...rest)
const actor_user_id = MEI

test('all 18 methods with real data', async () => {
  const mine = { actor_user_id }
  const packs = (await ask('ListCreditProducts', mine)).items
  assert.deepEqual(
    (await ask('ListProducts', mine)).items.map((p) => p.token_amount),
    packs.map((p) => p.credit_amount),
  )
  const pack = packs.find((p) => p.price_cent !== '0')
  const { order } = await ask('CreateCreditOrder', {
    ...mine,
    product_id: pack.product_id,
    quantity: 3,
    idempotency_key: 'order',
  })
  assert.equal(order.status, 'pending')
  assert.equal(BigInt(order.credit_amount), 3n * BigInt(pack.credit_amount))
  assert.equal(BigInt(order.amount_cent), 3n * BigInt(pack.price_cent))
  assert.deepEqual(
    (await ask('CreateCreditOrder', { ...mine, product_id: pack.product_id, quantity: 3, idempotency_key: 'order' }))
      .order,
    order,
  )
  const paid = (
    await ask('MockPaidCreditOrder', {
      ...mine,
      order_id: order.order_id,
      mock_channel: 'wechat',
      idempotency_key: 'pay',
    })
  ).order
  assert.equal(paid.status, 'credited')
  assert.deepEqual((await ask('GetCreditOrder', { ...mine, order_id: order.order_id })).order, paid)

  const second = (
    await ask('CreateOrder', { ...mine, product_id: pack.product_id, quantity: 1, idempotency_key: 'old' })
  ).order
  assert.equal(second.token_amount, pack.credit_amount)
  const granted = (
    await ask('MockPaidOrder', {
      ...mine,
      order_id: second.order_id,
      mock_channel: 'alipay',
      idempotency_key: 'old-pay',
    })
  ).order
  assert.equal(granted.grant.amount, pack.credit_amount)
  assert.deepEqual((await ask('GetOrder', { ...mine, order_id: second.order_id })).order, granted)
  const orders = await ask('ListCreditOrders', { ...mine, page: 1, page_size: 1, status: 'credited' })
  assert.deepEqual(orders.page, { page: 1, page_size: 1, total: 2, has_more: true })
  assert.equal(orders.items[0].order_id, second.order_id)
  assert.deepEqual(
    (await ask('ListOrders', mine)).items.map((o) => o.order_id),
    [second.order_id, order.order_id],
  )

  const like = { event_id: 'like-1', receiver_user_id: MEI, source: 'forum_like', source_ref_id: 'post-1' }
  const { grant } = await ask('RecordForumRewardGrant', like)
  assert.deepEqual((await ask('RecordForumRewardGrant', like)).grant, grant)
  const grants = (await ask('ListGrants', mine)).items
  assert.deepEqual(
    grants.map((g) => g.source),
    ['forum_like', 'order', 'order', 'welcome'],
  )
  assert.deepEqual(grants[0], grant)

  // 1.5 Credit were charged for a call before this began.
  const sum = grants.reduce((total, g) => total + BigInt(g.amount), 0n)
  const { snapshot } = await ask('GetCreditBalanceSnapshot', { user_id: MEI })
  assert.equal(BigInt(snapshot.balance), sum - 2n)
  assert.equal((await ask('GetSummary', mine)).summary.recorded_token_total, sum.toString())
  const entries = (await ask('ListCreditTransactions', mine)).items
  assert.deepEqual(entries.map((t) => t.direction).sort(), ['expense', 'income', 'income', 'income', 'income'])
  assert.equal((await ask('ListCreditTransactions', { ...mine, direction: 'expense' })).items[0].event_id, 'call-1')
  const { dashboard } = await ask('GetCreditConsumptionDashboard', { ...mine, period: '7d' })
  assert.deepEqual(dashboard, { period: '7d', credit_consumed: '2', token_consumed: '10' })
  assert.ok((await ask('ListCreditPriceRules', {})).items.length > 0)
  assert.ok((await ask('ListCreditRewardRules', { source: 'forum_like' })).items.length === 1)
})

test('refusals have the right status and details', async () => {
  const bad = await refused(
    ask('CreateCreditOrder', { actor_user_id, product_id: 2, quantity: 0, idempotency_key: 'k' }),
  )
  assert.equal(bad.code, code.INVALID_ARGUMENT)
  assert.deepEqual(bad.ErrorInfo, { reason: 'invalid_argument', domain: 'smartflow', metadata: {} })
  assert.deepEqual(
    bad.BadRequest.field_violations.map((v) => v.field),
    ['quantity'],
  )
  const none = await refused(ask('GetCreditOrder', { actor_user_id, order_id: 999_999 }))
  assert.equal(none.code, code.NOT_FOUND)
  assert.equal(none.ErrorInfo.reason, 'not_found')
  const other = await refused(
    ask('CreateCreditOrder', { actor_user_id, product_id: 3, quantity: 1, idempotency_key: 'order' }),
  )
  assert.equal(other.code, code.ALREADY_EXISTS)
  assert.equal(other.ErrorInfo.reason, 'key_reused')
  const keyless = await refused(ask('CreateCreditOrder', { actor_user_id, product_id: 2, quantity: 1 }))
  assert.equal(keyless.code, code.INVALID_ARGUMENT)
  assert.equal(keyless.ErrorInfo.reason, 'idempotency_key_required')
  assert.equal((await refused(ask('GetSummary', {}))).code, code.INVALID_ARGUMENT)
  assert.equal((await refused(ask('GetSummary', { actor_user_id: 424_242 }))).code, code.NOT_FOUND)
})

test('an unknown method is unimplemented', async () => {
  const error = await new Promise((resolve) =>
    client.makeUnaryRequest(
      '/smartflow.tokenstore.TokenStoreService/None',
      (b) => b,
      (b) => b,
      Buffer.alloc(0),
      bearer(RPC_TOKEN),
      {},
      (e) => resolve(e),
    ),
  )
  assert.equal(error.code, code.UNIMPLEMENTED)
})

test('without the token everything but health is refused', async () => {
  for (const token of ['', 'wrong', `${RPC_TOKEN}x`])
    assert.equal((await refused(ask('ListProducts', { actor_user_id }, token))).code, code.UNAUTHENTICATED)
  const watcher = open(health)
  assert.equal((await call(watcher, 'Check', {}, '')).status, 'SERVING')
  assert.equal(
    (await call(watcher, 'Check', { service: 'smartflow.tokenstore.TokenStoreService' }, '')).status,
    'SERVING',
  )
  assert.equal((await refused(call(watcher, 'Check', { service: 'none' }, ''))).code, code.NOT_FOUND)
  const lister = open(reflection).ServerReflectionInfo(bearer('wrong'))
  assert.equal(
    (await new Promise((resolve) => lister.on('error', resolve).on('data', () => {}))).code,
    code.UNAUTHENTICATED,
  )
})

test('a deadline that passes ends a stream, at the server too', async () => {
  const stream = open(health).Watch({}, bearer(RPC_TOKEN), { deadline: Date.now() + 500 })
  const seen = []
  const error = await new Promise((resolve) => stream.on('data', (m) => seen.push(m.status)).on('error', resolve))
  assert.equal(error.code, code.DEADLINE_EXCEEDED)
  assert.deepEqual(seen, ['SERVING'])
  // This one has no clock of its own: the status is the server's.
  const session = http2.connect(`http://${RPC_ADDRESS}`)
  const raw = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Watch',
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-timeout': '200m',
  })
  raw.end(Buffer.alloc(5))
  raw.resume()
  const trailers = await new Promise((resolve) => raw.on('trailers', resolve))
  assert.equal(trailers['grpc-status'], '4')
  session.close()
})

test('a cancelled stream is noticed by the server', async () => {
  const running = async () => Number(await (await fetch(`${SMARTFLOW_ORIGIN}/test/running`)).text())
  const until = async (count) => {
    while ((await running()) !== count) await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await until(0)
  const stream = open(health).Watch({}, bearer(RPC_TOKEN))
  await new Promise((resolve) => stream.once('data', resolve))
  await until(1)
  const ended = new Promise((resolve) => stream.on('error', resolve))
  stream.cancel()
  assert.equal((await ended).code, code.CANCELLED)
  await until(0)
})

test('a message of 5 MB is refused and the connection lives on', async () => {
  const large = { actor_user_id, product_id: 2, quantity: 1, idempotency_key: 'k'.repeat(5_000_000) }
  assert.equal((await refused(ask('CreateCreditOrder', large))).code, code.RESOURCE_EXHAUSTED)
  const allowed = await refused(ask('CreateCreditOrder', { ...large, idempotency_key: 'k'.repeat(4_000_000) }))
  assert.equal(allowed.code, code.INVALID_ARGUMENT)
})

test('a thousand calls at a time on one connection', async () => {
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, () => ask('GetCreditBalanceSnapshot', { user_id: MEI })),
  )
  assert.equal(new Set(answers.map((a) => a.snapshot.balance)).size, 1)
})

test('gzip in both directions', async () => {
  const zipped = open(store, { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip })
  const plain = await ask('ListCreditPriceRules', {})
  assert.deepEqual(await call(zipped, 'ListCreditPriceRules', {}), plain)
  const refusal = await refused(
    call(zipped, 'CreateCreditOrder', {
      actor_user_id,
      product_id: 2,
      quantity: 1,
      idempotency_key: 'k'.repeat(100_000),
    }),
  )
  assert.equal(refusal.code, code.INVALID_ARGUMENT)
})

test('reflection is enough to make a client', async () => {
  const stream = open(reflection).ServerReflectionInfo(bearer(RPC_TOKEN))
  const answers = stream[Symbol.asyncIterator]()
  const question = async (q) => {
    stream.write(q)
    return (await answers.next()).value
  }
  const names = (await question({ list_services: '' })).list_services_response.service.map((s) => s.name)
  for (const name of [
    'smartflow.tokenstore.TokenStoreService',
    'smartflow.ledger.CreditLedgerService',
    'smartflow.llm.LlmService',
    'smartflow.planner.PlannerService',
    'smartflow.userauth.UserAuthService',
    'grpc.health.v1.Health',
    'grpc.reflection.v1.ServerReflection',
  ])
    assert.ok(names.includes(name), name)
  assert.equal((await question({ file_containing_symbol: 'none.at.all' })).error_response.error_code, code.NOT_FOUND)
  assert.equal(
    (await question({ file_by_filename: 'google/protobuf/timestamp.proto' })).file_descriptor_response
      .file_descriptor_proto.length,
    1,
  )
  const files = (await question({ file_containing_symbol: 'smartflow.planner.PlannerService' }))
    .file_descriptor_response.file_descriptor_proto
  stream.end()
  assert.equal((await answers.next()).done, true)
  // A FileDescriptorSet is field 1, repeated; imports first.
  const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)])
  const set = Buffer.concat(files.reverse().flatMap((f) => [Buffer.from([0x0a, ...varint(f.length)]), f]))
  const planner = grpc.loadPackageDefinition(loader.loadFileDescriptorSetFromBuffer(set, options)).smartflow.planner
    .PlannerService
  const { draft } = await call(open(planner), 'ParseQuickTask', { user_id: MEI, text: '明天下午三点交作业' })
  assert.ok(draft.deadline_at.seconds)
})

const llm = open(grpc.loadPackageDefinition(load('llm.proto')).smartflow.llm.LlmService)
const json = (value) => Buffer.from(JSON.stringify(value))
const billing = (event_id, more = {}) => ({ user_id: MEI, event_id, scene: 'gateway.openai', ...more })
const gather = (method, request) =>
  new Promise((resolve, reject) => {
    const parts = []
    const stream = llm[method](request, bearer(RPC_TOKEN), { deadline: Date.now() + 30_000 })
    stream
      .on('data', (part) => parts.push(part))
      .on('error', reject)
      .on('end', () => resolve(parts))
  })

test('the model service: text, a response with an image, embeddings, each with a receipt', async () => {
  const messages = [{ role: 'user', content: 'one two' }]
  const text = await call(llm, 'GenerateText', {
    billing: billing('g1'),
    body: json({ model: 'scripted/echo', messages }),
  })
  assert.equal(JSON.parse(text.body).choices[0].message.content, 'one two')
  assert.equal(text.receipt.event_id, 'g1')
  const content = [
    { type: 'input_text', text: 'three four' },
    { type: 'input_image', image_url: 'data:image/png;base64,AQID' },
  ]
  const response = {
    billing: billing('g2'),
    body: json({ model: 'scripted/echo', input: [{ role: 'user', content }] }),
  }
  const first = await call(llm, 'GenerateResponsesText', response)
  assert.match(JSON.parse(first.body).output[0].content[0].text, /^three four/)
  assert.ok(BigInt(first.receipt.credit_micros) > 0n)
  const again = await call(llm, 'GenerateResponsesText', response)
  assert.equal(again.receipt.replayed, true)
  assert.deepEqual(again.body, first.body)
  const vectors = await call(llm, 'GenerateEmbeddings', {
    billing: billing('g3'),
    body: json({ model: 'demo', input: 'a', dimensions: 4 }),
  })
  assert.equal(JSON.parse(vectors.body).data[0].embedding.length, 4)
})

test('the model service streams chunks and events, and a repeat begins with its receipt', async () => {
  const body = json({ model: 'scripted/echo', input: 'one two' })
  const events = await gather('StreamResponsesText', { billing: billing('g4'), body })
  const kinds = events.filter((p) => p.part === 'chunk').map((p) => JSON.parse(p.chunk).type)
  assert.equal(kinds[0], 'response.created')
  assert.equal(kinds.at(-1), 'response.completed')
  assert.equal(events.at(-1).receipt.event_id, 'g4')
  assert.equal((await gather('StreamResponsesText', { billing: billing('g4'), body }))[0].receipt.replayed, true)
  const chunks = await gather('StreamText', {
    billing: billing('g5'),
    body: json({ model: 'scripted/echo', messages: [{ role: 'user', content: 'hi' }] }),
  })
  assert.equal(chunks.at(-1).part, 'receipt')
})

test('a call without a whole billing context is refused with the field', async () => {
  const body = json({ model: 'scripted/echo', input: 'a', messages: [{ role: 'user', content: 'a' }] })
  const lacking = [
    [undefined, 'billing'],
    [billing('x', { user_id: 0 }), 'billing.user_id'],
    [billing(''), 'billing.event_id'],
    [billing('x', { scene: '' }), 'billing.scene'],
    [billing('x', { scene: 'none' }), 'scene'],
  ]
  for (const method of [
    'GenerateText',
    'GenerateResponsesText',
    'GenerateEmbeddings',
    'StreamText',
    'StreamResponsesText',
  ])
    for (const [given, field] of lacking) {
      const bad = await refused(
        method.startsWith('Stream')
          ? gather(method, { billing: given, body })
          : call(llm, method, { billing: given, body }),
      )
      assert.equal(bad.code, code.INVALID_ARGUMENT, `${method} ${field}`)
      assert.deepEqual(
        bad.BadRequest.field_violations.map((v) => v.field),
        [field],
      )
    }
})

test('a ping tells of the providers without asking any', async () => {
  const { providers, default_model } = await call(llm, 'Ping', {})
  assert.equal(default_model, 'demo')
  assert.ok(providers.length > 0 && providers.every((p) => p.ready === true && p.name.length > 0))
})
