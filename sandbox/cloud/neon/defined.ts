/** The same fields, where an absent one is absent and never `undefined`: on the wire the two are one. */
export type Defined<Fields> = Fields extends readonly unknown[]
  ? Fields
  : Fields extends object
    ? { [Key in keyof Fields]: Defined<Exclude<Fields[Key], undefined>> }
    : Fields;

export const defined = <Fields extends object>(fields: Fields): Defined<Fields> =>
  JSON.parse(JSON.stringify(fields)) as Defined<Fields>;
