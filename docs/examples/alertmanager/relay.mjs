// Relay from Alertmanager to the caretaker: GitHub wants an event type in the body, which Alertmanager cannot write.
// GITHUB_REPOSITORY=acme/shop GITHUB_TOKEN=<fine-grained, contents: write> node relay.mjs
import { createServer } from 'node:http';

const { GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_API_URL = 'https://api.github.com', PORT = '9099' } = process.env;

createServer(async (request, response) => {
  let alerts;
  try {
    const parts = [];
    for await (const part of request) parts.push(part);
    alerts = JSON.parse(Buffer.concat(parts).toString()).alerts ?? [];
  } catch {
    response.writeHead(400).end();
    return;
  }
  const firing = alerts.filter(({ status }) => status === 'firing').map(({ labels }) => labels?.alertname ?? 'alert');
  if (firing.length === 0) {
    response.writeHead(200).end();
    return;
  }
  const woken = await fetch(`${GITHUB_API_URL}/repos/${GITHUB_REPOSITORY}/dispatches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${GITHUB_TOKEN}`, accept: 'application/vnd.github+json' },
    body: JSON.stringify({ event_type: 'boring-deploys-alert', client_payload: { alerts: firing.slice(0, 20) } }),
    signal: AbortSignal.timeout(10_000),
  }).catch(() => undefined);
  // Anything but 2xx makes Alertmanager send it again.
  response.writeHead(woken?.ok ? 200 : 502).end();
}).listen(Number(PORT), '127.0.0.1', function listening() {
  console.log(`relay on ${this.address().port}`);
});
