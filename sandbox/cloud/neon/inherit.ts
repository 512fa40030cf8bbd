import type { Catalog } from "./cluster-sql.ts";
import { newPassword } from "./ids.ts";
import { makeDatabase } from "./make.ts";
import { now, type BranchState, type NeonState, type RoleState } from "./state.ts";

/**
 * Gives a branch the roles and databases that its data has. A role that the branch had keeps its password, so that
 * connection strings stay good; another has that of the source, unless the source is protected. All are put again
 * when the compute starts, for what the data has of passwords may be older.
 */
export function inherit(
  state: NeonState,
  branch: BranchState,
  catalog: Catalog,
  source: BranchState | undefined,
): void {
  const time = now();
  const { roles, databases } = branch;
  branch.roles = catalog.roles.map(({ name, canLogIn }): RoleState => {
    const own = roles.find((role) => role.name === name);
    const foreign = source?.isProtected ? undefined : source?.roles.find((role) => role.name === name);
    return {
      name,
      canLogIn,
      password: own?.password ?? foreign?.password ?? newPassword(),
      createdAt: own?.createdAt ?? time,
      updatedAt: own?.updatedAt ?? time,
      isPending: true,
    };
  });
  branch.databases = catalog.databases.map(({ name, ownerName }) => {
    const own = databases.find((database) => database.name === name);
    return own
      ? { ...own, ownerName, isPending: false }
      : { ...makeDatabase(state, name, ownerName), isPending: false };
  });
}
