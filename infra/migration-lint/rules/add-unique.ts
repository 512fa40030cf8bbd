import { addedColumns, addedConstraints } from "../alterations.ts";
import { as, type Constraint } from "../parser.ts";
import { hitOn, type Rule } from "../rule.ts";
import { columnOf, constraintOf } from "../thing.ts";

const indexed: readonly (string | undefined)[] = ["CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_EXCLUSION"];

/** Rows of the running release all get the same: a default that does not count, or a NULL that is a value like others. */
const givesTheSame = ({ contype, raw_expr: value, nulls_not_distinct: isOne }: Constraint): boolean =>
  isOne === true || (contype === "CONSTR_DEFAULT" && as(value, "A_Const") !== undefined);

const refusesSecond = {
  class: "breaks the running release" as const,
  harm: "every row that the running release writes has the same value in the column, and the second one is refused",
  remedy: "leave UNIQUE out until a release writes the column",
};

export const addUnique: Rule = {
  name: "add-unique",
  class: "locks",
  harm: "an index is built over the table, and until then reads and writes wait",
  remedy:
    "build it manually before, CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX; a small table may be declared",
  find: (statement) => [
    ...addedConstraints(statement)
      .filter(({ constraint }) => constraint.indexname !== undefined)
      .flatMap(({ table, constraint }) => {
        const name = constraintOf(table, constraint.conname ?? constraint.indexname ?? "");
        if (constraint.deferrable === true)
          return [
            {
              ...hitOn(name),
              of: table,
              class: "breaks the running release" as const,
              harm: "ON CONFLICT of the running release fails with a deferrable constraint",
              remedy: "leave DEFERRABLE out",
            },
          ];
        return constraint.contype === "CONSTR_PRIMARY"
          ? [
              {
                ...hitOn(name),
                of: table,
                class: "breaks the running release" as const,
                harm: "a primary key makes its columns NOT NULL, and all rows are searched for NULL, which the running release may still write, while reads and writes wait",
                remedy: "prove NOT NULL before by a validated check; a small table may be declared",
              },
            ]
          : [];
      }),
    ...addedConstraints(statement)
      .filter(({ constraint }) => indexed.includes(constraint.contype) && !constraint.indexname)
      .map(({ table, constraint }) => ({
        ...hitOn(constraint.conname ? constraintOf(table, constraint.conname) : table),
        of: table,
      })),
    ...addedColumns(statement)
      .filter(({ constraints }) => constraints.some(({ contype }) => indexed.includes(contype)))
      .map(({ table, column, constraints }) => ({
        ...hitOn(columnOf(table, column.colname ?? "")),
        of: table,
        ...(constraints.some(givesTheSame) ? refusesSecond : {}),
      })),
  ],
};
