import { request, urlOf } from '@/api/client'
import type { Paged } from '@/api/types'
import type { ChosenRow, Course, CourseImport, Preview, Term } from './types'

/** All courses that a term may have. */
const all = 200
/** All terms that a user may have. */
const termsMost = 50

export const readTerm = () => request<Term>('GET', 'terms/current')
export const saveTerm = (body: Partial<Term>) => request<Term>('PUT', 'terms/current', { body })

export const listTerms = () => request<Paged<Term>>('GET', 'terms', { query: { page_size: termsMost } })
export const startTerm = (body: Partial<Term>, idempotencyKey: string) => request<Term>('POST', 'terms', { body, idempotencyKey })
export const switchTerm = (id: number) => request<Term>('POST', `terms/${id}/current`)

export type ArrangementFields = {
  id?: number
  day: number
  section_from: number
  section_to: number
  weeks: number[]
  teacher: string | null
  place: string | null
}
export type CourseFields = Partial<Omit<Course, 'id' | 'import_id' | 'arrangements'>> & {
  arrangements?: ArrangementFields[]
  replace_conflicts?: boolean
}
export const listCourses = () => request<Paged<Course>>('GET', 'courses', { query: { page_size: all } })
export const createCourse = (body: CourseFields, idempotencyKey: string) =>
  request<Course>('POST', 'courses', { body, idempotencyKey })
export const patchCourse = (id: number, body: CourseFields) => request<Course>('PATCH', `courses/${id}`, { body })
export const deleteCourse = (id: number) => request<void>('DELETE', `courses/${id}`)

/** With a key a photo that is sent again is paid for once. */
export function previewFile(file: File, idempotencyKey: string) {
  const body = new FormData()
  body.append('file', file)
  return request<Preview>('POST', 'courses/import/preview', { body, idempotencyKey })
}
export const importRows = (
  body: { preview_id: string; rows: ChosenRow[]; replace_conflicts: boolean },
  idempotencyKey: string,
) => request<{ import_id: number; courses: number; replaced: number }>('POST', 'courses/import', { body, idempotencyKey })
export const listImports = () => request<Paged<CourseImport>>('GET', 'courses/imports', { query: { page_size: 10 } })
export const undoImport = (id: number) => request<void>('DELETE', `courses/imports/${id}`)

export const calendarFile = () => urlOf('schedule/export.ics')
export const coursesFile = () => urlOf('courses/export.csv')
export const scheduleFile = () => urlOf('schedule/export.csv')
export interface FeedState {
  active: boolean
  created_at: string | null
  alarm_minutes: number | null
}
export const readFeed = () => request<FeedState>('GET', 'schedule/feed')
export const openFeed = (alarm_minutes: number | null) =>
  request<{ path: string }>('POST', 'schedule/feed', { body: { alarm_minutes } })
export const closeFeed = () => request<void>('DELETE', 'schedule/feed')
