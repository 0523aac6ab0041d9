// @anthropic-ai/sdk.
import Anthropic from '@anthropic-ai/sdk'
import { betaZodTool } from '@anthropic-ai/sdk/helpers/beta/zod'
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod'
import { z } from 'zod'

const textOf = ({ content }) =>
  content
    .filter((b) => b.type === 'text')
    .map((b) => b.text)
    .join('')

export const anthropic = ({ origin, key, model, timeout }) => {
  const client = new Anthropic({ baseURL: origin, apiKey: key, timeout })
  const ask = (...messages) => ({
    model,
    max_tokens: 1_024,
    messages: messages.map((m) => (typeof m === 'string' ? { role: 'user', content: m } : m)),
  })
  return {
    ask: async (text) => textOf(await client.messages.create(ask(text))),
    async stream(text) {
      let said = ''
      for await (const event of await client.messages.create({ ...ask(text), stream: true })) {
        if (event.type === 'content_block_delta') said += event.delta.text ?? ''
      }
      return said
    },
    async turns(first, second) {
      const { role, content } = await client.messages.create(ask(first))
      return textOf(await client.messages.create(ask(first, { role, content }, second)))
    },
    async tool(text) {
      const weekday = betaZodTool({
        name: 'weekday',
        description: 'The day of a date.',
        inputSchema: z.object({ date: z.string() }),
        run: () => 'Friday',
      })
      // Without a limit it would ask for ever where the answer never comes.
      return textOf(await client.beta.messages.toolRunner({ ...ask(text), tools: [weekday], max_iterations: 4 }))
    },
    async structured(text) {
      const format = zodOutputFormat(z.object({ day: z.string(), hours: z.number() }))
      const { parsed_output: plan } = await client.messages.parse({ ...ask(text), output_config: { format } })
      return `${plan.day}, ${plan.hours}`
    },
  }
}
