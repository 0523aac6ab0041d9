import { describe, expect, it } from 'vitest'
import { readEvents, sseParser, type SseEvent } from './sse'

function parse(...chunks: string[]): SseEvent[] {
  const events: SseEvent[] = []
  const parser = sseParser((event) => events.push(event))
  chunks.forEach(parser.push)
  return events
}

describe('an event stream', () => {
  it('gives events with their id and name', () => {
    expect(parse('id: 7\nevent: delta\ndata: {"text":"a"}\n\n')).toEqual([
      { id: '7', event: 'delta', data: '{"text":"a"}' },
    ])
  })
  it('may be cut anywhere', () => {
    const text = 'id: 1\r\nevent: delta\r\ndata: {"text":"x"}\r\n\r\nevent: done\ndata: {}\n\n'
    expect(parse(...text).map((event) => event.event)).toEqual(['delta', 'done'])
  })
  it('joins several data lines', () => expect(parse('data: a\ndata: b\n\n')[0]?.data).toBe('a\nb'))
  it('passes over comments and events without data', () => expect(parse(': ping\n\nevent: x\n\n')).toEqual([]))
  it('keeps an unfinished event back', () => expect(parse('data: a\n')).toEqual([]))
  it('decodes characters that two chunks share', async () => {
    const bytes = new TextEncoder().encode('data: 周五\n\n')
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 7))
        controller.enqueue(bytes.slice(7))
        controller.close()
      },
    })
    const events: SseEvent[] = []
    for await (const event of readEvents(body)) events.push(event)
    expect(events.map((event) => event.data)).toEqual(['周五'])
  })
})
