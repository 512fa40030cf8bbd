/** Answers that Fly's own documentation shows as they came. */
export const docs = (name: string): string => `superfly/docs reference/machines/_${name}_resp.erb`;

export const app = "/v1/apps/{app_name}";

export const machine = `${app}/machines/{machine_id}`;
