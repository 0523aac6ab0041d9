// openai, responses; the second turn names the first instead of sending it.
import OpenAI from 'openai'
import { zodTextFormat } from 'openai/helpers/zod'
import { z } from 'zod'

export const responses = ({ origin, key, model, timeout }) => {
  const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, timeout })
  return {
    ask: async (input) => (await client.responses.create({ model, input })).output_text,
    async stream(input) {
      let said = ''
      for await (const event of await client.responses.create({ model, input, stream: true })) {
        if (event.type === 'response.output_text.delta') said += event.delta
      }
      return said
    },
    async turns(first, second) {
      const { id } = await client.responses.create({ model, input: first })
      return (await client.responses.create({ model, input: second, previous_response_id: id })).output_text
    },
    async tool(text) {
      const parameters = { type: 'object', properties: { date: { type: 'string' } } }
      const ask = {
        model,
        input: [{ role: 'user', content: text }],
        tools: [{ type: 'function', name: 'weekday', description: 'The day of a date.', parameters, strict: false }],
      }
      const { output } = await client.responses.create(ask)
      const results = output
        .filter((o) => o.type === 'function_call')
        .map(({ call_id }) => ({ type: 'function_call_output', call_id, output: 'Friday' }))
      return (await client.responses.create({ ...ask, input: [...ask.input, ...output, ...results] })).output_text
    },
    async structured(input) {
      const format = zodTextFormat(z.object({ day: z.string(), hours: z.number() }), 'plan')
      const { output_parsed: plan } = await client.responses.parse({ model, input, text: { format } })
      return `${plan.day}, ${plan.hours}`
    },
  }
}
