// Reads the phrases of two public test suites out of checkouts and writes them as cases, in the form of
// tests/SmartFlow.Tests/Planner/dates.json. Nothing of them is kept: they measure. The rule of what counts: docs/quick-add.md.
//   node bench/dates/extract.mjs --recognizers DIR --chrono DIR > cases.json
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({ options: { recognizers: { type: 'string' }, chrono: { type: 'string' } } })
const cases = new Map()
const excluded = {}

const PAST =
  /\b(?:last|ago|yesterday|previous|past|earlier|since|prior)\b|ago\b|昨|前天|前日|尋日|寻日|琴日|上[个個]?(?:周|週|星期|礼拜|禮拜|月)|去年|前年|[天日年月周週時时期拜钟鐘分秒]之?前$|以前$/i
const PERIOD = [
  [/凌晨|early morning/i, '0-7'],
  [/中午|正午|\bnoon|lunch/i, '11-14'],
  [/早|上午|morning|朝/i, '4-13'],
  [/下午|午后|午後|afternoon|晏昼|晏晝/i, '12-19'],
  [/今晚|晚|夜|evening|night/i, '16-29'],
]

const LUNAR = /农历|初[一二三四五六七八九十]|正月|大年|春节|除夕|元宵|端午|中秋|重阳|神龙|雍正/
const TWO =
  /\bfrom\b.*\b(?:to|until|till)\b|\bbetween\b|\d\s*(?:st|nd|rd|th|[ap]\.?m\.?)?\s*(?:-|–|~|to|till|until|through)\s*\w|[到至~～]|day\s*-\s*\w/i
const A_DAY = /\d|day\b|\b(?:mon|tue|wed|thu|fri|sat|sun|tomorrow)|[日号號]|\b(?:\w+th|first|second|third)\b/i
const PART = /^(?:in the )?(?:early|mid|late)?[\s-]*(?:morning|afternoon|evening|night)$/i
const PERIODS = /^(?:this|next) (?:month|year)\b|\bafter this year\b/i
const NOW =
  /^(?:right now|now|at (?:the )?(?:present|moment|minute|this time).*|at this time|as soon as possible|asap|最近|现在|而家|(?:for |of )?the day|this day|my day|day|otd)$/i
const DATED = new RegExp(
  '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|day\\b|ago|[今明昨前后後聽尋]|[日号號]',
  'i',
)

function add(suite, lang, kind, text, now, due) {
  const key = `${suite}|${text.trim()}|${now}`
  const old = cases.get(key)
  if (old) old.due = [...new Set([...old.due, ...due])]
  else cases.set(key, { suite, lang, kind, text: text.trim(), now: now.slice(0, 16), due: [...new Set(due)] })
}

function leave(suite, reason) {
  const name = `${suite}: ${reason}`
  excluded[name] = (excluded[name] ?? 0) + 1
}

const pad = (n, length = 2) => String(n).padStart(length, '0')
const iso = (d) =>
  `${pad(d.getUTCFullYear(), 4)}-${pad(d.getUTCMonth() + 1)}-${pad(d.getUTCDate())}T${pad(d.getUTCHours())}:${pad(d.getUTCMinutes())}`
const plus = (text, minutes) => iso(new Date(Date.parse(`${text.slice(0, 16)}Z`) + minutes * 60_000))

// -- Recognizers-Text: one result that is a date, a time, both or a span; the future reading where there are two.

function recognizers(dir) {
  const files = [
    'DateTimeModel',
    'DateParser',
    'TimeParser',
    'DateTimeParser',
    'HolidayParser',
    'MergedParser',
    'TimePeriodParser',
    'DateTimePeriodParser',
    'DatePeriodParser',
    'DateTimeModelCalendarMode',
    'DateTimeModelTasksMode',
  ]
  for (const [folder, lang] of [
    ['English', 'en'],
    ['Chinese', 'zh'],
  ])
    for (const file of files) {
      let tests
      try {
        tests = JSON.parse(
          readFileSync(join(dir, 'Specs/DateTime', folder, `${file}.json`), 'utf8').replace(/^\uFEFF/, ''),
        )
      } catch (e) {
        if (e.code === 'ENOENT') continue
        throw e
      }
      for (const test of tests) recognizersCase(test, lang, file)
    }
}

function recognizersCase(test, lang, file) {
  const suite = 'Recognizers-Text'
  // A time of day alone is the same at whatever time it is read.
  const now = test.Context?.ReferenceDateTime ?? (file === 'TimeParser' ? '2016-11-07T00:00:00' : undefined)
  if (!now) return leave(suite, 'no reference time')
  if (/dotnet/i.test(test.NotSupported ?? '')) return leave(suite, "not supported by the suite's own program")
  if (test.Results.length !== 1) return leave(suite, 'no date, or several')
  const result = test.Results[0]
  const type = (result.TypeName ?? result.Type).replace('datetimeV2.', '')
  const span = type.endsWith('range')
  if (!/^(?:date|time|datetime|daterange|timerange|datetimerange)$/.test(type)) return leave(suite, `a ${type}`)
  if (span && !TWO.test(result.Text)) return leave(suite, 'a period that names no two points')
  if (type === 'daterange' && !A_DAY.test(result.Text.replace(/\d{4}/g, ' ')))
    return leave(suite, 'a span of months or years')
  if (type === 'time' && new RegExp(`${DATED.source}|week`, 'i').test(test.Input.replace(result.Text, '')))
    return leave(suite, 'an hour out of a phrase that has a day too')
  if (/^0001/.test(result.Value?.FutureResolution?.date ?? '')) return leave(suite, 'no value')
  let readings = values(result, type, now)
  if (readings.length === 0) return leave(suite, 'no value')
  const past = readings.every((r) => r.length > 5 && (r.length > 10 ? r < now.slice(0, 16) : r < now.slice(0, 10)))
  if (past && PAST.test(result.Text)) return leave(suite, 'said to be past')
  if (past && !/\d{4}|\b\d{2}$|年|[-/.]\d\d\b/.test(result.Text)) return leave(suite, 'past, without a stated year')
  if (type === 'time' && PART.test(result.Text) && !/mid\W?night/i.test(result.Text))
    readings = [...new Set(readings.map((r) => r.slice(0, 10)))].flatMap((d) =>
      PERIOD.filter(([words]) => words.test(result.Text))
        .slice(0, 1)
        .map(([, hours]) => `${d}~${hours}`),
    )
  if (PERIODS.test(result.Text)) return leave(suite, 'a period that names no two points')
  if (LUNAR.test(result.Text)) return leave(suite, 'a lunar day, which the suite does not convert')
  if (NOW.test(result.Text)) return leave(suite, 'the present')
  const kind = span ? 'span' : file === 'HolidayParser' ? 'holiday' : kindOf(result.Text, type)
  add(suite, lang, kind, test.Input, now, readings)
}

function kindOf(text, type) {
  if (
    /\b(?:in|within|from now|later|from)\b|后|後|内|內|from (?:today|tomorrow)/i.test(text) &&
    type !== 'time' &&
    !/morning|afternoon|evening|后天|後天/i.test(text)
  )
    return 'relative'
  return type === 'datetime' ? 'date and time' : type
}

function values(result, type, now) {
  const day = now.slice(0, 10)
  const tomorrow = plus(now, 24 * 60).slice(0, 10)
  const whole = (v) => {
    if (!v || v === 'not resolved') return []
    if (/^\d\d:\d\d/.test(v)) return [`${day}T${v.slice(0, 5)}`, `${tomorrow}T${v.slice(0, 5)}`]
    return [v.replace(' ', 'T').slice(0, 16)]
  }
  if (result.Resolution) {
    const all = result.Resolution.values.flatMap((v) =>
      type.endsWith('range') ? (v.end ? rangeEnds(v.end, type) : []).flatMap(whole) : whole(v.value),
    )
    const future = all.filter((v) => (v.length > 10 ? v >= now.slice(0, 16) : v >= day))
    return future.length ? future : all.slice(-1)
  }
  const future = result.Value?.FutureResolution ?? {}
  const key = type.endsWith('range')
    ? Object.keys(future).find((k) => k.startsWith('end'))
    : type === 'datetime'
      ? 'dateTime'
      : type
  const found = type.endsWith('range') ? (key ? rangeEnds(future[key], type) : []).flatMap(whole) : whole(future[key])
  return result.Value?.Comment === 'ampm' && type !== 'date' ? [...found, ...found.map((v) => plus(v, 720))] : found
}

// The end of a span of days is the day that it names in some cases and the day after it in others.
const rangeEnds = (end, type) =>
  type === 'daterange' ? [end, plus(`${end.slice(0, 10)}T00:00`, -24 * 60).slice(0, 10)] : [end]

// -- chrono: the literal calls of its tests, the expectations beside each.

function chrono(dir) {
  for (const [folder, lang] of [
    ['test/en', 'en'],
    ['test/zh/hans', 'zh'],
    ['test/zh/hant', 'zh'],
  ])
    for (const file of readdirSync(join(dir, folder)).filter(
      (f) => f.endsWith('.test.ts') && !/negative|performance|timezone/.test(f),
    )) {
      const source = readFileSync(join(dir, folder, file), 'utf8')
      const kind = file.replace(/^(?:en|zh_hans|zh_hant)_?|\.test\.ts$/g, '').replaceAll('_', ' ') || 'general'
      for (const call of source.split(/(?=testSingleCase\()/).slice(1)) chronoCase(call, lang, kind)
    }
}

const DATE = String.raw`new Date\(\s*([\d\s,+-]+?)\s*\)`

function chronoCase(call, lang, kind) {
  const suite = 'chrono'
  const head = new RegExp(String.raw`^testSingleCase\(\s*([\w.]+),\s*(["'\`])((?:(?!\2).)+)\2,\s*${DATE}`, 's').exec(
    call,
  )
  if (!head) return leave(suite, 'no literal text and reference date')
  const [, , , text, ref] = head
  const now = dateOf(ref)
  const body = call.slice(head[0].length).split(/\n(?:test|it)\(|testUnexpectedResult|testWithExpectedDate/)[0]
  const forward = /forwardDate:\s*true/.test(body)
  const matched = /result\.text\)\.toBe\((["'])(.+?)\1\)/.exec(body)?.[2] ?? text
  const end = /result\.end\)?\.(?:get|toBeDate|date|not)/.test(body) && !/result\.end\)\.toBeNull/.test(body)
  const at = expected(body, end ? 'end' : 'start', now)
  if (!at) return leave(suite, 'no whole expected value')
  if (!end && /\d\s*(?:[ap]m)?\s*[-–]\s*\d{1,2}:\d\d/i.test(matched))
    return leave(suite, 'a span whose end the test does not say')
  if (
    /GMT|UTC|timezone/i.test(body.slice(0, 200)) ||
    /\dZ$|\b(?:GMT|UTC|[ECMP][SD]T|JST|BST)\b|[+-]\d\d:?\d\d\b/.test(matched)
  )
    return leave(suite, 'a time zone')
  if (end && !/[-–—~～到至]|\b(?:to|until|till|through)\b/i.test(matched))
    return leave(suite, 'a period that names no two points')
  if (at.anyDay && DATED.test(matched)) return leave(suite, 'no whole expected value')
  if (PERIODS.test(matched)) return leave(suite, 'a period that names no two points')
  if (NOW.test(matched)) return leave(suite, 'the present')
  if (/\bago\b/i.test(matched)) return leave(suite, 'said to be past')
  const due = chronoDue(matched, at)
  const past = due.every((d) => (d.length === 16 ? d < now : d.slice(0, 10) < now.slice(0, 10)))
  if (past && PAST.test(matched)) return leave(suite, 'said to be past')
  if (past && !/\d{4}|[-/]\d\d\b|'\d\d|\d\d年/.test(matched))
    return leave(suite, forward ? 'past' : 'past, without a stated year')
  if (
    /^(?:this|last|next|past)?\s*(?:week|month|year|quarter)$|年$|^\w+,? \d{4}$|^\d{4}[-/]\d{1,2}$|^\d{1,2}\/\d{4}$/i.test(
      matched,
    ) ||
    (kind === 'month' && !/\d{1,2}(?:st|nd|rd|th)?\b(?!\d)/.test(matched.replace(/\d{4}/, '')))
  )
    return leave(suite, 'a period that names no two points')
  add(suite, lang, end ? 'span' : kind, text, now, due)
}

function dateOf(args) {
  const numbers = args
    .split(',')
    .map((p) => p.trim())
    .filter(Boolean)
    .map((p) => p.split(/(?=[+-])/).reduce((sum, n) => sum + Number(n.replace(/\s/g, '')), 0))
  const [y, m, d = 1, h = 0, min = 0] = numbers
  if (numbers.length < 2) return iso(new Date(numbers[0]))
  const date = new Date(Date.UTC(y, m, d, h, min))
  if (y < 100) date.setUTCFullYear(y)
  return iso(date)
}

function expected(body, side, now) {
  const direct =
    new RegExp(String.raw`expect\(result\.${side}\)\.toBeDate\(\s*${DATE}`).exec(body) ??
    (side === 'start' && new RegExp(String.raw`expect\(result\)\.toBeDate\(\s*${DATE}`).exec(body))
  if (direct) return { at: dateOf(direct[1]), hour: /get\("hour"\)/.test(body) }
  const got = (unit) => new RegExp(String.raw`result\.${side}\.get\(["']${unit}["']\)\)\.toBe\((\d+)\)`).exec(body)?.[1]
  const named =
    side === 'end'
      ? new RegExp(String.raw`expectEndDate = ${DATE}`).exec(body)
      : new RegExp(String.raw`(?:expect(?:ed)?(?:Start)?Date|expectedDate) = ${DATE}`).exec(body)
  const [y, m, d, h, min] = ['year', 'month', 'day', 'hour', 'minute'].map(got)
  if (named) return { at: dateOf(named[1]), hour: h !== undefined }
  if (y && m && d)
    return { at: `${pad(y, 4)}-${pad(m)}-${pad(d)}T${pad(h ?? 12)}:${pad(min ?? 0)}`, hour: h !== undefined }
  if (h !== undefined) return { at: `${now.slice(0, 10)}T${pad(h)}:${pad(min ?? 0)}`, hour: true, anyDay: true }
  return undefined
}

// 12:00 and the hours of parts of the day are what chrono puts in where nobody named an hour.
function chronoDue(text, { at, anyDay }) {
  const day = at.slice(0, 10)
  const hours =
    /\d\s*(?:[:：点點时時]|[ap]\.?m)|[一二两兩三四五六七八九十\d]\s*[点點时時]|o'?clock|(?:\d|\b)(?:hours?|hrs?|min\w*|sec\w*|[hm])\b/i.test(
      text,
    ) || /小时|小時|分钟|分鐘|[个個][钟鐘]|秒|\d (?:in the|at|tonight)\b|\bat \d|noon on|midnight/i.test(text)
  if (!hours && !/\bnoon\b|中午|正午/i.test(text)) {
    const part = PERIOD.find(([words]) => words.test(text))
    return part ? [`${day}~${part[1]}`] : [day]
  }
  // We read whole minutes, rounded up.
  const ats = /sec|秒|\ds\b/i.test(text) ? [at, plus(at, 1)] : [at]
  return anyDay ? ats.flatMap((a) => [a, plus(a, 24 * 60)]) : ats
}

if (options.recognizers) recognizers(options.recognizers)
if (options.chrono) chrono(options.chrono)
process.stdout.write(JSON.stringify({ cases: [...cases.values()] }, null, 1) + '\n')
for (const [reason, count] of Object.entries(excluded).sort((a, b) => b[1] - a[1]))
  console.error(`left out ${String(count).padStart(4)}  ${reason}`)
console.error(`${cases.size} cases`)
