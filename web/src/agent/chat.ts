import { computed, reactive, ref, shallowRef } from 'vue'
import { intentKeys } from '@/api/idempotency'
import { asProblem, type Problem } from '@/api/problem'
import type { ChatRequest, ConfirmationStatus, TimelineItem } from '@/api/types'
import { fetchTimeline, patchConversation, startTurn, stopTurn } from './api'
import { foldTimeline, type Entry } from './entries'
import { readEvents } from '@/api/sse'
import { createRemembered } from './remembered'
import { applyEvent, newTurn, type Turn } from './turn'

/** Waits before a broken stream is asked for again. */
const resumeWaitsMs = [500, 2_000, 5_000]

/** How long a stopped turn may take to end by itself before the connection is cut. */
const stopPatienceMs = 5_000

export interface ChatEvents {
  /** The server gave a new conversation its id. */
  onNamed: (id: string) => void
  /** A turn has ended: tasks, balance and conversation list may have changed. */
  onTurnEnd: () => void
}

/** One conversation: what is kept, the running turn, and what the user can do. It lives on while other pages are open. */
export function createChat(initialId: string | undefined, events: ChatEvents) {
  const id = ref(initialId)
  const draft = ref('')
  const items = shallowRef<TimelineItem[]>([])
  const turn = ref<Turn>()
  /** What was answered in the assistant's place, which no conversation keeps. */
  const passing = ref<Entry[]>([])
  const loading = ref(false)
  const loadError = ref<unknown>()
  const failure = ref<Problem>()
  const broken = ref(false)
  const stopping = ref(false)
  /** What a turn may cost, where the user has said so on this visit. */
  const budget = ref<number>()
  const intent = intentKeys()
  const remembered = createRemembered(id)
  let loaded = false
  let controller: AbortController | undefined

  const busy = computed(() => !!turn.value)
  const entries = computed<Entry[]>(() => [
    ...foldTimeline(items.value, remembered.changes.value),
    ...passing.value,
    ...(turn.value?.entries ?? []),
  ])

  async function load(force = false) {
    if (!id.value || loading.value || busy.value || (loaded && !force)) return
    loading.value = true
    loadError.value = undefined
    try {
      items.value = await fetchTimeline(id.value)
      void remembered.begin()
      loaded = true
      broken.value = false
    } catch (error) {
      loadError.value = error
    } finally {
      loading.value = false
    }
  }

  /** Replaces the streamed turn by what the server kept of it; without an answer the streamed one stays on screen. */
  async function settle() {
    const lastSeq = items.value.at(-1)?.seq ?? 0
    const kept = id.value ? await fetchTimeline(id.value, lastSeq) : []
    if (!kept.length) {
      if (turn.value?.done) passing.value.push(...turn.value.entries)
      return
    }
    items.value = [...items.value, ...kept]
    loaded = true
  }

  function markConfirmation(interactionId: string, status: ConfirmationStatus) {
    items.value = items.value.map((item) =>
      item.payload.interaction_id === interactionId ? { ...item, payload: { ...item.payload, status } } : item,
    )
  }

  function adoptId(response: Response) {
    const named = response.headers.get('X-Conversation-ID')
    if (!named || id.value) return
    id.value = named
    if (budget.value) void keepBudget(budget.value).catch(() => undefined)
    events.onNamed(named)
  }

  const keepBudget = (credit: number) => patchConversation(Number(id.value), { turn_budget_credit: credit })

  /** What turns of this conversation may cost; one that has not begun has it with its first message. */
  async function setBudget(credit: number) {
    if (id.value) await keepBudget(credit)
    budget.value = credit
  }

  /** Runs a turn to its end. False: the server refused it and nothing was started. */
  async function run(body: ChatRequest): Promise<boolean> {
    turn.value = newTurn(body.message)
    const ifStarted = (error: unknown) => {
      if (!started || controller?.signal.aborted) throw error
      return false
    }
    failure.value = undefined
    broken.value = false
    controller = new AbortController()
    let started = false
    const first = id.value ? {} : { budget_credit: budget.value }
    const request = { ...first, ...body, conversation_id: id.value ? Number(id.value) : undefined }
    const key = intent.keyFor({ ...request, after: items.value.length })
    const { signal } = controller
    // The same request again tells the turn from its beginning, and goes on with one whose server died; nothing is done
    // or charged twice.
    async function listen() {
      turn.value = newTurn(body.message)
      const response = await startTurn(request, key, signal)
      started = true
      adoptId(response)
      for await (const event of readEvents(response.body!)) applyEvent(turn.value, event)
      return turn.value.done
    }
    try {
      broken.value = !(await listen().catch(ifStarted))
      for (const wait of resumeWaitsMs) {
        if (!broken.value || stopping.value) break
        await new Promise((resolve) => setTimeout(resolve, wait))
        broken.value = !(await listen().catch(ifStarted))
      }
    } catch (error) {
      if (!started && !controller.signal.aborted) failure.value = asProblem(error)
      else broken.value = !stopping.value
    }
    if (started) await settle().catch(() => (broken.value = true))
    turn.value = undefined
    stopping.value = false
    if (started) intent.done()
    if (started && (body.message || body.resume?.comment)) void remembered.watch()
    events.onTurnEnd()
    return started
  }

  async function send(text: string) {
    const message = text.trim()
    if (!message || busy.value) return
    draft.value = ''
    const started = await run({ message })
    if (!started && !draft.value) draft.value = message
  }

  async function answer(
    interactionId: string,
    action: 'accept' | 'reject',
    comment: string,
    always: boolean,
    credit?: number,
  ) {
    if (busy.value) return
    markConfirmation(interactionId, action === 'accept' ? 'accepted' : 'rejected')
    const started = await run({
      resume: { interaction_id: interactionId, action, comment: comment.trim() || null },
      always_allow: always || undefined,
      budget_credit: credit,
    })
    if (started && always && credit) budget.value = credit
    if (!started) await load(true)
  }

  async function stop() {
    stopping.value = true
    const running = controller
    setTimeout(() => running?.abort(), stopPatienceMs)
    try {
      if (!id.value) throw new Error('The conversation has no id yet.')
      await stopTurn(id.value)
    } catch {
      running?.abort()
    }
  }

  return reactive({
    id,
    draft,
    entries,
    turn,
    busy,
    loading,
    loadError,
    failure,
    broken,
    stopping,
    budget,
    setBudget,
    remembered: remembered.news,
    replaceRemembered: remembered.replace,
    load,
    send,
    answer,
    stop,
  })
}

export type Chat = ReturnType<typeof createChat>
