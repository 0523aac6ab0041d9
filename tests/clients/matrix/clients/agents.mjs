// @openai/agents, over responses as it comes.
import { Agent, OpenAIProvider, Runner, tool } from '@openai/agents'
import OpenAI from 'openai'
import { z } from 'zod'

export const agents = ({ origin, key, model, timeout }) => {
  const openAIClient = new OpenAI({ baseURL: `${origin}/v1`, apiKey: key, timeout })
  const runner = new Runner({ modelProvider: new OpenAIProvider({ openAIClient }), tracingDisabled: true })
  const agent = new Agent({ name: 'Assistant', instructions: 'Be brief.', model })
  return {
    ask: async (text) => (await runner.run(agent, text)).finalOutput,
    async stream(text) {
      const result = await runner.run(agent, text, { stream: true })
      let said = ''
      for await (const delta of result.toTextStream()) said += delta
      await result.completed
      return said
    },
    async turns(first, second) {
      const { history } = await runner.run(agent, first)
      return (await runner.run(agent, [...history, { role: 'user', content: second }])).finalOutput
    },
    async tool(text) {
      const weekday = tool({
        name: 'weekday',
        description: 'The day of a date.',
        parameters: z.object({ date: z.string() }),
        execute: async () => 'Friday',
      })
      return (await runner.run(agent.clone({ tools: [weekday] }), text)).finalOutput
    },
    async structured(text) {
      const { finalOutput: plan } = await runner.run(
        agent.clone({ outputType: z.object({ day: z.string(), hours: z.number() }) }),
        text,
      )
      return `${plan.day}, ${plan.hours}`
    },
  }
}
