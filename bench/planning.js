/** How long planning takes on graphs of two sizes, without files and without a database: once in a process, as commands plan. */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { headsOfApplied, missingBelowApplied } from '../modules/graph/applied.js'
import { planDowngrade } from '../modules/graph/downgrade.js'
import { buildGraph } from '../modules/graph/graph.js'
import { selectRange } from '../modules/graph/range.js'
import { planStamp } from '../modules/graph/stamp.js'
import { planUpgrade } from '../modules/graph/upgrade.js'
import { idOf, shapes } from './revisions.js'

const here = fileURLToPath(import.meta.url)

/** What is planned: of a graph, all its ids, the last one, and one in the middle. */
const plans = {
  'the graph itself': () => {},
  'upgrade heads, from nothing': (graph) => planUpgrade(graph, new Set(), 'heads'),
  'upgrade heads, from the middle': (graph, { below }) => planUpgrade(graph, below, 'heads'),
  'upgrade heads, from all': (graph, { all }) => planUpgrade(graph, all, 'heads'),
  'upgrade <last>, from all but it': (graph, { all, last }) => {
    all.delete(last)
    planUpgrade(graph, all, last)
  },
  'downgrade base': (graph, { all }) => planDowngrade(graph, all, 'base'),
  'downgrade <middle>': (graph, { all, middle }) => planDowngrade(graph, all, middle),
  'stamp heads': (graph) => planStamp(graph, new Set(), ['heads']),
  'stamp <middle>': (graph, { all, middle }) => planStamp(graph, all, [middle]),
  'history -r <middle>:': (graph, { all, middle }) => selectRange(graph, all, `${middle}:`),
  'what is current': (graph, { all }) => headsOfApplied(graph, all),
  'what was left out': (graph, { all }) => missingBelowApplied(graph, all),
}

/**
 * Each plan with the graph that it is made on, in milliseconds: medians over processes.
 *
 * @param {string} shape @param {number} fewer @param {number} more @param {number} rounds
 * @returns {{ name: string, small: number, large: number }[]}
 */
export function measurePlanning(shape, fewer, more, rounds) {
  return Object.keys(plans).map((name) => {
    const pairs = Array.from({ length: rounds }, () => [
      inProcess(shape, fewer, name),
      inProcess(shape, more, name),
    ])
    const [small = 0, large = 0] = [0, 1].map((side) => middleOf(pairs.map((pair) => pair[side] ?? 0)))
    return { name, small, large }
  })
}

function inProcess(shape, size, name) {
  return Number(execFileSync(process.execPath, [here, shape, String(size), name], { encoding: 'utf8' }))
}

function middleOf(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function measure(shape, size, name) {
  const revisions = shapes[shape](size).map((below, index) => ({
    revision: idOf(index),
    downRevisions: below.map(idOf),
    branchLabels: [],
    dependsOn: [],
    replaces: [],
    message: '',
    createDate: null,
    path: '',
  }))
  const ids = revisions.map(({ revision }) => revision)
  const facts = {
    all: new Set(ids),
    below: new Set(ids.slice(0, size / 2)),
    last: ids.at(-1),
    middle: ids[size / 2],
  }
  const begin = performance.now()
  plans[name](buildGraph(revisions), facts)
  return performance.now() - begin
}

const [script, shape = '', size, name = ''] = process.argv.slice(1)
if (script === here) console.log(measure(shape, Number(size), name))
