// Reads a calendar of SmartFlow with a library that knows nothing of it, and compares its events with what was meant.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import ICAL from 'ical.js'

const text = readFileSync(process.env.SMARTFLOW_ICS, 'utf8')
const expected = JSON.parse(readFileSync(process.env.SMARTFLOW_EVENTS, 'utf8'))

test('every event is there, at its moment, in the zone that the file itself describes', () => {
  const calendar = new ICAL.Component(ICAL.parse(text))
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone)
  const events = calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component)
    return {
      uid: event.uid,
      title: event.summary,
      from: event.startDate.toJSDate().toISOString(),
      to: event.endDate.toJSDate().toISOString(),
      place: event.location ?? '',
      alarm: component.getFirstSubcomponent('valarm')?.getFirstPropertyValue('trigger').toString() ?? null,
    }
  })
  const byUid = (a, b) => (a.uid < b.uid ? -1 : 1)
  assert.ok(events.length > 0)
  assert.deepEqual(events.sort(byUid), expected.sort(byUid))
})
