// ai, with the provider package that the name says; that of OpenAI asks for responses unless told otherwise.
import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { embed, generateText, isStepCount, Output, streamText, tool } from 'ai'
import { Agent, fetch as undiciFetch } from 'undici'
import { z } from 'zod'

globalThis.AI_SDK_LOG_WARNINGS = false
const create = { openai: createOpenAI, 'openai-compatible': createOpenAICompatible, anthropic: createAnthropic }

// It has no time-out of its own; what ends a wait is that of Node's fetch, 300 s, here sooner.
const fetchWithin = (timeout) => {
  const dispatcher = new Agent({ headersTimeout: timeout, bodyTimeout: timeout })
  return (url, init) => undiciFetch(url, { ...init, dispatcher })
}

export const aiSdk =
  (name) =>
  ({ origin, key, model: id, timeout }) => {
    // Without the last setting openai-compatible keeps a schema to itself.
    const provider = create[name]({
      name: 'smartflow',
      baseURL: `${origin}/v1`,
      apiKey: key,
      ...(timeout && { fetch: fetchWithin(timeout) }),
      supportsStructuredOutputs: true,
    })
    const model = provider(id)
    const user = (content) => ({ role: 'user', content })
    return {
      ask: async (prompt) => (await generateText({ model, prompt })).text,
      async stream(prompt) {
        let failed
        const result = streamText({
          model,
          prompt,
          onError: ({ error }) => {
            failed ??= error
          },
        })
        let said = ''
        // What failed is told beside the text, which ends in order, or with the connection's error where that breaks as well.
        try {
          for await (const delta of result.textStream) said += delta
        } catch (error) {
          failed ??= error
        }
        if (failed) throw failed
        return said
      },
      async turns(first, second) {
        const { responseMessages } = await generateText({ model, messages: [user(first)] })
        return (await generateText({ model, messages: [user(first), ...responseMessages, user(second)] })).text
      },
      async tool(prompt) {
        const weekday = tool({
          description: 'The day of a date.',
          inputSchema: z.object({ date: z.string() }),
          execute: async () => 'Friday',
        })
        return (await generateText({ model, prompt, tools: { weekday }, stopWhen: isStepCount(3) })).text
      },
      async structured(prompt) {
        const { output: plan } = await generateText({
          model,
          prompt,
          output: Output.object({ schema: z.object({ day: z.string(), hours: z.number() }) }),
        })
        return `${plan.day}, ${plan.hours}`
      },
      embed: async (value) => (await embed({ model: provider.embeddingModel(id), value })).embedding.join(' '),
    }
  }
