// The part of an OpenAPI 3.1 document that its page shows.

export type Schema = {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  nullable?: boolean;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
};

type Body = { description?: string; content?: Record<string, { schema?: Schema }> };
type Parameter = { name: string; in: string; required?: boolean; description?: string; schema?: Schema };
type Operation = {
  tags?: string[];
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: Body;
  responses?: Record<string, Body>;
};

export type OpenApi = {
  info: { title: string; version: string; description?: string };
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
};

export type ReadOperation = {
  id: string;
  method: string;
  path: string;
  summary: string;
  description: string;
  parameters: { name: string; in: string; required: boolean; description: string; schema: Schema }[];
  body: Schema | null;
  answers: { status: string; description: string; schema: Schema | null }[];
};

export type OperationGroup = { tag: string; operations: ReadOperation[] };

const METHODS = ["get", "post", "put", "patch", "delete"];

/** The operations by their first tag, in the document's own order. */
export function groupOperations(document: OpenApi): OperationGroup[] {
  const groups = new Map<string, ReadOperation[]>();
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const method of METHODS) {
      const operation = methods[method];
      if (!operation) continue;
      const tag =
        operation.tags?.[0] ?? path.split("/").find((part) => part !== "" && !/^(api|v\d+)$/.test(part)) ?? "/";
      groups.set(tag, [...(groups.get(tag) ?? []), readOperation(method, path, operation)]);
    }
  }
  return [...groups].map(([tag, operations]) => ({ tag, operations }));
}

function readOperation(method: string, path: string, operation: Operation): ReadOperation {
  return {
    id: `${method}${path.replace(/[^A-Za-z0-9]+/g, "-")}`,
    method: method.toUpperCase(),
    path,
    summary: operation.summary ?? "",
    description: operation.description ?? "",
    parameters: (operation.parameters ?? []).map((parameter) => ({
      name: parameter.name,
      in: parameter.in,
      required: parameter.required ?? false,
      description: parameter.description ?? parameter.schema?.description ?? "",
      schema: parameter.schema ?? {},
    })),
    body: schemaOf(operation.requestBody),
    answers: Object.entries(operation.responses ?? {}).map(([status, answer]) => ({
      status,
      description: answer.description ?? "",
      schema: schemaOf(answer),
    })),
  };
}

function schemaOf(body: Body | undefined): Schema | null {
  return Object.values(body?.content ?? {})[0]?.schema ?? null;
}

/** A schema's type in one line: `string (date-time)`, `"new" | "open"`, `Ticket[]`, `string | null`. */
export function describeType(schema: Schema): string {
  if (schema.$ref) return nameOfRef(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map(describeType).join(" | ");
  if (schema.allOf) return schema.allOf.map(describeType).join(" & ");
  if (schema.items) return describeItems(schema);

  const types = [schema.type ?? (schema.properties ? "object" : "any")].flat();
  const named = types.map((type) => (schema.format && type !== "null" ? `${type} (${schema.format})` : type));
  return [...named, ...(schema.nullable ? ["null"] : [])].join(" | ");
}

function describeItems({ items = {} }: Schema): string {
  const item = describeType(items);
  return item.includes(" ") ? `(${item})[]` : `${item}[]`;
}

function nameOfRef(ref: string): string {
  return ref.split("/").at(-1) ?? ref;
}

/** The schema whose fields are worth listing below the type: itself, its items', or the object among its alternatives. */
export function fieldsOf(schema: Schema): { fields: [string, Schema][]; required: string[] } | null {
  if (schema.properties) return { fields: Object.entries(schema.properties), required: schema.required ?? [] };
  if (schema.items) return fieldsOf(schema.items);
  for (const one of schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []) {
    const found = fieldsOf(one);
    if (found) return found;
  }
  return null;
}

/** The names that a schema points to, to link them. */
export function refsOf(schema: Schema): string[] {
  const own = schema.$ref ? [nameOfRef(schema.$ref)] : [];
  const below = [...(schema.items ? [schema.items] : []), ...(schema.anyOf ?? schema.oneOf ?? schema.allOf ?? [])];
  return [...own, ...below.flatMap(refsOf)];
}
