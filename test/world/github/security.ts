// What the scanners and the attestation store of a fake repository hold, as tests put it there.
import type { Moment } from './clock.ts';
import type { Hub } from './hub.ts';
import type { Analysis, Attestation, CodeAlert, DependencyAlert, ScannerState, SecretAlert } from './records.ts';

type New<T, K extends keyof T> = Partial<Omit<T, 'at' | 'number' | 'id'>> & Pick<T, K> & { readonly at?: Moment };

interface Scanner<T> {
  state: ScannerState;
  readonly alerts: T[];
}

/** Each scanner is off until a test turns it on, as in a new repository. */
export class Security {
  readonly #hub: Hub;
  readonly codeScanning: Scanner<CodeAlert> & { readonly analyses: Analysis[] } = {
    state: 'off',
    alerts: [],
    analyses: [],
  };
  readonly dependabot: Scanner<DependencyAlert> = { state: 'off', alerts: [] };
  readonly secretScanning: Scanner<SecretAlert> = { state: 'off', alerts: [] };
  /** By `sha256:…`. */
  readonly attestations = new Map<string, Attestation[]>();

  constructor(hub: Hub) {
    this.#hub = hub;
  }

  analysis(made: New<Analysis, 'sha'>): Analysis {
    const { at, ...rest } = made;
    const analysis = {
      ref: 'refs/heads/main',
      tool: 'CodeQL',
      error: '',
      ...rest,
      id: this.#hub.nextId(),
      at: this.#hub.clock.stamp(at),
    };
    this.codeScanning.state = 'on';
    this.codeScanning.analyses.push(analysis);
    return analysis;
  }

  codeAlert(made: New<CodeAlert, 'severity'>): CodeAlert {
    const { at, ...rest } = made;
    const usual = {
      ref: 'refs/heads/main',
      tool: 'CodeQL',
      rule: 'js/zipslip',
      level: 'error',
      state: 'open',
    } as const;
    const alert = { ...usual, ...rest, number: this.codeScanning.alerts.length + 1, at: this.#hub.clock.stamp(at) };
    this.codeScanning.alerts.push(alert);
    return alert;
  }

  dependencyAlert(made: New<DependencyAlert, 'severity'>): DependencyAlert {
    const { at, ...rest } = made;
    const number = this.dependabot.alerts.length + 1;
    const alert = { package: 'left-pad', state: 'open', ...rest, number, at: this.#hub.clock.stamp(at) } as const;
    this.dependabot.state = 'on';
    this.dependabot.alerts.push(alert);
    return alert;
  }

  secretAlert(made: New<SecretAlert, 'kind'>): SecretAlert {
    const { at, ...rest } = made;
    const number = this.secretScanning.alerts.length + 1;
    const alert = { secret: 'xoxb-canary', state: 'open', ...rest, number, at: this.#hub.clock.stamp(at) } as const;
    this.secretScanning.state = 'on';
    this.secretScanning.alerts.push(alert);
    return alert;
  }

  attest(digest: string, statement: unknown): void {
    this.attestations.set(digest, [...(this.attestations.get(digest) ?? []), { statement }]);
  }
}
