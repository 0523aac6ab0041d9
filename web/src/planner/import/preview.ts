import type { ChosenRow, Lesson, Preview, PreviewRow } from '../courses/types'

/** Below it a person should look. */
export const sureFrom = 0.75

/** A row of the preview with what the person decided. */
export interface DraftRow {
  source: PreviewRow
  lesson: Partial<Lesson>
  chosen: boolean
  embeddable: boolean
  edited: boolean
}

const lessonOf = (row: PreviewRow): Partial<Lesson> => ({
  name: row.name,
  teacher: row.teacher,
  place: row.place,
  day: row.day ?? undefined,
  section_from: row.section_from ?? undefined,
  section_to: row.section_to ?? undefined,
  weeks: row.weeks,
})

/** Rows that can be imported as they are; of rows at one time the first, and not what is there already. */
export function draftsOf(preview: Preview): DraftRow[] {
  const taken = new Set<number>()
  return preview.rows.map((source) => {
    const blocked = source.conflicts.some((c) => c.same || (c.kind === 'row' && c.row !== null && taken.has(c.row)))
    const chosen = source.errors.length === 0 && !blocked
    if (chosen) taken.add(source.row)
    return { source, lesson: lessonOf(source), chosen, embeddable: false, edited: false }
  })
}

/** The row after an edit: what was wrong or in the way is asked of the server again. */
export const edited = (draft: DraftRow, lesson: Lesson, embeddable: boolean): DraftRow => ({
  ...draft,
  lesson,
  embeddable,
  edited: true,
  chosen: true,
  source: { ...draft.source, errors: [], conflicts: [], confidence: 1 },
})

const meets = (a: Partial<Lesson>, b: Partial<Lesson>) =>
  a.day === b.day &&
  a.section_from! <= b.section_to! &&
  b.section_from! <= a.section_to! &&
  !!a.weeks?.some((week) => b.weeks?.includes(week))

const together = (a: Partial<Lesson>, b: Partial<Lesson>) =>
  a.name === b.name && a.section_from === b.section_from && a.section_to === b.section_to

/** The first two chosen rows that want the same time. */
export function clash(drafts: readonly DraftRow[]): [DraftRow, DraftRow] | null {
  const chosen = drafts.filter((draft) => draft.chosen)
  for (const [i, one] of chosen.entries())
    for (const other of chosen.slice(i + 1))
      if (meets(one.lesson, other.lesson) && !together(one.lesson, other.lesson)) return [one, other]
  return null
}

/** Whether something that is there already would have to give way. */
export const givesWay = (drafts: readonly DraftRow[]) =>
  drafts.some((draft) => draft.chosen && draft.source.conflicts.some((conflict) => conflict.kind !== 'row'))

export const needsLook = (draft: DraftRow) =>
  draft.source.errors.length > 0 || draft.source.conflicts.length > 0 || draft.source.confidence < sureFrom

export function rowsToSend(drafts: readonly DraftRow[]): ChosenRow[] {
  return drafts
    .filter((draft) => draft.chosen)
    .map((draft) =>
      draft.edited ? { row: draft.source.row, ...draft.lesson, embeddable: draft.embeddable } : draft.source.row,
    )
}
