// openai, chat completions, of the major version that the package name says.
import { z } from 'zod'

const plan = z.object({ day: z.string(), hours: z.number() })

export const chat = (name) => {
  const old = name === 'openai-4'
  const loaded = Promise.all([import(name), import(`${name}/helpers/zod`)])
  return ({ origin, key, model, timeout }) => {
    const open = async () => {
      const [{ default: OpenAI }, { zodResponseFormat }] = await loaded
      const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, timeout })
      return {
        client,
        completions: client.chat.completions,
        helpers: old ? client.beta.chat.completions : client.chat.completions,
        zodResponseFormat,
      }
    }
    const user = (content) => ({ role: 'user', content })
    return {
      async ask(text) {
        const { completions } = await open()
        return (await completions.create({ model, messages: [user(text)] })).choices[0].message.content
      },
      async stream(text) {
        const { completions } = await open()
        let said = ''
        for await (const chunk of await completions.create({ model, messages: [user(text)], stream: true }))
          said += chunk.choices[0]?.delta?.content ?? ''
        return said
      },
      async turns(first, second) {
        const { completions } = await open()
        const { message } = (await completions.create({ model, messages: [user(first)] })).choices[0]
        return (await completions.create({ model, messages: [user(first), message, user(second)] })).choices[0].message
          .content
      },
      async tool(text) {
        const { helpers } = await open()
        const parameters = { type: 'object', properties: { date: { type: 'string' } } }
        const tool = {
          type: 'function',
          function: {
            name: 'weekday',
            description: 'The day of a date.',
            parameters,
            parse: JSON.parse,
            function: () => 'Friday',
          },
        }
        return helpers.runTools({ model, messages: [user(text)], tools: [tool] }).finalContent()
      },
      async structured(text) {
        const { helpers, zodResponseFormat } = await open()
        // The helper of version 4 is for zod 3: of a schema of zod 4 it makes {"type":"string"}, and does not say so.
        const format = old
          ? { type: 'json_schema', json_schema: { name: 'plan', strict: true, schema: z.toJSONSchema(plan) } }
          : zodResponseFormat(plan, 'plan')
        const { message } = (await helpers.parse({ model, messages: [user(text)], response_format: format })).choices[0]
        const parsed = message.parsed ?? plan.parse(JSON.parse(message.content))
        return `${parsed.day}, ${parsed.hours}`
      },
      async embed(text) {
        const { client } = await open()
        return (await client.embeddings.create({ model, input: [text] })).data
          .map((d) => d.embedding.join(' '))
          .join('; ')
      },
    }
  }
}
