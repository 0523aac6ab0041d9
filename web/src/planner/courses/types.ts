import type { Schemas } from '@/api/types'

export type SectionTime = Schemas['SectionTimeView']
export type Holiday = Schemas['Holiday']
export type SwapDay = Schemas['SwapDay']
/** Its id is null for the default, which is not saved yet. */
export type Term = Schemas['TermView']
export type Arrangement = Schemas['ArrangementView']
export type Course = Schemas['CourseView']
export type Conflict = Schemas['Conflict']
export type RowError = Schemas['RowError']
export type PreviewRow = Schemas['CourseRowView']
/** A part of a file that gave no row; without a name the file gives it none. */
export type SkippedPart = Schemas['FileError']
export type Preview = Schemas['PreviewImportOutcome']

/** What is sent of a row: its number, or what a person changed of it. */
export type ChosenRow = number | ({ row: number } & Partial<Lesson> & { embeddable?: boolean })

/** A lesson as it is edited. */
export interface Lesson {
  name: string
  teacher: string
  place: string
  day: number
  section_from: number
  section_to: number
  weeks: number[]
}
