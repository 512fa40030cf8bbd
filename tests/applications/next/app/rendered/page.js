export const dynamic = "force-dynamic";

export default async function Page({ searchParams }) {
  const { name = "nobody" } = await searchParams;
  return <p>{`Rendered for ${name} with ${process.env.GREETING ?? "no greeting"}`}</p>;
}
