/** One is made by the build, the others when they are asked for. */
export const generateStaticParams = () => [{ id: "first" }];

export default async function Page({ params }) {
  const { id } = await params;
  return <p>{`Leaf ${id}, made at ${Date.now()}`}</p>;
}
