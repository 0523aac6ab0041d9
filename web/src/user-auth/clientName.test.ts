import { describe, expect, it } from 'vitest'
import { clientName } from './clientName'

describe('the program of a session', () => {
  it.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0 Safari/537.36 Edg/149.0',
      'Edge · Windows',
    ],
    [
      'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0 Mobile Safari/537.36',
      'Chrome · Android',
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 (KHTML, like Gecko) Version/26.0 Safari/605.1',
      'Safari · macOS',
    ],
    ['python-requests/2.34', 'python-requests/2.34'],
    ['', ''],
  ])('%s is %s', (text, name) => expect(clientName(text)).toBe(name))
})
