import { ref, shallowRef, type Ref } from 'vue'
import { listMemoryChanges, type MemoryChangeOfTurn } from '@/memory/api'

/** A turn is looked at after its end, by another call: how long it is asked for what came of it. */
const waitsMs = [1_500, 3_000, 6_000, 12_000, 20_000]
/** A look that has not begun by then is none. */
const looksAtLeast = 2

/** The sentence that says what was done to it. */
export const saidOf = (change: MemoryChangeOfTurn) =>
  change.undone ? `agent.remembered.undone.${change.kind}` : `agent.remembered.${change.kind}`

/** What the turns of one conversation did to the memory, told quietly below their answers. */
export function createRemembered(conversation: Ref<string | undefined>) {
  const changes = shallowRef<MemoryChangeOfTurn[]>([])
  /** What came of the newest turn while the user was there. */
  const news = shallowRef<MemoryChangeOfTurn[]>([])
  const watches = ref(0)

  /** True while more may come; what cannot be read is done without. */
  async function load(): Promise<boolean> {
    if (!conversation.value) return false
    try {
      const answer = await listMemoryChanges(conversation.value)
      changes.value = answer.items
      return answer.looking
    } catch {
      return false
    }
  }

  /** When a conversation is opened, which may have been left before its last turn was looked at. */
  async function begin() {
    if (await load()) await watch()
  }

  /** After a turn in which the user said something; the next one ends it. */
  async function watch() {
    const mine = ++watches.value
    const known = new Set(changes.value.map((change) => change.id))
    news.value = []
    for (const [index, wait] of waitsMs.entries()) {
      await new Promise((resolve) => setTimeout(resolve, wait))
      if (mine !== watches.value) return
      const looking = await load()
      if (mine !== watches.value) return
      news.value = changes.value.filter((change) => !known.has(change.id))
      if (news.value.length || (!looking && index + 1 >= looksAtLeast)) return
    }
  }

  function replace(change: MemoryChangeOfTurn) {
    changes.value = changes.value.map((one) => (one.id === change.id ? change : one))
  }

  return { changes, news, begin, watch, replace }
}
