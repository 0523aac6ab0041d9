// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import type { Comment, Plan, PostCard } from './api'
import { characters } from './characters'
import { likedAs, withPost } from './likes'
import { partsOf } from './links'
import { problemsOf, withTag } from './publishForm'
import { endOf, freeSections, weeksOf, type SeenWeek } from './room'
import { rowsOf } from './tree'

const comment = (id: number, parent: number | null, deleted = false): Comment => ({
  id,
  post_id: 1,
  root_id: parent === null ? null : 1,
  parent_id: parent,
  depth: 0,
  author: null,
  content: `c${id}`,
  reply_count: 0,
  created_at: '2026-11-22T00:00:00Z',
  deleted,
  mine: false,
})

describe('a thread', () => {
  const ids = (rows: { comment: Comment }[]) => rows.map((row) => row.comment.id)

  it('is read depth first, whatever order it was loaded in', () => {
    const rows = rowsOf(comment(1, null), [comment(5, 2), comment(3, 1), comment(2, 1), comment(4, 3)], new Map())
    expect(ids(rows)).toEqual([1, 2, 5, 3, 4])
    expect(rows.map((row) => row.beneath)).toEqual([4, 1, 0, 1, 0])
  })

  it('leaves out a deleted comment that holds nothing, and keeps one that does', () => {
    const rows = rowsOf(
      comment(1, null),
      [comment(2, 1, true), comment(3, 1, true), comment(4, 3), comment(5, 2, true)],
      new Map(),
    )
    expect(ids(rows)).toEqual([1, 3, 4])
  })

  it('closes deep branches until the reader opens them', () => {
    const chain = [2, 3, 4, 5, 6, 7].map((id) => comment(id, id - 1))
    const closed = rowsOf(comment(1, null), chain, new Map())
    expect(ids(closed)).toEqual([1, 2, 3, 4])
    expect(closed[3]).toMatchObject({ collapsed: true, beneath: 3 })
    const opened = rowsOf(comment(1, null), chain, new Map([4, 5, 6].map((id) => [id, false])))
    expect(ids(opened)).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(opened.at(-1)!.indent).toBe(4)
  })

  it('survives ten thousand levels and a parent that is not loaded', () => {
    const chain = Array.from({ length: 10_000 }, (_, i) => comment(i + 2, i + 1))
    expect(rowsOf(comment(1, null), chain, new Map())[0]!.beneath).toBe(10_000)
    expect(ids(rowsOf(comment(1, null), [comment(9, 7)], new Map()))).toEqual([1, 9])
  })
})

describe('text', () => {
  it('links http and https and nothing else', () => {
    expect(partsOf('看 https://a.example/x?y=1。 javascript:alert(1) <b> http://b.example).')).toEqual([
      { text: '看 ' },
      { text: 'https://a.example/x?y=1', href: 'https://a.example/x?y=1' },
      { text: '。 javascript:alert(1) <b> ' },
      { text: 'http://b.example', href: 'http://b.example/' },
      { text: ').' },
    ])
    expect(partsOf('https://bank.example@evil.example/').every((part) => !part.href)).toBe(true)
  })

  it('counts an emoji of many parts once', () => {
    expect(characters('👨‍👩‍👧‍👦字 a')).toBe(4)
  })
})

describe('publishing', () => {
  it('needs a title, a tag and no links', () => {
    expect(problemsOf({ title: '三个字', summary: '', tags: [] })).toEqual({
      title: { key: 'titleLength' },
      tags: { key: 'tagNeeded' },
    })
    expect(problemsOf({ title: '看 www.a.b 这里', summary: '', tags: ['a'] }).title?.key).toBe('noLinks')
    expect(problemsOf({ title: '四个字好', summary: '字'.repeat(300), tags: ['a'] })).toEqual({})
    expect(problemsOf({ title: '四个字好', summary: '字'.repeat(301), tags: ['a'] }).summary?.key).toBe('tooLong')
  })

  it('takes a tag once, trimmed, five at most', () => {
    expect(withTag(['A'], ' #a ')).toEqual(['A'])
    expect(withTag([], '字'.repeat(13))).toBeNull()
    expect(withTag(['1', '2', '3', '4', '5'], '6')).toBeNull()
    expect(withTag(['1'], '考研')).toEqual(['1', '考研'])
  })
})

describe('a like', () => {
  const post = { id: 7, title: 't', liked: false, like_count: 3 } as PostCard

  it('changes the post wherever it stands, once', () => {
    const list = { pages: [{ items: [post, { ...post, id: 8 }] }], pageParams: [1] }
    const liked = withPost(list, 7, likedAs(true))
    expect(liked.pages[0]!.items.map((p) => p.like_count)).toEqual([4, 3])
    expect(withPost(liked, 7, likedAs(true)).pages[0]!.items[0]!.like_count).toBe(4)
    expect(withPost(post, 7, likedAs(true))).toMatchObject({ liked: true, like_count: 4 })
    expect(withPost([{ name: 'a tag' }], 7, likedAs(true))).toEqual([{ name: 'a tag' }])
  })
})

describe('room on the calendar', () => {
  const plan = {
    start_date: '2026-12-01',
    end_date: '2026-12-14',
    excluded_pairs: [6],
    excluded_days: [7],
    items: [],
  } as unknown as Plan
  const week = (blocks: SeenWeek['blocks']): SeenWeek => ({
    term: { first_monday: '2026-11-23' },
    section_times: Array(12).fill(0),
    blocks,
  })

  it('moves with the first day', () => {
    expect(endOf(plan, '2027-03-01')).toBe('2027-03-14')
    expect(weeksOf(plan, '2026-12-02', { first_monday: '2026-11-23', weeks: 20 })).toEqual([2, 3, 4])
    expect(weeksOf(plan, '2026-11-10', { first_monday: '2026-11-23', weeks: 20 })).toEqual([1])
    expect(weeksOf(plan, '2028-01-01', { first_monday: '2026-11-23', weeks: 20 })).toEqual([])
  })

  it('leaves out what is taken, excluded or outside the dates', () => {
    // Wednesday to Saturday of week 2, ten sections each.
    expect(freeSections(plan, '2026-12-02', 2, week([]))).toBe(40)
    expect(freeSections(plan, '2026-12-02', 2, week([{ day: 3, section_from: 1, section_to: 4 }]))).toBe(36)
    expect(freeSections(plan, '2026-12-02', 2, week([{ day: 1, section_from: 1, section_to: 4 }]))).toBe(40)
  })
})
