// @langchain/openai.
import { HumanMessage } from '@langchain/core/messages'
import { tool } from '@langchain/core/tools'
import { ChatOpenAI, OpenAIEmbeddings } from '@langchain/openai'
import { z } from 'zod'

export const langchain = ({ origin, key, model, timeout }) => {
  const settings = { model, apiKey: key, timeout, configuration: { baseURL: `${origin}/v1` } }
  const chat = new ChatOpenAI(settings)
  return {
    ask: async (text) => (await chat.invoke(text)).text,
    async stream(text) {
      let said = ''
      for await (const chunk of await chat.stream(text)) said += chunk.text
      return said
    },
    async turns(first, second) {
      const asked = new HumanMessage(first)
      return (await chat.invoke([asked, await chat.invoke([asked]), new HumanMessage(second)])).text
    },
    async tool(text) {
      const weekday = tool(() => 'Friday', {
        name: 'weekday',
        description: 'The day of a date.',
        schema: z.object({ date: z.string() }),
      })
      const bound = chat.bindTools([weekday])
      const asked = new HumanMessage(text)
      const answer = await bound.invoke([asked])
      const results = await Promise.all(answer.tool_calls.map((call) => weekday.invoke(call)))
      return (await bound.invoke([asked, answer, ...results])).text
    },
    async structured(text) {
      const plan = await chat
        .withStructuredOutput(z.object({ day: z.string(), hours: z.number() }), { name: 'plan' })
        .invoke(text)
      return `${plan.day}, ${plan.hours}`
    },
    embed: async (text) =>
      (await new OpenAIEmbeddings(settings).embedDocuments([text])).map((v) => v.join(' ')).join('; '),
  }
}
