// The official client, unchanged, against a running SmartFlow. Started by McpServerTests, which sets the environment.
import assert from 'node:assert/strict'
import test from 'node:test'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const { SMARTFLOW_URL, READ_KEY, PROPOSE_KEY, APPLY_KEY, OTHER_PLAN } = process.env

async function connect(key) {
  const client = new Client({ name: 'smartflow-test', version: '1.0.0' })
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', SMARTFLOW_URL), {
    requestInit: { headers: { authorization: `Bearer ${key}`, 'accept-language': 'en' } },
  })
  await client.connect(transport)
  return client
}

const text = (result) => JSON.parse(result.content[0].text)
const names = async (client) => (await client.listTools()).tools.map((tool) => tool.name)

async function call(client, name, args = {}, meta) {
  const result = await client.callTool({ name, arguments: args, ...(meta ? { _meta: meta } : {}) })
  return { failed: result.isError === true, ...text(result) }
}

test('a key that may read sees what reads, and reads at once', async () => {
  const client = await connect(READ_KEY)
  assert.equal(client.getServerVersion().name, 'smartflow')
  assert.match(client.getInstructions(), /proposal_id/)
  const tools = (await client.listTools()).tools
  assert.ok(tools.some((tool) => tool.name === 'overview'))
  assert.ok(tools.every((tool) => tool.annotations.readOnlyHint === true))
  assert.ok(!tools.some((tool) => tool.name === 'create_task'))
  const seen = await call(client, 'overview')
  assert.equal(seen.failed, false)
  assert.ok(seen.term.from)
  const refused = await call(client, 'create_task', { title: 'never' })
  assert.equal(refused.failed, true)
  assert.equal(refused.error, 'forbidden')
  assert.match(refused.detail, /mcp\.propose/)
  await client.close()
})

test('what is no tool and no argument is an error of the protocol', async () => {
  const client = await connect(PROPOSE_KEY)
  const code = (promise) =>
    promise.then(
      () => 0,
      (error) => error.code,
    )
  assert.equal(await code(client.callTool({ name: 'drop_everything', arguments: {} })), -32602)
  assert.equal(await code(client.callTool({ name: 'overview', arguments: { user_id: 1 } })), -32602)
  assert.equal(await code(client.callTool({ name: 'query_schedule', arguments: {} })), -32602)
  // What stands in an argument is refused by the tool, in words.
  const wrong = await call(client, 'query_schedule', { from: 'tomorrow' })
  assert.equal(wrong.failed, true)
  assert.match(wrong.detail, /from: must be a date/)
  await client.close()
})

test("somebody else's ids are like unknown ones", async () => {
  const client = await connect(READ_KEY)
  const theirs = await call(client, 'inspect_plan', { plan_id: Number(OTHER_PLAN) })
  const nobodys = await call(client, 'inspect_plan', { plan_id: 999_999_999 })
  assert.deepEqual(theirs, nobodys)
  assert.equal(theirs.failed, true)
  await client.close()
})

test('a change is proposed, and waits', async () => {
  const client = await connect(PROPOSE_KEY)
  assert.ok((await names(client)).includes('get_proposal'))
  const proposed = await call(client, 'create_task', { title: 'buy paper' })
  assert.equal(proposed.failed, false)
  assert.equal(proposed.state, 'pending')
  assert.equal(proposed.changes[0].after, 'buy paper')
  assert.ok(new Date(proposed.expires_at) > new Date('2026-01-01'))
  const asked = await call(client, 'get_proposal', { proposal_id: proposed.proposal_id })
  assert.equal(asked.state, 'pending')
  const tasks = await call(client, 'list_tasks')
  assert.ok(!tasks.tasks.some((task) => task.title === 'buy paper'))
  await client.close()
})

test('a key that may apply makes a change once, and what cannot be taken back still waits', async () => {
  const client = await connect(APPLY_KEY)
  const meta = { 'smartflow/idempotency-key': 'one' }
  const made = await call(client, 'create_task', { title: 'buy ink' }, meta)
  assert.equal(made.state, 'accepted')
  assert.equal(made.result.done, true)
  const again = await call(client, 'create_task', { title: 'buy ink' }, meta)
  assert.equal(again.proposal_id, made.proposal_id)
  const other = await call(client, 'create_task', { title: 'buy more ink' }, meta)
  assert.equal(other.failed, true)
  assert.equal(other.error, 'key_reused')
  const tasks = await call(client, 'list_tasks')
  assert.equal(tasks.tasks.filter((task) => task.title.includes('ink')).length, 1)
  const plan = (await call(client, 'list_plans')).plans[0]
  const deletion = await call(client, 'delete_plan', { plan_id: plan.plan_id })
  assert.equal(deletion.state, 'pending')
  await client.close()
})

test('a key that is none is told so', async () => {
  await assert.rejects(connect('sf-nobody'))
})
