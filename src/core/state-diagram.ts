/** One arrow of a state diagram. `null` is the origin of a new object. */
export type DiagramEdge = readonly [from: string | null, to: string, name: string];

/** Mermaid text: one arrow for each pair of states, labelled with all transitions between them. `ends` are final states. */
export function stateDiagramOf(edges: Iterable<DiagramEdge>, ends: readonly string[] = []): string {
  const labels = new Map<string, string[]>();
  for (const [from, to, name] of edges) {
    const arrow = `${from ?? '[*]'} --> ${to}`;
    labels.set(arrow, [...(labels.get(arrow) ?? []), name]);
  }
  const arrows = [...labels].map(([arrow, names]) => `    ${arrow}: ${names.join(', ')}`);
  return ['stateDiagram-v2', '    direction LR', ...arrows, ...ends.map((end) => `    ${end} --> [*]`)].join('\n');
}
