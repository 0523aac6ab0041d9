import { describe, expect, it } from 'vitest'
import { jsonDiff } from './jsonDiff'

describe('the difference of two states', () => {
  it('names each leaf that changed', () =>
    expect(jsonDiff({ a: 1, b: { c: 2, d: [1, 2] } }, { a: 1, b: { c: 3, d: [1, 4] } })).toEqual([
      { path: 'b.c', before: 2, after: 3 },
      { path: 'b.d[1]', before: 2, after: 4 },
    ]))
  it('lists everything of what is new or gone', () => {
    expect(jsonDiff(null, { a: 1, b: null })).toEqual([
      { path: 'a', before: undefined, after: 1 },
      { path: 'b', before: undefined, after: null },
    ])
    expect(jsonDiff({ a: 1 }, undefined)).toEqual([{ path: 'a', before: 1, after: undefined }])
  })
  it('tells an empty list from none', () =>
    expect(jsonDiff({ a: [] }, {})).toEqual([{ path: 'a', before: '[]', after: undefined }]))
  it('of equals is nothing', () => expect(jsonDiff({ a: [{ b: 1 }] }, { a: [{ b: 1 }] })).toEqual([]))
})
