import { expect, it } from 'vitest'
import { marked } from './marked'

it('only the letter of that module and id is marked, and the old list stays for taking it back', () => {
  const items = [
    { module: 'a', id: 1, requeued_at: null },
    { module: 'b', id: 1, requeued_at: null },
  ]
  const list = { pages: [{ items, page: { page: 1, page_size: 2, total: 2, has_more: false } }], pageParams: [1] }
  const next = marked(list as unknown as Parameters<typeof marked>[0], { module: 'b', id: 1 }, new Date(0))
  expect(next.pages[0]!.items.map((item) => item.requeued_at)).toEqual([null, '1970-01-01T00:00:00.000Z'])
  expect(items[1]!.requeued_at).toBeNull()
})
