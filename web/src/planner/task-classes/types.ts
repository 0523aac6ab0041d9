import type { Schemas } from '@/api/types'

export type Mode = Schemas['ClassMode']
export type Subject = Schemas['ClassSubject']
export type Level = Schemas['Level']
export type Strategy = Schemas['ClassStrategy']

export const modes: Mode[] = ['auto', 'manual']
export const subjects: Subject[] = ['quantitative', 'memory', 'reading', 'mixed']
export const levels: Level[] = ['low', 'medium', 'high']
export const strategies: Strategy[] = ['steady', 'rapid']
export const pairs = [1, 2, 3, 4, 5, 6]
export const days = [1, 2, 3, 4, 5, 6, 7]
export const hues = [0, 1, 2, 3, 4, 5, 6, 7]
export const itemsMax = 200
export const contentMax = 500
export const nameMax = 64

/** Its term is not always the current one. */
export type ItemPlace = Schemas['ItemPlaceView']
export type TaskItem = Schemas['TaskItemView']
export type ClassSummary = Schemas['ListTaskClassesSummary']
export type TaskClass = Schemas['TaskClassView']

/** What is sent, all of it: without an id an item is new. */
export type ClassBody = Required<Schemas['ClassFields']>
