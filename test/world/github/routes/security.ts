// Routes about security: alerts of the three scanners, and attestations of what was built.
import type { CodeAlert, ScannerState } from '../records.ts';
import { notFound, refuse } from '../refusal.ts';
import type { Asked, Routes } from '../routing.ts';
import {
  analysisShape,
  attestationShape,
  codeAlertShape,
  dependencyAlertShape,
  secretAlertShape,
} from '../shapes/security.ts';
import { reading } from '../tokens.ts';

export const securityRoutes: Routes = {
  'code-scanning/list-alerts-for-repo': {
    needs: reading('security-events'),
    answer(asked) {
      const { codeScanning } = asked.repo.security;
      mustBeOn(
        codeScanning.state,
        403,
        'Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.',
      );
      const isOf = (alert: CodeAlert) => !asked.isGiven('ref') || alert.ref === asked.text('ref');
      if (codeScanning.analyses.length === 0) throw refuse(404, 'no analysis found');
      const alerts = codeScanning.alerts.filter((alert) => isOf(alert) && isWanted(asked, alert.state));
      return { status: 200, body: asked.page(alerts).map((alert) => codeAlertShape(asked.repo, alert)) };
    },
  },
  'code-scanning/list-recent-analyses': {
    needs: reading('security-events'),
    answer(asked) {
      const { codeScanning } = asked.repo.security;
      mustBeOn(
        codeScanning.state,
        403,
        'Code scanning is not enabled for this repository. Please enable code scanning in the repository settings.',
      );
      if (codeScanning.analyses.length === 0) throw refuse(404, 'no analysis found');
      const found = codeScanning.analyses
        .filter(({ ref }) => !asked.isGiven('ref') || ref === asked.text('ref'))
        .sort((left, right) => right.at.localeCompare(left.at));
      return { status: 200, body: asked.page(found).map((analysis) => analysisShape(asked.repo, analysis)) };
    },
  },
  'dependabot/list-alerts-for-repo': {
    needs: reading('vulnerability-alerts'),
    answer(asked) {
      const { dependabot } = asked.repo.security;
      mustBeOn(dependabot.state, 403, 'Dependabot alerts are disabled for this repository.');
      const alerts = dependabot.alerts.filter(({ state }) => isWanted(asked, state));
      return { status: 200, body: byCursor(asked, alerts).map((alert) => dependencyAlertShape(asked.repo, alert)) };
    },
  },
  'secret-scanning/list-alerts-for-repo': {
    // No workflow's token has it.
    needs: reading('secret-scanning-alerts'),
    answer(asked) {
      const { secretScanning } = asked.repo.security;
      mustBeOn(secretScanning.state, 404, 'Secret scanning is disabled on this repository.');
      const alerts = secretScanning.alerts.filter(({ state }) => isWanted(asked, state));
      const isHidden = asked.text('hide_secret') === 'true';
      return { status: 200, body: asked.page(alerts).map((alert) => secretAlertShape(asked.repo, alert, isHidden)) };
    },
  },
  'repos/list-attestations': {
    needs: reading('attestations'),
    answer(asked) {
      const found = asked.repo.security.attestations.get(asked.text('subject_digest'));
      if (found === undefined) throw notFound();
      return { status: 200, body: { attestations: found.map((one) => attestationShape(asked.repo, one)) } };
    },
  },
};

function isWanted(asked: Asked, state: string): boolean {
  return !asked.isGiven('state') || asked.text('state') === state;
}

function mustBeOn(state: ScannerState, status: number, words: string): void {
  if (state === 'off') throw refuse(status, words);
}

/** This list has no page numbers: `after` names the last entry that was seen. */
function byCursor<T extends { readonly number: number }>(asked: Asked, all: readonly T[]): readonly T[] {
  const size = Math.min(Math.max(asked.number('per_page') || 30, 1), 100);
  const seen = all.findIndex(({ number }) => String(number) === asked.option('after'));
  const shown = all.slice(seen + 1, seen + 1 + size);
  const last = shown.at(-1);
  if (last !== undefined && seen + 1 + size < all.length) asked.linkTo('next', { after: String(last.number) });
  return shown;
}
