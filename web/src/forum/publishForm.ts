import { characters } from './characters'

export const limits = { titleLeast: 4, title: 40, summary: 300, tags: 5, tag: 12, comment: 500, name: 80, note: 200 }

export interface PublishForm {
  title: string
  summary: string
  tags: string[]
}

export type Problems = Partial<Record<'title' | 'summary' | 'tags', { key: string; n?: number }>>

const link = /(?:[a-z][a-z0-9+.-]{1,20}:\/\/|\bwww\.)\S/i

/** What the server would refuse, said before it is asked. */
export function problemsOf(form: PublishForm): Problems {
  const problems: Problems = {}
  const title = characters(form.title)
  if (title < limits.titleLeast || title > limits.title) problems.title = { key: 'titleLength' }
  else if (link.test(form.title)) problems.title = { key: 'noLinks' }
  if (characters(form.summary) > limits.summary) problems.summary = { key: 'tooLong', n: limits.summary }
  if (!form.tags.length) problems.tags = { key: 'tagNeeded' }
  return problems
}

/** Adds a tag that was typed or picked: trimmed, once, within the limit; null where it cannot be. */
export function withTag(tags: readonly string[], written: string): string[] | null {
  const tag = written
    .trim()
    .replace(/^[#＃]+/, '')
    .trim()
  if (!tag || characters(tag) > limits.tag || link.test(tag)) return null
  if (tags.some((t) => t.toLowerCase() === tag.toLowerCase())) return [...tags]
  return tags.length >= limits.tags ? null : [...tags, tag]
}

/** A title that fits, from the name of a study plan. */
export function titleFrom(name: string, suffix: string): string {
  return characters(name) >= limits.titleLeast ? name.slice(0, limits.title) : `${name}${suffix}`
}
