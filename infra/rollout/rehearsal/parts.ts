/** The parts of a release that are built apart. */
export const parts = ["web", "worker", "regenerator"] as const;
export type Part = (typeof parts)[number];

/** One thing for each part. */
export type EachPart<Value> = Readonly<Record<Part, Value>>;

/** Makes one thing for each part. */
export function eachPart<Value>(make: (part: Part) => Value): EachPart<Value> {
  return { web: make("web"), worker: make("worker"), regenerator: make("regenerator") };
}
