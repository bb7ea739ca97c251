// Tells the shop's admin port which version a side is to run.
const { SIDE, VERSION, SHA, SHOP_ADMIN } = process.env;
const answer = await fetch(`${SHOP_ADMIN}/sides/${SIDE}/deploy`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ version: VERSION, sha: SHA }),
});
if (!answer.ok) throw new Error(`the admin port answered ${answer.status}: ${await answer.text()}`);
console.log(`${VERSION} is on ${SIDE}`);
