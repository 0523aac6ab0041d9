// @vitest-environment jsdom
import { afterEach, describe, expect, it } from 'vitest'
import type { RouteRecordRaw } from 'vue-router'
import { router } from '@/router'
import { stage } from '@/testing/stage'

const routes = router.options.routes
const pagesOf = (records: readonly RouteRecordRaw[], base = ''): [string, () => Promise<{ default: object }>][] =>
  records.flatMap((record) => {
    const path = record.path.startsWith('/') ? record.path : `${base.replace(/\/$/, '')}/${record.path}`
    if (record.children) return pagesOf(record.children, path)
    if (!record.component) return []
    const at = path.replace(/:\w+\(\\d\+[^)]*\)\??|:id\??/, '1').replace(/:rest.*/, 'nothing-here')
    return [[at, record.component as () => Promise<{ default: object }>]]
  })
let view: { unmount(): void } | undefined
afterEach(() => view?.unmount())

describe('a page that still waits for the server', () => {
  it.each(pagesOf(routes))(
    'has its level-one heading: %s',
    async (path, load) => {
      const waiting = new Proxy({}, { get: () => () => new Promise<Response>(() => undefined) })
      const { default: page } = await load()
      ;({ view } = await stage(page, {}, waiting, { path, routes }))
      expect(document.querySelectorAll('h1')).toHaveLength(1)
    },
    30_000,
  )
})
