import { as, type Held, type Node } from "../parser.ts";
import type { Hit, Rule } from "../rule.ts";
import { display, pathOf, subjectOf, tableOf, words } from "../thing.ts";

const isPublic = (node: Node): boolean => as(node, "RoleSpec")?.roletype === "ROLESPEC_PUBLIC";

/** Everyone has these anyway, where they were not revoked. */
const ofEveryone: readonly (string | undefined)[] = [
  "OBJECT_FUNCTION",
  "OBJECT_PROCEDURE",
  "OBJECT_ROUTINE",
  "OBJECT_TYPE",
  "OBJECT_DOMAIN",
  "OBJECT_LANGUAGE",
];

function granted(grant: Held<"GrantStmt"> | undefined): readonly Hit[] {
  if (grant?.is_grant !== true || ofEveryone.includes(grant.objtype)) return [];
  if (!(grant.grantees ?? []).some(isPublic)) return [];
  const objects = (grant.objects ?? []).map((node) => {
    const range = as(node, "RangeVar");
    return { subject: range ? subjectOf(tableOf(range)) : display(pathOf(node)) };
  });
  return objects.length > 0 ? objects : [{ subject: "public" }];
}

const powers: readonly string[] = ["superuser", "bypassrls", "createrole", "isreplication"];

const isOn = (node: Node | undefined): boolean =>
  as(node, "Boolean")?.boolval === true || as(node, "Integer")?.ival === 1;

/** What a role gets that reaches over the rights on tables. */
function members(statement: Node): readonly Hit[] {
  const harm = "the role may read, write or grant past the rights on tables";
  const grant = as(statement, "GrantRoleStmt");
  const role = as(statement, "CreateRoleStmt");
  const isPowerful = (role?.options ?? [])
    .flatMap((node) => as(node, "DefElem") ?? [])
    .some(({ defname = "", arg }) => powers.includes(defname) && isOn(arg));
  return [
    ...(grant?.is_grant === true ? (grant.granted_roles ?? []) : [])
      .map((node) => as(node, "AccessPriv")?.priv_name ?? "")
      .filter((name) => name.startsWith("pg_"))
      .map((name) => ({ subject: display([name]), harm })),
    ...(isPowerful ? [{ subject: display([role?.role ?? ""]), harm }] : []),
  ];
}

/** A function that runs with the rights of its owner looks for names where its caller sets, unless it sets a path itself. */
function definers(statement: Node): readonly Hit[] {
  const routine = as(statement, "CreateFunctionStmt");
  const options = (routine?.options ?? []).flatMap((node) => as(node, "DefElem") ?? []);
  const isDefiner = options.some(({ defname, arg }) => defname === "security" && isOn(arg));
  const hasPath = options.some(
    ({ defname, arg }) => defname === "set" && as(arg, "VariableSetStmt")?.name === "search_path",
  );
  return isDefiner && !hasPath
    ? [
        {
          subject: display(words(routine?.funcname)),
          harm: "everyone may call it with the rights of its owner, and make it use tables and functions of their own",
          remedy: "SET search_path = '' in its definition, and REVOKE its EXECUTE FROM PUBLIC",
        },
      ]
    : [];
}

export const weakenSecurity: Rule = {
  name: "weaken-security",
  class: "weakens security",
  harm: "every role of the database gets the right, those of other applications too",
  remedy: "grant it to the roles that need it",
  find: (statement) => [
    ...granted(as(statement, "GrantStmt")),
    ...granted(as(statement, "AlterDefaultPrivilegesStmt")?.action),
    ...members(statement),
    ...definers(statement),
  ],
};
