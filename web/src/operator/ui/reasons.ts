import { unscaled } from './decimals'

/** A reason as a key of the messages with its values. */
export interface Reason {
  key: string
  args?: Record<string, string>
}

type Rule = [pattern: RegExp, key: string, names?: string[]]

/** The server's reasons are for programs; those that operators meet are said in both languages. */
const rules: Rule[] = [
  [/^was (\d+), is (\d+): more than (\d+) times higher$/, 'higher', ['was', 'is', 'factor']],
  [/^was (\d+), is (\d+): more than (\d+) times lower$/, 'lower', ['was', 'is', 'factor']],
  [/^must be 0 or between (\d+) and (\d+)/, 'zeroOrRange', ['least', 'most']],
  [/^must be between (-?\d+) and (-?\d+): tiers ascend$/, 'tierRange', ['least', 'most']],
  [/^must be between (-?\d+) and (-?\d+)/, 'range', ['least', 'most']],
  [/^must be at most (\d+): what the call cost$/, 'atMostCost', ['most']],
  [/^must have at least (\d+) characters$/, 'tooShort', ['n']],
  [/^must have at most (\d+) characters$/, 'tooLong', ['n']],
  [/^must have at most (\d+) items$/, 'tooMany', ['n']],
  [/^must be 1 to (\d+) of a-z/, 'codeRule', ['n']],
  [/^gives more than (\d+) Credits for a cent/, 'tooGenerous', ['n']],
  [/^must be later than effective_from$/, 'endsBeforeItBegins'],
  [/^must be true where nothing has a price$/, 'unpriced'],
  [/^must be true for a pack that costs nothing$/, 'freeOnceADay'],
  [/^must be 0 or at least the amount/, 'capBelowAmount'],
  [/^would take the balance beyond/, 'outOfRange'],
  [/^must not be 0$/, 'zero'],
  [/^must be positive$/, 'positive'],
  [/^must not contain control characters$/, 'control'],
  [/^cannot be changed$/, 'fixed'],
  [/^must be later than/, 'period'],
  [/^must not lie in the future$/, 'future'],
  [/^must be at most (\d+) days before to$/, 'tooLongPeriod', ['n']],
  [/^needs a price_rule_id$/, 'needsRule'],
  [/^takes more than (\d+) charges/, 'tooManyCharges', ['n']],
  [/^is not a scene of this program$/, 'unknownScene'],
  [/^is true: the prices beside it are not charged$/, 'freeWithPrices'],
  [/^is lower than the input price$/, 'belowInput'],
  [/^is higher than the input price$/, 'aboveInput'],
  [/^is lower than the output price$/, 'belowOutput'],
  [/^is more than 10 times the input price$/, 'tenTimesInput'],
]

/** Numbers of a field as the field shows them: micros and cents with their point. */
function shown(field: string, digits: string): string {
  if (field.endsWith('_micros')) return unscaled(Number(digits), 6)
  if (field.endsWith('_cent')) return unscaled(Number(digits), 2)
  return digits
}

/** Undefined: none that we know; then the server's own words are shown. */
export function reasonOf(field: string, text: string): Reason | undefined {
  for (const [pattern, key, names = []] of rules) {
    const match = pattern.exec(text)
    if (!match) continue
    const raw = ['factor', 'n'] as string[]
    const args = names.map((name, index): [string, string] => {
      const digits = match[index + 1]!
      return [name, raw.includes(name) ? digits : shown(field, digits)]
    })
    return { key: `operator.reasons.${key}`, args: Object.fromEntries(args) }
  }
  return undefined
}

/** Whether the only thing wrong is a price far from the one in force: then the operator may insist. */
export function onlyJumps(errors: Record<string, string[]> | undefined): boolean {
  const all = Object.values(errors ?? {}).flat()
  return all.length > 0 && all.every((text) => /more than \d+ times (higher|lower)$/.test(text))
}
