/** The clouds that we call, by the name that code and messages of clients use. */
export type Cloud = "neon" | "fly" | "vercel" | "github" | "railway";

/** As their vendors write them. */
export const cloudNames: Readonly<Record<Cloud, string>> = {
  neon: "Neon",
  fly: "Fly.io",
  vercel: "Vercel",
  github: "GitHub",
  railway: "Railway",
};

/** Where each vendor reports its own failures. */
export const statusPages: Readonly<Record<Cloud, string>> = {
  neon: "https://neonstatus.com",
  fly: "https://status.fly.io",
  vercel: "https://www.vercel-status.com",
  github: "https://www.githubstatus.com",
  railway: "https://status.railway.com",
};
