import { alterations } from "../alterations.ts";
import type { Known } from "../known.ts";
import { as, type Node } from "../parser.ts";
import { hitOn, type Hit, type Rule } from "../rule.ts";
import { display, tableOf } from "../thing.ts";

const insertsOnly = (options: readonly Node[] | undefined): boolean =>
  (options ?? []).some((node) => {
    const option = as(node, "DefElem");
    const events = as(option?.arg, "String")?.sval ?? "";
    return option?.defname === "publish" && !/update|delete/i.test(events);
  });

/** The tables that a publication names and that have no key, as far as migrations show it. */
function withoutKey(objects: readonly Node[] | undefined, known: Known): readonly Hit[] {
  return (objects ?? []).flatMap((node): readonly Hit[] => {
    const object = as(node, "PublicationObjSpec");
    if (!object?.pubtable) return [{ subject: object?.name ?? "" }];
    const { relation, whereClause, columns } = object.pubtable;
    const table = tableOf(relation);
    // A filter or a list of columns has to have every column of the key.
    const isPartial = whereClause !== undefined || columns !== undefined;
    return known.history.table(table)?.hasPrimaryKey === true && !isPartial ? [] : [hitOn(table)];
  });
}

/** NOTHING, and DEFAULT, which is the primary key where there is one. */
const keyless: readonly (string | undefined)[] = ["n", "d"];

export const publishWithoutKey: Rule = {
  name: "publish-without-key",
  class: "breaks the running release",
  harm: "in a published table without a replica identity, every UPDATE and DELETE of the running release fails",
  remedy:
    "give it a primary key in an earlier migration, or REPLICA IDENTITY FULL before; or publish only inserts: WITH (publish = 'insert')",
  find: (statement, known) => {
    const create = as(statement, "CreatePublicationStmt");
    const alter = as(statement, "AlterPublicationStmt");
    return [
      ...(create && !insertsOnly(create.options)
        ? create.for_all_tables === true
          ? [{ subject: "all tables" }]
          : withoutKey(create.pubobjects, known)
        : []),
      ...(alter
        ? alter.action === "AP_DropObjects"
          ? [
              {
                subject: display([alter.pubname ?? ""]),
                harm: "who reads the publication gets nothing of these tables any more",
              },
            ]
          : [
              ...withoutKey(alter.pubobjects, known),
              ...(alter.options && !insertsOnly(alter.options)
                ? [{ subject: display([alter.pubname ?? ""]) }]
                : []),
            ]
        : []),
      ...alterations(statement).flatMap(({ subtype, command, table }) => {
        if (subtype !== "AT_ReplicaIdentity") return [];
        const kind = as(command.def, "ReplicaIdentityStmt")?.identity_type;
        if (!keyless.includes(kind)) return [];
        return kind === "d" && known.history.table(table)?.hasPrimaryKey === true ? [] : [hitOn(table)];
      }),
    ];
  },
};
