// A provider that nobody here wrote, with the fixtures of a planning dialogue. Prints its address; its own record of requests is at
// /__aimock/journal. Started by AimockTests.
import { LLMock } from '@copilotkit/aimock'

const usage = { prompt_tokens: 1000, completion_tokens: 50 }
const say = (content) => ({ content, usage })
const call = (id, name, args) => ({ toolCalls: [{ id, name, arguments: JSON.stringify(args) }], usage })

/** What the last tool answered. */
const told = (request) => JSON.parse(request.messages.at(-1).content)

const mock = new LLMock({ port: 0 })
mock.addFixtures([
  { match: { responseFormat: 'json_schema' }, response: say('{"route":"plan","title":null,"when":null}') },
  // A plan is made, then scheduled.
  {
    match: { toolCallId: 'call_create' },
    response: (request) => call('call_schedule', 'run_scheduler', { plan_ids: [told(request).plan_id] }),
  },
  { match: { toolCallId: 'call_schedule' }, response: say('Both chapters have their places.') },
  {
    match: { userMessage: 'plan for algebra', hasToolResult: false },
    response: call('call_create', 'create_plan', {
      name: 'Algebra',
      start_date: '2026-11-26',
      end_date: '2026-12-10',
      items: [{ content: 'chapter 1' }, { content: 'chapter 2' }],
    }),
  },
  // One is looked for, then moved.
  {
    match: { toolCallId: 'call_look' },
    response: (request) =>
      call('call_move', 'move_block', {
        block_id: told(request).blocks.find((block) => block.title === 'chapter 2').block_id,
        date: '2026-12-09',
        section_from: 5,
      }),
  },
  { match: { toolCallId: 'call_move' }, response: say('Chapter 2 is on Wednesday now.') },
  {
    match: { userMessage: 'move chapter 2', hasToolResult: false },
    response: call('call_look', 'query_schedule', { from: '2026-11-26', to: '2026-12-10', text: 'chapter' }),
  },
])
await mock.start()
console.log(mock.url)
