// The router `nginx`: the weights of one upstream, written into its file, tested, and taken by a reload, on every host or on none.
import { parseDuration } from '../../kit/duration.ts';
import type { NginxRouterOptions } from '../../providers/routers.ts';
import type { Clock, Command, RouterOptions, Weights } from '../../world.ts';
import { at, type Host, hostsOf, quoted } from './host.ts';
import { UnreadConfig, weightsOfUpstream, withWeights } from './nginx-config.ts';
import { shareOf, wholeWeights } from './server-weight.ts';
import { Refused, sameWeights, showWeights, Unreached, type Weighing } from './weights.ts';

const defaultTimeout = 10_000;
/** A reload returns before its workers serve: the first 150 ms still went the old way (reference providers 1.2). ms */
const untilServed = 1_000;

/** Serves the weights of the upstream. Reload by signal is not used: it ends with 0 and keeps the old configuration when the new one is bad. */
export function nginxWeighing(
  router: RouterOptions,
  options: NginxRouterOptions,
  world: { readonly command: Command; readonly clock: Clock },
): Weighing {
  const hosts = hostsOf(options, world.command, parseDuration(options.timeout ?? '') ?? defaultTimeout);
  const servers = serversOf(router, options);
  const nginx = options.nginx ?? 'nginx';
  const file = quoted(options.config);
  const names = `file=$(readlink -f ${file}); copy="$(dirname "$file")/.boring-deploys-$(basename "$file")"`;

  async function textOn(host: Host): Promise<string> {
    const reply = await host.run(`cat ${file}`);
    if (reply.code === 0) return reply.stdout;
    const said = reply.timedOut ? 'no answer in time' : (lastLine(reply.stderr) ?? `exit code ${reply.code}`);
    throw new Unreached(
      `${at(host)}${options.config} cannot be read: ${said}`,
      'Check traffic.config, and that this runner reaches the host.',
    );
  }

  function readIn(text: string, host: Host): Weights {
    try {
      const found = weightsOfUpstream(text, options.upstream);
      return shareOf(found, servers, router.sides);
    } catch (error) {
      if (!(error instanceof UnreadConfig)) throw error;
      throw new Refused(
        `${at(host)}${options.config}: ${error.message}`,
        `Let the upstream ${options.upstream} have the servers of traffic.servers.`,
      );
    }
  }

  /** Puts the file in place only when nginx takes it; else the one before is back. */
  async function take(host: Host, text: string): Promise<void> {
    // The file behind a link, so that the link stays; names with a dot, as an include of `*` would take the copies for configuration.
    const script = [
      'set -e',
      names,
      'cp -p "$file" "$copy.old"; cp -p "$file" "$copy.next"',
      `printf %s ${quoted(text)} >"$copy.next"`,
      'mv "$copy.next" "$file"',
      `if ! ${nginx} -t -q; then mv "$copy.old" "$file"; exit 65; fi`,
      `if ! ${nginx} -s reload; then mv "$copy.old" "$file"; exit 66; fi`,
      'rm -f "$copy.old"',
    ].join('\n');
    const reply = await host.run(script);
    if (reply.code === 0) return;
    const said = lastLine(reply.stderr) ?? (reply.timedOut ? 'no answer in time' : `exit code ${reply.code}`);
    if (reply.code === 65) {
      throw new Refused(
        `${at(host)}nginx -t refuses the new weights: ${said}`,
        `Mend the configuration; ${options.config} is as it was before.`,
      );
    }
    throw new Unreached(`${at(host)}nginx was not reloaded: ${said}`, 'Run nginx -t && nginx -s reload on the host.');
  }

  /** Whether nginx was reloaded since the file changed: the old one lies beside it for as long. */
  async function isLoaded(host: Host): Promise<boolean> {
    return (await host.run(`${names}; test ! -e "$copy.old"`)).code === 0;
  }

  return {
    async wasTold() {
      return (await Promise.all(hosts.map(isLoaded))).every((loaded) => loaded);
    },
    async read() {
      const all = await Promise.all(hosts.map(async (host) => readIn(await textOn(host), host)));
      const [first, ...others] = all;
      if (first === undefined) throw new Refused('traffic.hosts is empty', 'Name the hosts.');
      const odd = others.findIndex((weights) => !sameWeights(first, weights, 0.5));
      if (odd === -1) return first;
      throw new Refused(
        `${hosts[0]?.name} sends ${showWeights(first)}, ${hosts[odd + 1]?.name} ${showWeights(others[odd] ?? {})}`,
        'Bring the hosts in step: the next shift writes them all.',
        'router-partial',
      );
    },
    async write(weights) {
      const wanted = wholeWeights(weights, servers);
      const before = await Promise.allSettled(hosts.map((host) => textOn(host)));
      const done: { readonly host: Host; readonly text: string }[] = [];
      const failures: unknown[] = [];
      const back = Object.values(weights).includes(100);
      for (const [index, host] of hosts.entries()) {
        const text = before[index];
        try {
          if (text?.status !== 'fulfilled') throw text?.reason;
          readIn(text.value, host);
          const next = withWeights(text.value, options.upstream, wanted);
          if (next !== text.value || !(await isLoaded(host))) await take(host, next);
          done.push({ host, text: text.value });
        } catch (error) {
          failures.push(error);
          // On the way back to one side, every host that can follow does; a shift goes to all or to none.
          if (!back) break;
        }
      }
      if (failures.length === 0) return world.clock.sleep(untilServed);
      if (!back) for (const { host, text } of done) await take(host, text);
      const [failure] = failures;
      if (done.length === 0 || !(failure instanceof Unreached)) throw failure;
      const undone = done.map(({ host }) => host.name).join(', ');
      const said = back ? `${undone} followed` : `${undone} followed and got the weights from before`;
      const message = `${failure.message} (${said})`;
      // Trying again may bring the missing one home as well.
      if (back && !(failure instanceof Refused)) throw new Unreached(message, failure.remedy);
      throw new Refused(message, failure.remedy, 'router-partial');
    },
  };
}

/** The servers of each side: as the policy names them, else host and port of `traffic.at`. */
function serversOf(router: RouterOptions, options: NginxRouterOptions): ReadonlyMap<string, readonly string[]> {
  return new Map(
    router.sides.map((side) => {
      const named = options.servers?.[side];
      if (named !== undefined) return [side, typeof named === 'string' ? [named] : named];
      const url = options.at?.[side];
      if (url !== undefined) return [side, [addressOf(url)]];
      throw new Refused(
        `the policy names no servers of ${side}`,
        `Add traffic.servers.${side}: "host:port", as the upstream ${options.upstream} writes it.`,
        'bad-policy',
      );
    }),
  );
}

function addressOf(url: string): string {
  const parsed = new URL(url);
  return parsed.port === '' ? `${parsed.hostname}:${parsed.protocol === 'https:' ? 443 : 80}` : parsed.host;
}

function lastLine(text: string): string | undefined {
  const line = text.trim().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? undefined : line.slice(0, 300);
}
