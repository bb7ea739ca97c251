// The servers of one upstream in an nginx configuration file: found and re-weighted, all other text untouched.

/** A `server` line of the upstream. */
interface ServerLine {
  /** host:port or unix:/path as written. */
  readonly address: string;
  /** The words after the address, `weight=` and `down` left out. */
  readonly parameters: readonly string[];
  readonly weight: number;
  readonly down: boolean;
  readonly from: number;
  readonly to: number;
}

/** What cannot be understood of the file, for people. */
export class UnreadConfig extends Error {}

/** The relative weight of each address of the upstream; 0 where it is down or only a backup. Throws UnreadConfig. */
export function weightsOfUpstream(text: string, upstream: string): ReadonlyMap<string, number> {
  const lines = serversOf(text, upstream);
  return new Map(
    lines.map((line) => [line.address, line.down || line.parameters.includes('backup') ? 0 : line.weight]),
  );
}

/**
 * The file with these weights; whole numbers, 0 marks a server `down`, as nginx refuses `weight=0`.
 * Servers that `weights` does not name stay as they are. Throws UnreadConfig.
 */
export function withWeights(text: string, upstream: string, weights: ReadonlyMap<string, number>): string {
  let written = text;
  for (const line of [...serversOf(text, upstream)].reverse()) {
    const weight = weights.get(line.address);
    if (weight === undefined) continue;
    const words = ['server', line.address, weight === 0 ? 'down' : `weight=${weight}`, ...line.parameters];
    written = `${written.slice(0, line.from)}${words.join(' ')};${written.slice(line.to)}`;
  }
  return written;
}

function serversOf(text: string, upstream: string): readonly ServerLine[] {
  const bare = withoutComments(text);
  const name = upstream.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const blocks = [...bare.matchAll(new RegExp(`(?:^|[\\s;{}])upstream\\s+${name}\\s*\\{`, 'g'))];
  const [block] = blocks;
  if (block === undefined) throw new UnreadConfig(`it has no \`upstream ${upstream} { … }\``);
  if (blocks.length > 1) throw new UnreadConfig(`it has ${blocks.length} blocks \`upstream ${upstream}\``);
  const begin = block.index + block[0].length;
  const end = bare.indexOf('}', begin);
  if (end === -1) throw new UnreadConfig(`the block \`upstream ${upstream}\` does not end`);
  return [...bare.slice(begin, end).matchAll(/(?<=^|[\s;])server\s+([^\s;]+)([^;]*);/g)].map((found) => {
    const [whole, address = '', rest = ''] = found;
    const words = rest.split(/\s+/).filter((word) => word !== '');
    const weight = words.find((word) => word.startsWith('weight='))?.slice('weight='.length);
    const from = begin + found.index;
    return {
      address,
      parameters: words.filter((word) => !word.startsWith('weight=') && word !== 'down'),
      weight: weight === undefined ? 1 : Number(weight),
      down: words.includes('down'),
      from,
      to: from + whole.length,
    };
  });
}

/** Comments blanked out, so that offsets stay. */
function withoutComments(text: string): string {
  return text.replace(/(^|[\s;{}])#[^\n]*/g, (comment, before: string) => before.padEnd(comment.length));
}
