// Cuts GitHub's OpenAPI description down to the operations that the fake GitHub answers: node .github/scripts/openapi.mjs <folder of @octokit/openapi>
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const pinned = '23.0.2';
const target = 'test/world/openapi/api.github.com.json';
const repo = '/repos/{owner}/{repo}';
const wanted = {
  '/rate_limit': ['get'],
  '/users/{username}': ['get'],
  '/orgs/{org}/teams/{team_slug}/members': ['get'],
  '/orgs/{org}/teams/{team_slug}/memberships/{username}': ['get'],
  [repo]: ['get'],
  [`${repo}/contents/{path}`]: ['get'],
  [`${repo}/git/ref/{ref}`]: ['get'],
  [`${repo}/git/matching-refs/{ref}`]: ['get'],
  [`${repo}/git/commits/{commit_sha}`]: ['get'],
  [`${repo}/git/trees/{tree_sha}`]: ['get'],
  [`${repo}/git/blobs/{file_sha}`]: ['get'],
  [`${repo}/tags`]: ['get'],
  [`${repo}/commits`]: ['get'],
  [`${repo}/commits/{ref}`]: ['get'],
  [`${repo}/commits/{commit_sha}/pulls`]: ['get'],
  [`${repo}/compare/{basehead}`]: ['get'],
  [`${repo}/branches/{branch}`]: ['get'],
  [`${repo}/branches/{branch}/protection`]: ['get'],
  [`${repo}/rules/branches/{branch}`]: ['get'],
  [`${repo}/collaborators/{username}/permission`]: ['get'],
  [`${repo}/pulls`]: ['get'],
  [`${repo}/pulls/{pull_number}`]: ['get'],
  [`${repo}/pulls/{pull_number}/files`]: ['get'],
  [`${repo}/pulls/{pull_number}/commits`]: ['get'],
  [`${repo}/pulls/{pull_number}/reviews`]: ['get', 'post'],
  [`${repo}/pulls/{pull_number}/comments`]: ['get'],
  [`${repo}/issues`]: ['get', 'post'],
  [`${repo}/issues/{issue_number}`]: ['get', 'patch'],
  [`${repo}/issues/{issue_number}/labels`]: ['get', 'post'],
  [`${repo}/issues/{issue_number}/labels/{name}`]: ['delete'],
  [`${repo}/issues/{issue_number}/comments`]: ['get', 'post'],
  [`${repo}/issues/comments/{comment_id}`]: ['get', 'patch', 'delete'],
  [`${repo}/check-runs`]: ['post'],
  [`${repo}/check-runs/{check_run_id}`]: ['get', 'patch'],
  [`${repo}/check-runs/{check_run_id}/annotations`]: ['get'],
  [`${repo}/commits/{ref}/check-runs`]: ['get'],
  [`${repo}/commits/{ref}/status`]: ['get'],
  [`${repo}/commits/{ref}/statuses`]: ['get'],
  [`${repo}/statuses/{sha}`]: ['post'],
  [`${repo}/actions/runs`]: ['get'],
  [`${repo}/actions/runs/{run_id}`]: ['get'],
  [`${repo}/actions/runs/{run_id}/jobs`]: ['get'],
  [`${repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs`]: ['get'],
  [`${repo}/actions/runs/{run_id}/approvals`]: ['get'],
  [`${repo}/actions/runs/{run_id}/cancel`]: ['post'],
  [`${repo}/actions/runs/{run_id}/artifacts`]: ['get'],
  [`${repo}/actions/artifacts`]: ['get'],
  [`${repo}/actions/artifacts/{artifact_id}/{archive_format}`]: ['get'],
  [`${repo}/attestations/{subject_digest}`]: ['get'],
  [`${repo}/code-scanning/alerts`]: ['get'],
  [`${repo}/code-scanning/analyses`]: ['get'],
  [`${repo}/dependabot/alerts`]: ['get'],
  [`${repo}/secret-scanning/alerts`]: ['get'],
  [`${repo}/actions/jobs/{job_id}`]: ['get'],
  [`${repo}/actions/workflows/{workflow_id}`]: ['get'],
  [`${repo}/actions/workflows/{workflow_id}/runs`]: ['get'],
  [`${repo}/actions/workflows/{workflow_id}/dispatches`]: ['post'],
  [`${repo}/dispatches`]: ['post'],
  [`${repo}/deployments`]: ['get', 'post'],
  [`${repo}/deployments/{deployment_id}`]: ['get'],
  [`${repo}/deployments/{deployment_id}/statuses`]: ['get', 'post'],
  [`${repo}/deployments/{deployment_id}/statuses/{status_id}`]: ['get'],
  [`${repo}/environments`]: ['get'],
  [`${repo}/environments/{environment_name}`]: ['get'],
  [`${repo}/environments/{environment_name}/secrets`]: ['get'],
  [`${repo}/environments/{environment_name}/variables`]: ['get'],
  [`${repo}/actions/secrets`]: ['get'],
  [`${repo}/actions/variables`]: ['get'],
};

const source = process.argv[2];
if (source === undefined) {
  console.error('Say where the package is: npm i --prefix /tmp/openapi @octokit/openapi@23.0.2, then');
  console.error('node .github/scripts/openapi.mjs /tmp/openapi/node_modules/@octokit/openapi');
  process.exit(2);
}
const { version, license } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8'));
if (version !== pinned) {
  console.error(
    `${source} is @octokit/openapi ${version}; this script is pinned to ${pinned}. Install that version, or change the pin.`,
  );
  process.exit(2);
}
const full = JSON.parse(readFileSync(join(source, 'generated', 'api.github.com.json'), 'utf8'));

const dropped = new Set([
  'description',
  'summary',
  'title',
  'example',
  'examples',
  'externalDocs',
  'deprecated',
  'discriminator',
]);

/** A schema without prose, with OpenAPI 3.0's `nullable` turned into JSON Schema's type null, which any validator knows. */
function slim(node, isNameMap = false) {
  if (Array.isArray(node)) return node.map((item) => slim(item));
  if (node === null || typeof node !== 'object') return node;
  const kept = {};
  for (const [key, value] of Object.entries(node)) {
    const isProse = dropped.has(key) || key.startsWith('x-') || key === 'nullable';
    if (!isNameMap && isProse) continue;
    kept[key] =
      key === 'enum' || key === 'default' || key === 'required'
        ? value
        : slim(value, !isNameMap && key === 'properties');
  }
  return !isNameMap && node.nullable === true ? orNull(kept) : kept;
}

function orNull(schema) {
  if (typeof schema.type !== 'string') return { anyOf: [schema, { type: 'null' }] };
  const widened = { ...schema, type: [schema.type, 'null'] };
  if (Array.isArray(schema.enum) && !schema.enum.includes(null)) widened.enum = [...schema.enum, null];
  return widened;
}

function resolve(node) {
  if (node?.$ref === undefined) return node;
  return node.$ref
    .slice(2)
    .split('/')
    .reduce((at, key) => at[key], full);
}

function slimOperation(path, method) {
  const item = full.paths[path];
  const operation = item?.[method];
  if (operation === undefined) throw new Error(`the description has no ${method.toUpperCase()} ${path}`);
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
  const body = resolve(operation.requestBody);
  const responses = {};
  for (const [status, named] of Object.entries(operation.responses)) {
    const schema = resolve(named).content?.['application/json']?.schema;
    responses[status] = schema === undefined ? null : slim(schema);
  }
  return {
    operationId: operation.operationId,
    docs: operation.externalDocs?.url,
    parameters: parameters
      .filter((parameter) => parameter.in === 'path' || parameter.in === 'query')
      .map(({ name, in: where, required, schema }) => ({
        name,
        in: where,
        required: required === true,
        schema: slim(schema),
      })),
    ...(body === undefined
      ? {}
      : { body: { required: body.required === true, schema: slim(body.content['application/json'].schema) } }),
    responses,
  };
}

const operations = [];
for (const [path, methods] of Object.entries(wanted)) {
  for (const method of methods) operations.push({ method: method.toUpperCase(), path, ...slimOperation(path, method) });
}

const schemas = {};
const open = references(operations);
for (let name = open.pop(); name !== undefined; name = open.pop()) {
  if (schemas[name] !== undefined) continue;
  schemas[name] = slim(full.components.schemas[name]);
  open.push(...references(schemas[name]));
}

function references(node) {
  return [...JSON.stringify(node).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map((match) => match[1]);
}

// One operation and one schema a line: small, and a diff still shows what changed.
const names = Object.keys(schemas).sort();
const text = [
  '{',
  `"source": ${JSON.stringify({ package: '@octokit/openapi', version, license, description: 'api.github.com', generator: '.github/scripts/openapi.mjs' })},`,
  '"operations": [',
  operations.map((operation) => JSON.stringify(operation)).join(',\n'),
  '],',
  '"components": { "schemas": {',
  names.map((name) => `${JSON.stringify(name)}: ${JSON.stringify(schemas[name])}`).join(',\n'),
  '} }',
  '}',
  '',
].join('\n');
writeFileSync(target, text);
console.log(
  `${target}: ${operations.length} operations, ${names.length} schemas, ${Math.round(text.length / 1024)} KiB`,
);
