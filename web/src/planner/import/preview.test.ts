import { describe, expect, it } from 'vitest'
import type { Conflict, Lesson, Preview, PreviewRow } from '../courses/types'
import { clash, draftsOf, edited, givesWay, needsLook, rowsToSend } from './preview'

const lesson: Lesson = { name: '数学', teacher: '', place: '', day: 1, section_from: 1, section_to: 2, weeks: [1, 2] }
const conflict: Conflict = {
  kind: 'course',
  id: 7,
  row: null,
  title: '旧',
  weeks: [1],
  day: 1,
  section_from: 1,
  section_to: 2,
  same: false,
}
const row = (number: number, more: Partial<PreviewRow> = {}): PreviewRow => ({
  ...lesson,
  row: number,
  line: number,
  confidence: 1,
  errors: [],
  conflicts: [],
  ...more,
})
const preview = (...rows: PreviewRow[]): Preview => ({
  preview_id: 'p',
  format: 'wakeup_csv',
  expires_at: '',
  rows,
  errors: [],
  zones: [],
  asks_week: false,
  first_monday: null,
})

describe('the preview', () => {
  it('chooses what can be imported, and the first of rows at one time', () => {
    const drafts = draftsOf(
      preview(
        row(1, { conflicts: [{ ...conflict, kind: 'row', row: 2 }] }),
        row(2, { conflicts: [{ ...conflict, kind: 'row', row: 1 }] }),
        row(3, { errors: [{ field: 'day', code: 'missing', reason: '' }] }),
        row(4, { conflicts: [{ ...conflict, same: true }] }),
        row(5, { conflicts: [conflict] }),
      ),
    )
    expect(drafts.map((draft) => draft.chosen)).toEqual([true, false, false, false, true])
    expect(givesWay(drafts)).toBe(true)
    expect(drafts.every(needsLook)).toBe(true)
  })

  it('sends numbers, and what was changed of a row', () => {
    const [one, two] = draftsOf(
      preview(row(1), row(2, { day: null, errors: [{ field: 'day', code: 'missing', reason: '' }] })),
    )
    const mended = edited(two!, { ...lesson, day: 3 }, true)
    expect(mended.chosen).toBe(true)
    expect(rowsToSend([one!, mended])).toEqual([1, { row: 2, ...lesson, day: 3, embeddable: true }])
  })

  it('finds two chosen rows at one time, but not two of one course', () => {
    const [one, two, three] = draftsOf(preview(row(1), row(2), row(3)))
    expect(clash([one!, two!])).toBeNull()
    const other = edited(three!, { ...lesson, name: '英语', section_from: 2, section_to: 3 }, false)
    expect(clash([one!, other])).toEqual([one, other])
    expect(clash([one!, { ...other, chosen: false }])).toBeNull()
    expect(clash([one!, edited(other, { ...lesson, name: '英语', weeks: [3] }, false)])).toBeNull()
  })

  it('wants a look at what is unsure', () => {
    const [sure, unsure] = draftsOf(preview(row(1, { confidence: 0.75 }), row(2, { confidence: 0.74 })))
    expect([needsLook(sure!), needsLook(unsure!)]).toEqual([false, true])
  })
})
