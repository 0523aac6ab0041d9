export interface SectionTime {
  starts: string
  ends: string
}

export interface Holiday {
  date: string
  name: string | null
}

export interface SwapDay {
  date: string
  follows: string
}

export interface Term {
  /** null: the default, not saved yet. */
  id: number | null
  name: string
  first_monday: string
  weeks: number
  time_zone: string
  section_times: SectionTime[]
  holidays: Holiday[]
  swap_days: SwapDay[]
  study_on_holidays: boolean
  is_current: boolean
  current_week: number | null
  today: string
  version: number
}

export interface Arrangement {
  id: number
  day: number
  section_from: number
  section_to: number
  weeks: number[]
  teacher: string | null
  place: string | null
}

export interface Course {
  id: number
  name: string
  teacher: string
  place: string
  embeddable: boolean
  hue: number | null
  note: string | null
  import_id: number | null
  arrangements: Arrangement[]
}

export interface Conflict {
  kind: 'course' | 'row' | 'placement'
  id: number | null
  row: number | null
  title: string
  weeks: number[]
  day: number
  section_from: number
  section_to: number
  same: boolean
}

export interface RowError {
  field: string
  code: string
  reason: string
}

export interface PreviewRow {
  row: number
  line: number | null
  name: string
  teacher: string
  place: string
  day: number | null
  section_from: number | null
  section_to: number | null
  weeks: number[]
  confidence: number
  errors: RowError[]
  conflicts: Conflict[]
}

/** A part of a file that gave no row. */
export interface SkippedPart {
  line: number | null
  code: string
  reason: string
  /** Empty: the file gives it none. */
  name: string
}

export interface Preview {
  preview_id: string
  format: string
  expires_at: string
  rows: PreviewRow[]
  errors: SkippedPart[]
}

export interface CourseImport {
  import_id: number
  format: string
  file_name: string
  courses: number
  arrangements: number
  created_at: string
  undone_at: string | null
}

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
