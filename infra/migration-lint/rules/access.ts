import { alterations } from "../alterations.ts";
import { as } from "../parser.ts";
import { type Hit, hitOn, type Rule } from "../rule.ts";
import { display, pathOf, subjectOf, tableOf } from "../thing.ts";
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
      .flatMap(({ objects }): readonly Hit[] =>
        objects
          ? objects.map((node) => {
              const range = as(node, "RangeVar");
              return { subject: range ? subjectOf(tableOf(range)) : display(pathOf(node)) };
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

export const changeOwner: Rule = {
  name: "change-owner",
  class: "breaks the running release",
  harm: "the role of the application may no longer change or even read it",
  remedy: "leave things to the role that runs the migrations; grant rights instead",
  find: (statement) => {
    const owner = as(statement, "AlterOwnerStmt");
    const reassign = as(statement, "ReassignOwnedStmt");
    return [
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

export const changeRowSecurity: Rule = {
  name: "change-row-security",
  class: "breaks the running release",
  harm: "the running release sees other rows than before, or none",
  remedy: "make the policies first, and switch in a release after the one that was written for it",
  find: (statement) =>
    alterations(statement)
      .filter(({ subtype }) => rowSecurity.includes(subtype))
      .map(({ table }) => hitOn(table)),
};
