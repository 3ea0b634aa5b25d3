import { z } from 'zod';

/**
 * The names of the fields that `schema` allows at `path` of `value`, in the order of the schema; empty where any name is allowed.
 * A discriminated union is resolved by the value.
 */
export function allowedFields(schema: z.ZodType, value: unknown, path: readonly PropertyKey[]): readonly string[] {
  const [head, ...rest] = path;
  const current = unwrap(schema, value);
  if (current instanceof z.ZodObject) {
    const shape: Record<string, z.ZodType> = current.shape;
    if (head === undefined) return Object.keys(shape);
    const inner = shape[String(head)];
    return inner === undefined ? [] : allowedFields(inner, field(value, head), rest);
  }
  if (current instanceof z.ZodRecord) {
    if (head === undefined) return keysOf(current);
    return allowedFields(current.valueType as z.ZodType, field(value, head), rest);
  }
  if (current instanceof z.ZodArray && head !== undefined) {
    return allowedFields(current.element as z.ZodType, field(value, head), rest);
  }
  return [];
}

function unwrap(schema: z.ZodType, value: unknown): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.def.innerType as z.ZodType, value);
  }
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { discriminator, options } = schema.def;
    const chosen = (options as z.ZodType[]).find(
      (option) =>
        option instanceof z.ZodObject &&
        (option.shape[discriminator] as z.ZodType).safeParse(field(value, discriminator)).success,
    );
    return chosen ?? schema;
  }
  return schema;
}

function keysOf(record: z.ZodRecord): readonly string[] {
  return record.keyType instanceof z.ZodEnum ? record.keyType.options.map(String) : [];
}

export function field(value: unknown, key: PropertyKey): unknown {
  return value !== null && typeof value === 'object' ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}
