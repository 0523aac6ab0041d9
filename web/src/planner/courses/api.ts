import { api, bodyOf, keyed, urlOf } from '@/api/client'
import { noteZone } from '@/format/moments'
import type { Schemas } from '@/api/types'
import type { ChosenRow } from './types'

/** All courses that a term may have. */
const all = 200
/** All terms that a user may have. */
const termsMost = 50

/** Whatever tells of the current term tells in which zone its user lives. */
const placed = async (read: Promise<Schemas['TermView']>) => {
  const term = await read
  noteZone(term)
  return term
}

export const readTerm = () => placed(bodyOf(api.GET('/api/v1/terms/current')))
export const saveTerm = (body: Schemas['TermFields']) => placed(bodyOf(api.PUT('/api/v1/terms/current', { body })))

export const listTerms = () => bodyOf(api.GET('/api/v1/terms', { params: { query: { page_size: termsMost } } }))
export const startTerm = (body: Schemas['TermFields'], idempotencyKey: string) =>
  placed(bodyOf(api.POST('/api/v1/terms', { params: { header: keyed(idempotencyKey) }, body })))
export const switchTerm = (id: number) =>
  placed(bodyOf(api.POST('/api/v1/terms/{id}/current', { params: { path: { id } } })))

export type CourseFields = Schemas['CourseFields']
export const listCourses = () => bodyOf(api.GET('/api/v1/courses', { params: { query: { page_size: all } } }))
export const hasCourses = async () =>
  (await bodyOf(api.GET('/api/v1/courses', { params: { query: { page_size: 1 } } }))).items.length > 0
export const createCourse = (body: CourseFields, idempotencyKey: string) =>
  bodyOf(api.POST('/api/v1/courses', { params: { header: keyed(idempotencyKey) }, body }))
export const patchCourse = (id: number, body: CourseFields) =>
  bodyOf(api.PATCH('/api/v1/courses/{id}', { params: { path: { id } }, body }))
export const deleteCourse = (id: number) => bodyOf(api.DELETE('/api/v1/courses/{id}', { params: { path: { id } } }))

/** Which week it is, from who has no term yet: its number today, or a date of the first week. */
export type TermBegins = { current_week: number } | { term_starts: string }

/** With a key a photo that is sent again is paid for once. */
export function previewFile({ file, begins }: { file: File; begins: TermBegins | null }, idempotencyKey: string) {
  const form = new FormData()
  form.append('file', file)
  for (const [name, value] of Object.entries(begins ?? {})) form.append(name, String(value))
  return bodyOf(
    api.POST('/api/v1/courses/import/preview', {
      params: { header: keyed(idempotencyKey) },
      body: {},
      bodySerializer: () => form,
    }),
  )
}
export const importCapabilities = () => bodyOf(api.GET('/api/v1/courses/import/capabilities'))
export const importRows = (
  body: { preview_id: string; rows: ChosenRow[]; replace_conflicts: boolean },
  idempotencyKey: string,
) => bodyOf(api.POST('/api/v1/courses/import', { params: { header: keyed(idempotencyKey) }, body }))
export const listImports = () => bodyOf(api.GET('/api/v1/courses/imports', { params: { query: { page_size: 10 } } }))
export const undoImport = (id: number) =>
  bodyOf(api.DELETE('/api/v1/courses/imports/{id}', { params: { path: { id } } }))

export const calendarFile = () => urlOf('/api/v1/schedule/export.ics')
export const coursesFile = () => urlOf('/api/v1/courses/export.csv')
export const scheduleFile = () => urlOf('/api/v1/schedule/export.csv')
export const readFeed = () => bodyOf(api.GET('/api/v1/schedule/feed'))
export const openFeed = (alarm_minutes: number | null) =>
  bodyOf(api.POST('/api/v1/schedule/feed', { body: { alarm_minutes } }))
export const closeFeed = () => bodyOf(api.DELETE('/api/v1/schedule/feed'))
