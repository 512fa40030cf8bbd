import { alterations } from "../alterations.ts";
import { kindOf, type Known } from "../known.ts";
import { as, type Node } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import { display, pathOf, subjectOf, tableOf, thing } from "../thing.ts";
import { nodesWithin } from "../walk.ts";

export const revoke: Rule = {
  name: "revoke",
  class: "breaks the running release",
  harm: "the running release may need the right",
  remedy: "take it away in a release after the one that needs it no more",
  find: (statement) => [
    ...nodesWithin(statement, "GrantStmt")
      .concat(as(statement, "AlterDefaultPrivilegesStmt")?.action ?? [])
      .filter(({ is_grant: isGrant }) => isGrant !== true)
      .flatMap(({ objects, objtype }): readonly Hit[] =>
        objects
          ? objects.map((node) => {
              const range = as(node, "RangeVar");
              if (range) return hitOn(tableOf(range));
              const kind = kindOf(objtype);
              return kind ? hitOn(thing(kind, pathOf(node))) : { subject: display(pathOf(node)) };
            })
          : [{ subject: "" }],
      ),
    ...nodesWithin(statement, "GrantRoleStmt")
      .filter(({ is_grant: isGrant }) => isGrant !== true)
      .flatMap(({ granted_roles: roles = [] }) =>
        roles.map((node) => ({ subject: display([as(node, "AccessPriv")?.priv_name ?? ""]) })),
      ),
  ],
};

/** What is made behind SET ROLE belongs to that role. */
function roleSetBy(statement: Node): readonly Hit[] {
  const set = as(statement, "VariableSetStmt");
  if (set?.kind !== "VAR_SET_VALUE" || !["role", "session_authorization"].includes(set.name ?? "")) return [];
  const role = as(set.args?.[0], "A_Const")?.sval?.sval ?? "";
  return role.toLowerCase() === "none"
    ? []
    : [
        {
          subject: display([role]),
          harm: "what is made behind it belongs to another role, and the application may not be able to use it",
        },
      ];
}

export const changeOwner: Rule = {
  name: "change-owner",
  class: "breaks the running release",
  harm: "the role of the application may no longer change or even read it",
  remedy: "leave things to the role that runs the migrations; grant rights instead",
  find: (statement) => {
    const owner = as(statement, "AlterOwnerStmt");
    const reassign = as(statement, "ReassignOwnedStmt");
    return [
      ...roleSetBy(statement),
      ...(owner
        ? [{ subject: owner.relation ? subjectOf(tableOf(owner.relation)) : display(pathOf(owner.object)) }]
        : []),
      ...(reassign?.roles ?? []).map((node) => ({
        subject: display([as(node, "RoleSpec")?.rolename ?? "current_user"]),
      })),
      ...alterations(statement)
        .filter(({ subtype }) => subtype === "AT_ChangeOwner")
        .map(({ table }) => ({ subject: subjectOf(table) })),
    ];
  },
};

export const changeRole: Rule = {
  name: "change-role",
  class: "breaks the running release",
  harm: "the running release may log in as that role",
  remedy: "roles and their passwords are declared with the environment, not in migrations",
  find: (statement) => {
    const drop = as(statement, "DropRoleStmt");
    const alter = as(statement, "AlterRoleStmt") ?? as(statement, "AlterRoleSetStmt");
    return [
      ...(drop?.roles ?? []).map((node) => ({ subject: display([as(node, "RoleSpec")?.rolename ?? ""]) })),
      ...(alter ? [{ subject: display([alter.role?.rolename ?? "current_user"]) }] : []),
    ];
  },
};

const rowSecurity: readonly string[] = [
  "AT_EnableRowSecurity",
  "AT_DisableRowSecurity",
  "AT_ForceRowSecurity",
  "AT_NoForceRowSecurity",
];

/** A policy that takes rows from a table, or adds some to those that are seen. */
function policies(statement: Node, known: Known): readonly Hit[] {
  const altered = as(statement, "AlterPolicyStmt");
  const created = as(statement, "CreatePolicyStmt");
  const table = tableOf(altered?.table ?? created?.table);
  const isOn = known.history.table(table)?.hasRowSecurity;
  if (altered) return [hitOn(table)];
  // Until row security is on, policies do nothing. A restrictive one is for a table where it is.
  return created && (isOn ?? created.permissive !== true) ? [hitOn(table)] : [];
}

export const changeRowSecurity: Rule = {
  name: "change-row-security",
  class: "breaks the running release",
  harm: "the running release sees other rows than before, or none",
  remedy: "make the policies first, and switch in a release after the one that was written for it",
  find: (statement, known) => [
    ...alterations(statement)
      .filter(({ subtype }) => rowSecurity.includes(subtype))
      .map(({ table }) => hitOn(table)),
    ...policies(statement, known),
  ],
};
