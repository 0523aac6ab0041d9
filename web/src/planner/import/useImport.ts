import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import { intentKeys, oncePerIntent } from '@/api/idempotency'
import { asProblem } from '@/api/problem'
import { useProblemText } from '@/ui/problemText'
import { show } from '@/ui/toasts'
import { importRows, previewFile, undoImport, type TermBegins } from '../courses/api'
import type { Conflict, Lesson, Preview } from '../courses/types'
import { useTerm } from '../courses/useTerm'
import { fileToImport } from './pendingFile'
import { clash, draftsOf, edited, givesWay, rowsToSend, type DraftRow } from './preview'

export const fileBytesMax = 5 * 1024 * 1024

/** A photograph is read by a model, which is paid: the same file after a failure is the same request. */
const readFile = oncePerIntent(previewFile, ({ file, begins }) => [file.name, file.size, file.lastModified, begins])

/** From a file to courses: read, choose, mend, import, undo. */
export function useImport() {
  const { t } = useI18n()
  const router = useRouter()
  const client = useQueryClient()
  const { textOf } = useProblemText()
  const intent = intentKeys()
  const preview = ref<Preview | null>(null)
  const fileName = ref('')
  const drafts = ref<DraftRow[]>([])
  const replace = ref(false)
  const tooLarge = ref(false)
  /** Waits until somebody has said which week it is. */
  const waiting = ref<File | null>(null)
  const { term } = useTerm()

  const reading = useMutation({
    mutationFn: readFile,
    onSuccess(found, { file }) {
      // The term was dropped meanwhile, or was not known yet: without a week nothing of it can be imported.
      waiting.value = found.asks_week ? file : null
      if (found.asks_week) return
      preview.value = found
      fileName.value = file.name
      drafts.value = draftsOf(found)
      replace.value = false
      importing.reset()
    },
  })

  const undoing = useMutation({
    mutationFn: undoImport,
    onSuccess: () => show(t('timetable.import.undone')),
    onError: (error) => show(textOf(error), { tone: 'error' }),
    onSettled: () => client.invalidateQueries(),
  })

  const importing = useMutation({
    mutationFn() {
      const body = {
        preview_id: preview.value!.preview_id,
        rows: rowsToSend(drafts.value),
        replace_conflicts: replace.value,
      }
      return importRows(body, intent.keyFor(body))
    },
    onSuccess(done) {
      intent.done()
      preview.value = null
      show(t('timetable.import.done', { n: done.courses }), {
        action: { label: t('common.undo'), run: () => undoing.mutate(done.import_id) },
      })
      void router.push(back ?? (router.hasRoute('week') ? { name: 'week' } : { name: 'courses' }))
    },
    // Everything that shows the timetable.
    onSettled: () => client.invalidateQueries(),
  })

  function read(file: File | undefined) {
    if (!file || reading.isPending.value) return
    tooLarge.value = file.size > fileBytesMax
    if (tooLarge.value) return
    reading.reset()
    if (term.value?.is_assumed) waiting.value = file
    else reading.mutate({ file, begins: null })
  }

  function sayWeek(begins: TermBegins) {
    if (waiting.value) reading.mutate({ file: waiting.value, begins })
  }

  const given = fileToImport.value
  fileToImport.value = undefined
  const back = given?.back
  read(given?.file)

  function mend(row: number, lesson: Lesson, embeddable: boolean) {
    drafts.value = drafts.value.map((draft) => (draft.source.row === row ? edited(draft, lesson, embeddable) : draft))
  }

  function choose(row: number | null, chosen: boolean) {
    drafts.value = drafts.value.map((draft) =>
      (row === null && draft.source.errors.length === 0) || draft.source.row === row ? { ...draft, chosen } : draft,
    )
  }

  const count = computed(() => drafts.value.filter((draft) => draft.chosen).length)
  const clashing = computed(() => clash(drafts.value))
  const inTheWay = computed(() => {
    const problem = importing.error.value ? asProblem(importing.error.value) : null
    return (problem?.code === 'conflict' ? (problem.conflicts ?? []) : []) as Conflict[]
  })
  const mustGiveWay = computed(
    () => givesWay(drafts.value) || inTheWay.value.some((conflict) => conflict.kind !== 'row'),
  )
  const failure = computed(() => (importing.error.value && !inTheWay.value.length ? textOf(importing.error.value) : ''))
  const unread = computed(() => {
    if (tooLarge.value) return t('timetable.import.tooLarge')
    return reading.error.value ? textOf(reading.error.value) : ''
  })

  return {
    preview,
    fileName,
    drafts,
    replace,
    count,
    clashing,
    inTheWay,
    mustGiveWay,
    failure,
    unread,
    waiting,
    read,
    sayWeek,
    mend,
    choose,
    reading: reading.isPending,
    importing: importing.isPending,
    run: () => importing.mutate(),
    back: () => (preview.value = waiting.value = null),
    undo: (id: number) => undoing.mutate(id),
  }
}
