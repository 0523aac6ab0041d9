// Official clients, unchanged, against a running SmartFlow: one JSON line a cell. Started by ClientMatrixTests, which
// says in MATRIX_CELLS which cells to run, each with a key of its own, and counts at the provider and in the ledger.
import { readFileSync } from 'node:fs'
import { agents } from './clients/agents.mjs'
import { aiSdk } from './clients/ai-sdk.mjs'
import { anthropic } from './clients/anthropic.mjs'
import { langchain } from './clients/langchain.mjs'
import { chat } from './clients/openai-chat.mjs'
import { responses } from './clients/openai-responses.mjs'

const { MATRIX_ORIGIN, MATRIX_CELLS } = process.env
const clients = {
  'openai-4': chat('openai-4'),
  'openai-6': chat('openai-6'),
  'openai-7': chat('openai'),
  'openai-7-responses': responses,
  anthropic: anthropic,
  'ai-openai': aiSdk('openai'),
  'ai-compatible': aiSdk('openai-compatible'),
  'ai-anthropic': aiSdk('anthropic'),
  langchain: langchain,
  agents: agents,
}

// What a user of the client would do; every client has these verbs.
const stream = (c, say) => c.stream(say('Say hello.'))
const scenarios = {
  streamed: stream,
  death: stream,
  'impatient-stream': stream,
  patient: stream,
  'second-turn': (c, say) => c.turns(say('Who are you?'), say('Who did you say?')),
  'tool-loop': (c, say) => c.tool(say('Which day is the 27th?')),
  structured: (c, say) => c.structured(say('Which day, and how long?')),
  embeddings: (c, say) => c.embed(say('A text.')),
}
const plain = (c, say) => c.ask(say('Say hello.'))

// The innermost error is the one that a user looks for: some clients wrap it after their last try.
const inner = (e) => e?.lastError ?? e
const describe = (error) => {
  const e = inner(error)
  const status = e?.status ?? e?.statusCode ?? null
  return {
    raised: true,
    sees: e?.constructor?.name === 'Error' ? e.name : (e?.constructor?.name ?? String(e)),
    status,
    detail: String(e?.message).slice(0, 200),
  }
}

const run = async ({ client, scenario, key }) => {
  const say = (text) => `[${client}/${scenario}] ${text}`
  try {
    const settings = { origin: MATRIX_ORIGIN, key, model: scenario === 'unknown-model' ? 'none' : 'fake' }
    // Its user's patience; how often it tries is left as it comes.
    if (scenario.startsWith('impatient')) settings.timeout = 1_500
    return { raised: false, detail: '', sees: await (scenarios[scenario] ?? plain)(clients[client](settings), say) }
  } catch (e) {
    return describe(e)
  }
}

const version = (name) =>
  JSON.parse(readFileSync(new URL(`./node_modules/${name}/package.json`, import.meta.url))).version
for (const name of [
  'openai-4',
  'openai-6',
  'openai',
  '@anthropic-ai/sdk',
  'ai',
  '@ai-sdk/openai',
  '@ai-sdk/openai-compatible',
  '@ai-sdk/anthropic',
  '@langchain/openai',
  '@openai/agents',
])
  console.log(JSON.stringify({ package: name, version: version(name) }))

// Whatever hangs is a failure, not a wait.
setTimeout(() => process.exit(1), 120_000)
await Promise.all(
  JSON.parse(MATRIX_CELLS).map(async (cell) => {
    const result = await run(cell)
    console.log(JSON.stringify({ client: cell.client, scenario: cell.scenario, ...result }))
  }),
)
// Connections that a client keeps open are nobody's business any more.
process.exit(0)
