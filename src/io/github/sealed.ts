// GitHub with signatures: every record is signed as it leaves and checked as it comes in; behind this door nobody sees a signature.
import { randomBytes } from 'node:crypto';
import type { Answer, Ask } from '../../evidence/answer.ts';
import type { DeploymentFact, RecordFact, Seal, StatusFact } from '../../evidence/fact.ts';
import type { QuestionKind, QuestionOf } from '../../evidence/question.ts';
import type { DeploymentStore, NewDeployment, NewStatus } from '../../world.ts';
import { canonical, type Signer } from '../seal.ts';
import type { Github } from './github.ts';
import type { Outgoing } from './outgoing.ts';
import type { NewRecord } from './records.ts';

/** A check run carries it at the end of its external id, a status at the end of its log URL, a Deployment in its payload. */
const inExternalId = /:hmac-([\w-]{43})$/;
const inLogUrl = /#boring-([\w-]{8})\.([\w-]{43})$/;

/** The same GitHub, signing and checking. Texts are cleaned of secrets before they are signed: what is redacted later would not hold. */
export function sealed(github: Github, signer: Signer, outgoing: Outgoing): Github {
  const seals = createSeals(signer);
  return {
    ...github,
    ask: sealedAsk(github.ask, seals),
    deployments: sealedStore(github.deployments, seals, signer, outgoing),
    keepEvidence: (record) =>
      github.keepEvidence(signedRecord({ ...record, text: outgoing.json(record.text) }, signer)),
  };
}

interface Seals {
  record(fact: RecordFact): RecordFact;
  deployment(fact: DeploymentFact): DeploymentFact;
  statuses(id: number, facts: readonly StatusFact[]): readonly StatusFact[];
}

function createSeals(signer: Signer): Seals {
  const statuses = (id: number, facts: readonly StatusFact[]): readonly StatusFact[] => {
    const used = new Set<string>();
    return facts.map((fact) => {
      const [whole = '', nonce = '', mac = ''] = inLogUrl.exec(fact.logUrl) ?? [];
      const logUrl = fact.logUrl.slice(0, fact.logUrl.length - whole.length);
      const told = signer.check(mac, statusParts(id, { ...fact, logUrl }, nonce));
      // Said a second time by somebody who copied it: only the first was ours.
      const seal = told === 'signed' && used.has(whole) ? 'wrong' : told;
      used.add(whole);
      return marked({ ...fact, logUrl }, seal);
    });
  };
  return {
    statuses,
    record: (fact) => {
      const mac = inExternalId.exec(fact.externalId)?.[1] ?? '';
      const externalId = fact.externalId.replace(inExternalId, '');
      return marked({ ...fact, externalId }, signer.check(mac, recordParts({ ...fact, externalId })));
    },
    deployment: (fact) => {
      const { payload, mac } = parted(fact.payload);
      const seal = signer.check(mac, deploymentParts({ ...fact, payload }));
      return marked({ ...fact, payload, statuses: statuses(fact.id, fact.statuses) }, seal);
    },
  };
}

function marked<T extends { readonly seal?: Seal }>(fact: T, seal: Seal | undefined): T {
  return seal === undefined ? fact : { ...fact, seal };
}

function sealedAsk(ask: Ask, seals: Seals): Ask {
  return async <K extends QuestionKind>(question: QuestionOf<K>): Promise<Answer<K>> => {
    const answer = await ask(question);
    if (answer.kind === 'unknown') return answer;
    // The kind says which facts the value holds; TypeScript does not carry that over.
    const value: unknown = answer.value;
    if (question.kind === 'records')
      return { ...answer, value: (value as readonly RecordFact[]).map(seals.record) } as Answer<K>;
    if (question.kind === 'deployments')
      return { ...answer, value: (value as readonly DeploymentFact[]).map(seals.deployment) } as Answer<K>;
    return answer;
  };
}

function sealedStore(store: DeploymentStore, seals: Seals, signer: Signer, outgoing: Outgoing): DeploymentStore {
  return {
    create: async (asked) => seals.deployment(await store.create(signedDeployment(asked, signer, outgoing))),
    say: (id, status) => {
      const clean = { ...status, description: outgoing.text(status.description), logUrl: outgoing.text(status.logUrl) };
      return store.say(id, signedStatus(id, clean, signer));
    },
    list: async (environment, newest) => (await store.list(environment, newest)).map(seals.deployment),
    statuses: async (id) => seals.statuses(id, await store.statuses(id)),
  };
}

function signedRecord(record: NewRecord, signer: Signer): NewRecord {
  const mac = signer.sign(recordParts(record));
  return mac === undefined ? record : { ...record, externalId: `${record.externalId}:hmac-${mac}` };
}

function signedDeployment(asked: NewDeployment, signer: Signer, outgoing: Outgoing): NewDeployment {
  const payload = { ...(outgoing.data(asked.payload) as object) };
  const mac = signer.sign(deploymentParts({ ...asked, payload }));
  return mac === undefined ? asked : { ...asked, payload: { ...payload, signature: mac } };
}

/** A status without an address has no place for a signature; ours all lead to their run. */
function signedStatus(id: number, status: NewStatus, signer: Signer): NewStatus {
  const nonce = randomBytes(6).toString('base64url');
  const mac = status.logUrl === '' ? undefined : signer.sign(statusParts(id, status, nonce));
  return mac === undefined ? status : { ...status, logUrl: `${status.logUrl}#boring-${nonce}.${mac}` };
}

function recordParts({ name, sha, externalId, text }: Pick<RecordFact, 'name' | 'sha' | 'externalId' | 'text'>) {
  return ['record', name, sha, externalId, text];
}

function deploymentParts(of: Pick<DeploymentFact, 'environment' | 'sha' | 'task' | 'payload'>) {
  return ['deployment', of.environment, of.sha, of.task, canonical(of.payload)];
}

function statusParts(id: number, of: Pick<StatusFact, 'state' | 'description' | 'logUrl'>, nonce: string) {
  return ['status', String(id), of.state, of.description, of.logUrl, nonce];
}

/** The payload without its signature. What is no map has none. */
function parted(payload: unknown): { readonly payload: unknown; readonly mac: string } {
  if (typeof payload !== 'object' || payload === null || !('signature' in payload)) return { payload, mac: '' };
  const { signature, ...rest } = payload;
  return { payload: rest, mac: typeof signature === 'string' ? signature : '' };
}
