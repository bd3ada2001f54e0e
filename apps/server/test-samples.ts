import { assert } from "@permanence/kernel";

// For tests: what an operation of the API takes, made from its document, so that a new one is tried without being listed.

export type Schema = {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  minLength?: number;
  maxLength?: number;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  prefixItems?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
};
export type Parameter = { name: string; in: string; required?: boolean; schema: Schema };
type Operation = {
  parameters?: Parameter[];
  security?: unknown[];
  requestBody?: { content: Record<string, { schema: Schema }> };
};
export type ApiDocument = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};

/** `path` without "/api/v1"; `body` is null where none is taken, or none of JSON. */
export type Described = {
  method: string;
  path: string;
  isPublic: boolean;
  parameters: Parameter[];
  body: Schema | null;
};

/** A body that may be one of several things makes an operation for each. */
export function operationsOf({ paths }: ApiDocument): Described[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { parameters = [], security, requestBody }]) => {
      const schema = requestBody?.content["application/json"]?.schema ?? null;
      return (schema?.oneOf ?? schema?.anyOf ?? [schema]).map((body) => ({
        ...{ method: method.toUpperCase(), path: path.slice("/api/v1".length), isPublic: security?.length === 0 },
        ...{ parameters, body },
      }));
    }),
  );
}

const UNKNOWN = "00000000-0000-7000-8000-000000000000";
const FORMATS: Record<string, string> = {
  ...{ uuid: UNKNOWN, email: "lea@agence.example", date: "2026-12-01", "date-time": "2026-12-01T08:00:00Z" },
};
const TEXTS = ["text", "fr", "10:00", "24 h", "#123456", "1", "/fr", "2026-12-01"];

/** Something that a schema takes: of objects what must be there, with `whole` what may be there too. */
export function sampleOf(schema: Schema, document: ApiDocument, { whole = false } = {}): unknown {
  const sample = (inner: Schema): unknown => sampleOf(inner, document, { whole });
  const { anyOf, oneOf, items, prefixItems, properties = {}, required = [], additionalProperties } = schema;
  if (schema.$ref !== undefined) return sample(document.components.schemas[schema.$ref.split("/").at(-1)!]!);
  if (schema.enum) return schema.enum[0];
  if (anyOf ?? oneOf) return sample((anyOf ?? oneOf)![0]!);
  const [type] = [schema.type].flat();
  if (type === "string") return textOf(schema);
  if (type === "integer" || type === "number") return schema.minimum ?? 1;
  if (type === "boolean") return true;
  if (type === "null") return null;
  if (type === "array") return prefixItems ? prefixItems.map(sample) : items ? [sample(items)] : [];
  if (typeof additionalProperties === "object") return { fr: sample(additionalProperties) };
  const taken = Object.entries(properties).filter(([name]) => whole || required.includes(name));
  return Object.fromEntries(taken.map(([name, inner]) => [name, sample(inner)]));
}

function textOf({ format, pattern }: Schema): string {
  if (format !== undefined) return FORMATS[format] ?? "text";
  if (pattern === undefined) return "text";
  const text = TEXTS.find((each) => new RegExp(pattern.replace(/\/u$/, ""), "u").test(each));
  assert(text !== undefined, `no sample fits ${pattern}`);
  return text;
}

/** The places of the free texts in a body: of each its keys. A number stands for the place in a list. */
export function textPlacesOf(schema: Schema, document: ApiDocument): (string | number)[][] {
  const places = (inner: Schema, key: string | number) => textPlacesOf(inner, document).map((path) => [key, ...path]);
  const { anyOf, oneOf, items, properties = {}, additionalProperties } = schema;
  if (schema.$ref !== undefined)
    return textPlacesOf(document.components.schemas[schema.$ref.split("/").at(-1)!]!, document);
  if (schema.enum) return [];
  if (anyOf ?? oneOf) return textPlacesOf((anyOf ?? oneOf)![0]!, document);
  const types = [schema.type].flat();
  if (types.includes("string")) return schema.format === undefined ? [[]] : [];
  if (types.includes("array")) return items ? places(items, 0) : [];
  if (typeof additionalProperties === "object") return places(additionalProperties, "fr");
  return Object.entries(properties).flatMap(([name, inner]) => places(inner, name));
}
