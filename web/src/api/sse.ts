export interface SseEvent {
  event: string
  id: string
  data: string
}

/** Collects lines into events as the server-sent events format defines them; feed it text in any pieces. */
export function sseParser(onEvent: (event: SseEvent) => void) {
  let rest = ''
  let event = ''
  let id = ''
  let data: string[] = []

  function dispatch() {
    if (data.length) onEvent({ event: event || 'message', id, data: data.join('\n') })
    event = ''
    data = []
  }

  function line(text: string) {
    if (text === '') return dispatch()
    if (text.startsWith(':')) return
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') event = value
    else if (field === 'id') id = value
  }

  return {
    push(chunk: string) {
      rest += chunk
      for (;;) {
        const end = rest.search(/\r\n|\n|\r(?!$)/)
        if (end < 0) return
        line(rest.slice(0, end))
        rest = rest.slice(end + (rest.startsWith('\r\n', end) ? 2 : 1))
      }
    },
  }
}

/** Yields the events of a response body in order; cancels the body when the reader stops early. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SseEvent> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const ready: SseEvent[] = []
  const parser = sseParser((event) => ready.push(event))
  try {
    for (;;) {
      const { done, value } = await reader.read()
      parser.push(done ? decoder.decode() : decoder.decode(value, { stream: true }))
      yield* ready.splice(0)
      if (done) return
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
