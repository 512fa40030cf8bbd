/** The one user of the sandbox. The vendor gives such ids; nothing depends on their values. */
export const user = {
  id: "sandboxUser0000000000000",
  email: "sandbox@localhost",
  name: "Sandbox",
  username: "sandbox",
  avatar: null,
} as const;

export const creator = { uid: user.id, username: user.username, type: "user" } as const;
