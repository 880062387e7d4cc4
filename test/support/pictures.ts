/** The parsers of the formats that pictures are written in, each giving back the names that it has read. */
import { createRequire } from 'node:module'
import { instance } from '@viz-js/viz'
import mermaid from 'mermaid'

export interface ReadMermaid {
  readonly entities: readonly {
    readonly name: string
    readonly attributes: readonly {
      readonly type: string
      readonly name: string
      readonly keys: readonly string[]
      readonly comment: string
    }[]
  }[]
  readonly relations: readonly {
    readonly from: string
    readonly to: string
    readonly label: string
    /** What stands at the end of `from`, and of `to`: `ONLY_ONE`, `ZERO_OR_MORE` … */
    readonly fromEnd: string
    readonly toEnd: string
  }[]
}

interface MermaidAttribute {
  readonly type: string
  readonly name: string
  readonly keys?: readonly string[]
  readonly comment?: string
}

interface MermaidErData {
  getEntities(): Map<string, { readonly id: string; readonly attributes: readonly MermaidAttribute[] }>
  getRelationships(): readonly {
    readonly entityA: string
    readonly roleA: string
    readonly entityB: string
    readonly relSpec: { readonly cardA: string; readonly cardB: string }
  }[]
}

/** What Mermaid's own parser reads. @throws where it does not take the text */
export async function readMermaid(text: string): Promise<ReadMermaid> {
  await mermaid.parse(text)
  const diagram = await mermaid.mermaidAPI.getDiagramFromText(text)
  const data = diagram.db as unknown as MermaidErData
  const entities = [...data.getEntities()]
  const nameOf = new Map(entities.map(([name, { id }]) => [id, shown(name)]))
  return {
    entities: entities.map(([name, { attributes }]) => ({
      name: shown(name),
      attributes: attributes.map((each) => ({
        type: each.type.replaceAll('\u201a', ','),
        name: each.name,
        keys: each.keys ?? [],
        comment: shown(each.comment ?? ''),
      })),
    })),
    relations: data.getRelationships().map(({ entityA, entityB, roleA, relSpec }) => ({
      from: nameOf.get(entityA) ?? '',
      to: nameOf.get(entityB) ?? '',
      label: shown(roleA),
      // Mermaid names the ends the other way round.
      fromEnd: relSpec.cardB,
      toEnd: relSpec.cardA,
    })),
  }
}

/** Mermaid keeps entities of HTML encoded until it draws. */
function shown(text: string): string {
  return text.replace(/ﬂ°°(\d+)¶ß/g, (_, code: string) => String.fromCodePoint(Number(code)))
}

export interface ReadDot {
  /** The names of nodes, clusters left out. */
  readonly nodes: readonly string[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
  readonly clusters: readonly string[]
}

interface GraphvizJson {
  /** They come before the nodes. */
  readonly _subgraph_cnt?: number
  readonly objects?: readonly { readonly name: string; readonly nodes?: readonly number[] }[]
  readonly edges?: readonly { readonly tail: number; readonly head: number }[]
}

let graphviz: Awaited<ReturnType<typeof instance>> | undefined

/** What Graphviz reads, which lays it out too. @throws where it does not take the text, or warns of more than letters whose width it does not know */
export async function readDot(text: string): Promise<ReadDot> {
  graphviz ??= await instance()
  const result = graphviz.render(text, { format: 'json0' })
  const errors = result.errors.filter(({ message }) => !message.includes('no value for width'))
  if (result.status !== 'success' || errors.length > 0)
    throw new Error(errors.map(({ message }) => message).join('; '))
  const { objects = [], edges = [], _subgraph_cnt: clusters = 0 } = JSON.parse(result.output) as GraphvizJson
  return {
    nodes: objects.slice(clusters).map(({ name }) => name),
    clusters: objects.slice(0, clusters).map(({ name }) => name),
    edges: edges.map(({ tail, head }) => ({
      from: objects[tail]?.name ?? '',
      to: objects[head]?.name ?? '',
    })),
  }
}

export interface ReadDbml {
  readonly tables: readonly {
    readonly schema: string
    readonly name: string
    readonly note: string | null
    readonly columns: readonly {
      readonly name: string
      readonly type: string
      readonly key: boolean
      readonly notNull: boolean
      readonly note: string | null
    }[]
  }[]
  readonly enums: readonly { readonly name: string; readonly labels: readonly string[] }[]
  readonly refs: readonly { readonly name: string | null; readonly ends: readonly string[] }[]
}

interface DbmlModel {
  readonly schemas: readonly {
    readonly name: string
    readonly tables: readonly {
      readonly name: string
      readonly note?: string | null
      readonly fields: readonly {
        readonly name: string
        readonly type: { readonly type_name: string }
        readonly pk?: boolean
        readonly not_null?: boolean
        readonly note?: string | null
      }[]
    }[]
    readonly enums: readonly {
      readonly name: string
      readonly values: readonly { readonly name: string }[]
    }[]
    readonly refs: readonly {
      readonly name: string | null
      readonly endpoints: readonly {
        readonly relation: string
        readonly tableName: string
        readonly fieldNames: readonly string[]
      }[]
    }[]
  }[]
}

interface DbmlCore {
  readonly Parser: new () => { parse(text: string, format: 'dbmlv2'): { export(): DbmlModel } }
}

const { Parser } = createRequire(import.meta.url)('@dbml/core') as DbmlCore

/** What DBML's parser reads. @throws where it does not take the text */
export function readDbml(text: string): ReadDbml {
  const { schemas } = parsedDbml(text)
  return {
    tables: schemas.flatMap(({ name: schema, tables }) =>
      tables.map(({ name, note, fields }) => ({
        schema,
        name,
        note: note ?? null,
        columns: fields.map((field) => ({
          name: field.name,
          type: field.type.type_name,
          key: field.pk === true,
          notNull: field.not_null === true,
          note: field.note ?? null,
        })),
      })),
    ),
    enums: schemas.flatMap(({ enums }) =>
      enums.map(({ name, values }) => ({ name, labels: values.map((value) => value.name) })),
    ),
    refs: schemas.flatMap(({ refs }) =>
      refs.map(({ name, endpoints }) => ({
        name,
        ends: endpoints.map((end) => `${end.tableName}(${end.fieldNames.join(', ')}) ${end.relation}`),
      })),
    ),
  }
}

function parsedDbml(text: string): DbmlModel {
  try {
    return new Parser().parse(text, 'dbmlv2').export()
  } catch (error) {
    const { diags = [] } = error as { diags?: readonly { readonly message: string }[] }
    throw new Error(diags.map(({ message }) => message).join('; ') || String(error))
  }
}
